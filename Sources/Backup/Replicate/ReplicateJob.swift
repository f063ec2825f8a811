import Storage
import Units

/// Copies what a replica vault does not hold from the primary vault, in an order in which the replica never shows a
/// point that it cannot restore: packs, then indexes, then points.
///
/// Nothing is removed from the replica: its points live by its own retention.
public struct ReplicateJob: Job {
  public enum Outcome: Sendable {
    /// Every point that was visible in the primary when the job began can be restored from the replica.
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
      window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }
}

/// What a replication moved.
public struct Replication: Hashable, Sendable {
  /// The points that the replica did not have before, ascending.
  public internal(set) var points: [PointID] = []
  public internal(set) var objects = 0
  public internal(set) var copied = ByteCount.zero

  /// Nothing was done.
  public init() {}
}
