import Storage
import Units

/// Looks whether a vault can bring back what it promises, without restoring anything.
public struct VerifyJob: Job {
  public enum Level: Hashable, Sendable {
    /// Every manifest, index and block list is read; of packs only that they are there in full length.
    case structure
    /// Structure, and this share of the blocks is read and compared with its digest; `salt` chooses which.
    case sample(Ratio, salt: UInt64)
    /// Structure, and every byte of every pack.
    case all
  }

  public enum Outcome: Sendable {
    /// Nothing is wrong with what was looked at.
    case intact(Verification)
    case damaged(Verification, DamageReport)
    case failed(JobFailure)
  }

  private var pump: Pump<VerifySteps>

  /// - Parameter isReplica: In a replica, points that an index names may be missing: they were never copied.
  public init(
    _ level: Level, key: MasterKey, isReplica: Bool = false, options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(VerifySteps(level, key: key, isReplica: isReplica, options: options), window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }
}

/// What a verification looked at.
public struct Verification: Hashable, Sendable {
  /// The visible points, ascending.
  public internal(set) var points: [PointID] = []
  public internal(set) var packs = 0
  /// Different blocks that points refer to.
  public internal(set) var blocks = 0
  /// Bytes of packs that were read and compared.
  public internal(set) var read = ByteCount.zero
}
