import Storage
import Units

/// Copies a snapshot into a vault as a recovery point.
///
/// Objects become durable in this order: the claim (a pending point, invisible to readers), packs, index,
/// manifest. The manifest replaces exactly the claim that this job made. The job finishes with `acknowledged`
/// only when that replacement is durable. A client that was paused beyond its lease, and whose claim was
/// revoked meanwhile, cannot replace it. Such a job fails as `fenced`.
public struct BackupJob: Job {
  public enum Outcome: Sendable {
    /// The point is durable and complete.
    case acknowledged(Acknowledgement)
    /// No point was made.
    case failed(JobFailure)
  }

  private var pump: Pump<BackupSteps>

  /// The point that the job makes on success.
  public let point: PointID

  /// - Parameters:
  ///   - memory: The agent's knowledge from the last backup *of the same streams*; `changed` extents of the snapshot are
  ///     relative to it.
  ///   - lockedUntil: The instant before which no one can remove the point, not even the administrator.
  ///   - salt: New for every job.
  public init(
    _ snapshot: Snapshot, key: MasterKey, memory: AgentMemory? = nil, lockedUntil: Instant? = nil,
    salt: JobSalt, options: JobOptions = JobOptions()
  ) {
    options.validate()
    point = PointID(instant: snapshot.instant, tag: salt.objectID(.point, 0).high)
    pump = Pump(
      BackupSteps(
        snapshot, point: point, key: key, memory: memory, lockedUntil: lockedUntil, salt: salt,
        options: options),
      window: options.windowOfAllStages)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The results of a successful backup.
public struct Acknowledgement: Sendable {
  public let point: RecoveryPoint
  /// The memory for the agent's next backup of the same streams; `nil` when the options do not keep it.
  public let memory: AgentMemory?
}
