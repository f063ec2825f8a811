import Storage
import Units

/// Lists the recovery points of a vault from the vault alone.
public struct ListPointsJob: Job {
  public enum Outcome: Sendable {
    /// The visible points, ascending, and the objects in the folder of points that cannot be read.
    case listed([RecoveryPoint], DamageReport)
    case failed(JobFailure)
  }

  private var pump: Pump<ListPointsSteps>

  public init(key: MasterKey, on role: VaultRole = .primary, options: JobOptions = JobOptions()) {
    options.validate()
    pump = Pump(ListPointsSteps(key: key, role: role), window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}
