import Estate
import ScenarioLanguage
import Units

/// The plan of a recovery: steps and their dependencies. A runbook is planned, printed and then executed.
public struct Runbook: Sendable, CustomStringConvertible {
  public struct Step: Sendable {
    public let phase: Phase
    /// The subject of the step: a service, a host, a device, a site, or the organisation.
    public let subject: String
    /// The indices in `Runbook.steps` of the steps that must be done first; all are smaller than this step's.
    public let dependencies: [Int]
    package let action: Action
    /// The attempts at it that fail.
    package fileprivate(set) var failures = Failures()
  }

  /// The condition that ends a step.
  package enum Action: Sendable {
    /// The step ends after a time.
    case wait(Duration)
    /// The step ends at an instant before which others act: power returns, or the provider launches servers again.
    case await(until: Instant)
    /// The step ends after a time and changes the estate.
    case change(Change, after: Duration)
    /// The step ends when the data of a service is restored.
    case restore(ServiceID, DataRecovery)
    /// The step ends when a restored database has applied its log.
    case replayLog(ServiceID, LogReplayTarget)
    /// The step ends when the standby site has missed production's heartbeats for too long.
    case missHeartbeats(SiteID)
    /// The step ends when the DR site's copy is the primary. An unreachable old primary is not fenced.
    case failOver(PairID, fences: Bool)
    /// The step ends when the DR site's copy is the primary, with its log replayed up to the mistake.
    case failOverBeforeMistake(PairID)
    /// The step ends when the idle side of a group is in sync with the serving side.
    case reprotect(PairID)
    /// The step ends when both sides of a group hold the same data.
    case drain(PairID)
    /// The step ends when the other side of a drained group is the primary.
    case switchOver(PairID)
    /// The step ends when the bytes of both sides of a group were found equal.
    case compare(PairID)
  }

  /// The change made by a finished step.
  package enum Change: Sendable {
    case suspendProtection
    /// Delayed standbys at a site apply no more records.
    case pauseReplay(SiteID)
    case replaceHost(HostID)
    case replaceDevice(DeviceID)
    /// The media of a vault arrive at a site. Those that reached the vault after the call stay there.
    case receiveMedia(VaultID, SiteID, comeback: Duration)
    case rebuild(SiteID, RebuildSite)
    /// Power returns to the site and its hosts start.
    case powerUp(SiteID)
    /// The estate continues without replication.
    case disableProtection
    /// The site is restored with power and empty devices in place of lost ones.
    case restoreSite(SiteID)
    /// The applications flush and stop.
    case quiesce
    /// Clients learn the new site's address while the old site still serves.
    case leadClients
    /// The application repairs torn pages and serves.
    case resume(ServiceID)
  }

  public private(set) var steps: [Step] = []

  package init() {}

  /// Appends a step and returns its index.
  package mutating func add(
    _ phase: Phase, _ subject: String, after dependencies: [Int], _ action: Action
  ) -> Int {
    precondition(dependencies.allSatisfy { $0 < steps.count }, "a step depends on earlier steps")
    steps.append(Step(phase: phase, subject: subject, dependencies: dependencies, action: action))
    return steps.count - 1
  }

  /// Draws the attempts that fail, step by step.
  package mutating func drawFailures(_ stumbles: Stumbles, _ draws: RecoveryDraws) {
    for place in steps.indices { steps[place].failures = steps[place].drawFailures(stumbles, draws) }
  }

  /// One line per step: number, phase, subject, planned time, and dependencies.
  public var description: String {
    steps.enumerated().map { number, step in
      let time =
        switch step.action {
        case .wait(let time), .change(_, let time): "\(time)"
        case .await(let end): "until \(end)"
        case .restore, .replayLog, .missHeartbeats, .failOver, .failOverBeforeMistake, .reprotect, .drain,
          .switchOver,
          .compare:
          "as long as it takes"
        }
      let after =
        step.dependencies.isEmpty
        ? "" : ", after " + step.dependencies.map { "\($0 + 1)" }.joined(separator: ", ")
      return "\(number + 1). \(step.phase.reportName) \(step.subject): \(time)\(after)"
    }.joined(separator: "\n")
  }
}

/// The choice of recovery points for a service, and how they are tried.
package enum DataRecovery: Sendable {
  /// The newest point not after an instant at which the data is known to be right.
  case newest(notAfter: Instant)
  /// The newest clean point. Candidates are restored and scanned by bisection, because the start of the
  /// damage is unknown.
  case newestClean

  /// The recovery from two kinds of damage.
  package func and(_ other: DataRecovery) -> DataRecovery {
    switch (self, other) {
    case (.newest(let first), .newest(let second)): .newest(notAfter: min(first, second))
    case (.newestClean, _), (_, .newestClean): .newestClean
    }
  }
}
