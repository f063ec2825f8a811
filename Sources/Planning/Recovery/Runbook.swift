import Estate
import Units

/// What is to be done after a disaster: steps, and which must be done before which. Planned, printed, then executed.
public struct Runbook: Sendable, CustomStringConvertible {
  public struct Step: Sendable {
    public let phase: Phase
    /// What it is done to: a service, a host, a device, a site, or the organisation.
    public let subject: String
    /// Places in `Runbook.steps` of the steps that must be done before; all lie before this one.
    public let dependencies: [Int]
    let action: Action
  }

  /// How a step comes to its end.
  enum Action: Sendable {
    /// After a time.
    case wait(Duration)
    /// After a time, with an effect on the estate.
    case change(Change, after: Duration)
    /// When the data of a service is back.
    case restore(ServiceID, DataRecovery)
    /// When the standby site has not heard production for too long.
    case missHeartbeats(SiteID)
    /// When the copy at the DR site is the primary; an old primary that nobody reaches is not fenced.
    case failOver(PairID, fences: Bool)
    /// When the side of a group that does not serve is in sync with the one that does.
    case reprotect(PairID)
    /// When both sides of a group hold everything.
    case drain(PairID)
    /// When the other side of a drained group is the primary.
    case switchOver(PairID)
    /// When the bytes of both sides of a group were found to be the same.
    case compare(PairID)
  }

  /// What a finished step changes.
  enum Change: Sendable {
    case suspendProtection
    case replaceHost(HostID)
    case replaceDevice(DeviceID)
    case rebuild(SiteID, RebuildSite)
    /// The site has power again: its hosts start.
    case powerUp(SiteID)
    /// The estate goes on without its replication.
    case disableProtection
    /// A site stands again, with power and empty devices in the place of lost ones.
    case restoreSite(SiteID)
    /// The applications write down what they hold and stop.
    case quiesce
    /// Clients learn the address of the site that took over, while the other one still serves.
    case leadClients
    /// The application mends what a crash tore, and serves.
    case resume(ServiceID)
  }

  public private(set) var steps: [Step] = []

  /// Appends a step and returns its place.
  mutating func add(_ phase: Phase, _ subject: String, after dependencies: [Int], _ action: Action) -> Int {
    precondition(dependencies.allSatisfy { $0 < steps.count }, "a step depends on earlier steps")
    steps.append(Step(phase: phase, subject: subject, dependencies: dependencies, action: action))
    return steps.count - 1
  }

  /// A line per step: number, phase, subject, planned time, and the steps it waits for.
  public var description: String {
    steps.enumerated().map { number, step in
      let time =
        switch step.action {
        case .wait(let time), .change(_, let time): "\(time)"
        case .restore, .missHeartbeats, .failOver, .reprotect, .drain, .switchOver, .compare:
          "as long as it takes"
        }
      let after =
        step.dependencies.isEmpty
        ? "" : ", after " + step.dependencies.map { "\($0 + 1)" }.joined(separator: ", ")
      return "\(number + 1). \(step.phase.reportName) \(step.subject): \(time)\(after)"
    }.joined(separator: "\n")
  }
}

/// Which of a service's recovery points are tried, and how.
enum DataRecovery: Sendable {
  /// The newest point not after this instant: it is known when the data was still right.
  case newest(notAfter: Instant)
  /// The newest clean point: candidates are restored and scanned, bisecting, because nobody knows since when they are bad.
  case newestClean
}
