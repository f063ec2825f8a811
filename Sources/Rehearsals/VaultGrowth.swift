import Estate
import Retention
import ScenarioLanguage
import Schedules
import Units

/// The growth of a vault in the metered time, and its size in the steady state. In that state as many points
/// expire as are added.
public struct VaultGrowth: Codable, Hashable, Sendable {
  public var vault: VaultID
  public var atStart: VaultContents
  public var atEnd: VaultContents
  /// The number of points that the retention keeps in the long run; `nil` when nothing is removed or pruned.
  public var pointsInBalance: Int?

  package init(vault: VaultID, atStart: VaultContents, atEnd: VaultContents, pointsInBalance: Int?) {
    self.vault = vault
    self.atStart = atStart
    self.atEnd = atEnd
    self.pointsInBalance = pointsInBalance
  }

  /// The size in the steady state: the final size plus the mean added size for every missing point. `nil`
  /// when the vault is in the steady state or never will be.
  public var bytesInBalance: ByteCount? {
    guard let pointsInBalance, pointsInBalance > atEnd.points, atEnd.points > atStart.points else {
      return nil
    }
    let added = Int128((atEnd.bytes - atStart.bytes).bytes)
    guard added > 0 else { return nil }
    let missing = Int128(pointsInBalance - atEnd.points)
    return atEnd.bytes + ByteCount(Int64(added * missing / Int128(atEnd.points - atStart.points)))
  }

  /// Returns the growth of all vaults that a strategy backs up to.
  static func all(
    of strategy: Strategy, in scenario: Scenario, from start: [VaultContents], to end: [VaultContents]
  ) -> [VaultGrowth] {
    zip(start, end).enumerated().compactMap { index, contents in
      let vault = VaultID(index)
      let counts = strategy.backups.flatMap { policy -> [Int?] in
        let own = policy.vault == vault ? [policy.retention] : []
        let copied = policy.replica == vault ? [policy.replicaRetention ?? policy.retention] : []
        return (own + copied).map {
          policy.prune == nil ? nil : policy.pointsKept(by: $0, from: scenario.start)
        }
      }
      guard !counts.isEmpty else { return nil }
      let balance = counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
      return VaultGrowth(vault: vault, atStart: contents.0, atEnd: contents.1, pointsInBalance: balance)
    }
  }
}

extension BackupPolicy {
  /// Returns the number of points that a retention keeps of 400 daily ones; `nil` when it keeps them all.
  fileprivate func pointsKept(by retention: RetentionPolicy, from start: Instant) -> Int? {
    let end = start + .days(400)
    var points: [RetentionPoint<Int>] = []
    for slot in BackupSchedule(schedule, from: start).slots.prefix(while: { $0 <= end }).prefix(10_000) {
      points.append(RetentionPoint(id: points.count, instant: slot, lockedUntil: lock.map { slot + $0 }))
    }
    guard let last = points.last else { return nil }
    let kept = retention.decide(on: points, at: last.instant, in: schedule.zone).count(where: \.isKept)
    return kept < points.count ? kept : nil
  }
}

extension Meters {
  /// Returns the meters of the same time in the steady state. Vaults that still grow are charged for their
  /// final size.
  package func inBalance(_ growth: [VaultGrowth], over time: Duration) -> Meters {
    var meters = self
    for vault in growth {
      if let bytes = vault.bytesInBalance { meters.vaults[vault.vault].stored = StoredTime(bytes, for: time) }
    }
    return meters
  }
}
