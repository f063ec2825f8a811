import ScenarioLanguage
import Units

extension Runbook.Step {
  /// The attempts that fail before one succeeds.
  package struct Failures: Sendable {
    /// The time that each of them takes; `nil`: as long as the restore takes.
    package var times: [Duration?] = []
    /// Whether the step is not attempted again after these.
    package var areFinal = false
  }

  /// Whether the step is work that can fail. Steps without duration, and waits for others to act, cannot.
  fileprivate var canFail: Bool {
    switch action {
    case .wait(let time): time > .zero
    case .change(.powerUp, _): false
    case .change(_, let time): time > .zero
    case .restore, .failOver, .failOverBeforeMistake: true
    // The restore before it is repeated.
    case .replayLog: false
    case .await, .missHeartbeats, .reprotect, .drain, .switchOver, .compare: false
    }
  }

  /// The planned duration; `nil` where the step takes as long as it takes.
  fileprivate var plannedTime: Duration? {
    switch action {
    case .wait(let time), .change(_, let time): time
    case .await, .restore, .replayLog, .missHeartbeats, .failOver, .failOverBeforeMistake, .reprotect, .drain,
      .switchOver,
      .compare:
      nil
    }
  }

  /// Draws the attempts that fail. Nothing is drawn where none can.
  package func drawFailures(_ stumbles: Stumbles, _ draws: RecoveryDraws) -> Failures {
    guard canFail, let stumble = stumbles[phase] else { return Failures() }
    var stream = draws.stream("stumble \(phase.rawValue) \(subject) \(draws.attempt)")
    let count = stumble.failures(uniform: stream.uniform())
    var failures = Failures(areFinal: count == stumble.attempts)
    for _ in 0..<count { failures.times.append(stumble.lost?.draw(from: &stream) ?? plannedTime) }
    return failures
  }
}
