import Storage
import Units

/// Copies missing objects from the primary vault to a replica vault: packs, then indexes, then points. In
/// this order the replica never shows a point that it cannot restore.
///
/// Nothing is removed from the replica, because its points have a retention of their own.
public struct ReplicateJob: Job {
  public enum Outcome: Sendable {
    /// Every point that was visible in the primary at the beginning can be restored from the replica.
    case replicated(Replication)
    case failed(JobFailure)
  }

  private var pump: Pump<ReplicateSteps>

  /// - Parameters:
  ///   - excluding: Points that the replica has removed and is not to receive again.
  ///   - lockedUntil: The lock of every object that the job puts into the replica.
  ///   - salt: New for every job.
  public init(
    key: MasterKey, excluding: [PointID] = [], lockedUntil: Instant? = nil, salt: JobSalt,
    options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(
      ReplicateSteps(key: key, excluding: excluding, lockedUntil: lockedUntil, salt: salt, options: options),
      window: 2 * options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The results of copying a vault.
public struct Replication: Hashable, Sendable {
  /// The points that the replica did not have before, ascending.
  public internal(set) var points: [PointID] = []
  public internal(set) var objects = 0
  public internal(set) var copied = ByteCount.zero

  /// Creates results without any work done.
  public init() {}
}
