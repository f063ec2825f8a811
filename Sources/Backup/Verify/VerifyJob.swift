import Storage
import Units

/// Verifies that a vault can restore its points, without restoring anything.
public struct VerifyJob: Job {
  public enum Level: Hashable, Sendable {
    /// Reads every manifest, index and block list. Packs are only checked for existence and length.
    case structure
    /// Checks the structure, and reads this share of the blocks. `salt` selects the blocks.
    case sample(Ratio, salt: UInt64)
    /// Checks the structure and every byte of every pack.
    case all
  }

  public enum Outcome: Sendable {
    /// The checked parts are intact.
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

  public func checkInvariants() { pump.checkInvariants() }
}

/// The scope of a verification.
public struct Verification: Hashable, Sendable {
  /// The visible points, ascending.
  public internal(set) var points: [PointID] = []
  public internal(set) var packs = 0
  /// The number of different blocks that points refer to.
  public internal(set) var blocks = 0
  /// The bytes read from packs and verified.
  public internal(set) var read = ByteCount.zero
}
