import Backup
import Units

/// A reason in words, with the number of times that it applied.
public struct CountedReason: Codable, Hashable, Sendable {
  public let reason: String
  public var count: Int

  public init(reason: String, count: Int) {
    self.reason = reason
    self.count = count
  }
}

extension [CountedReason] {
  /// Counts a reason; a new one is appended.
  public mutating func count(_ reason: String, times: Int = 1) {
    if let place = firstIndex(where: { $0.reason == reason }) {
      self[place].count += times
    } else {
      append(CountedReason(reason: reason, count: times))
    }
  }
}

/// The results of a world's protection so far.
public struct ProtectionRecord: Hashable, Sendable {
  public var snapshotsTaken = 0
  public var backupsTaken = 0
  public var slotsSwallowed = 0
  public var backupsFailed = 0
  /// The backups that went on after their first window; `nil` without windows.
  public var backupsContinued: Int?
  public var longestBackup: Duration?
  /// The reasons of failed backups; their counts add up to `backupsFailed`.
  public var failures: [CountedReason] = []
  /// The size of the vaults at full size.
  public var vaultBytes = ByteCount.zero
}

extension World {
  /// The results since the start of the run.
  public var protectionRecord: ProtectionRecord {
    var sum = ProtectionRecord()
    sum.snapshotsTaken = backups.snapshotsTaken
    for agent in backups.agents {
      sum.backupsTaken += agent.record.taken
      sum.slotsSwallowed += agent.record.swallowed
      sum.backupsFailed += agent.record.failed
      if agent.policy.window != nil {
        sum.backupsContinued = (sum.backupsContinued ?? 0) + agent.record.continued
      }
      for failure in agent.record.failures { sum.failures.count(failure.reason, times: failure.count) }
      sum.longestBackup = [sum.longestBackup, agent.record.longest].compactMap { $0 }.max()
    }
    sum.vaultBytes = backups.vaults.reduce(.zero) { $0 + $1.storedBytes }
    return sum
  }
}
