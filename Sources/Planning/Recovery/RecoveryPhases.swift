import Estate
import Units

/// The phases of a recovery as its runbook orders them, with everything that chance does not decide worked out before.
struct RecoveryPhases {
  let scenario: Scenario
  /// Before people hear of the disaster that the recovery answers; `nil`: it begins at once.
  var before: Distribution?
  /// One after the other, from the outage to the decision.
  var people: [Distribution]
  /// The time until a site that takes over by itself notices the outage, in place of people.
  var detection: Duration?
  /// The time until power is back, which is waited for.
  var power = Duration.zero
  /// All at once, after the decision.
  var replacements: [Distribution] = []
  /// The time that a copy takes to become the primary.
  var promotion = Duration.zero
  var boots = false
  /// The time until all data is back.
  var data = Duration.zero
  /// Services that answer at the other site all the time.
  var running: [ServiceID] = []
  var redirect: Distribution?

  /// The time that 99 of 100 recoveries do not exceed.
  var tail: Duration { PhaseSum.tail { time(of: &$0) } }

  private func time(of draw: inout PhaseDraw) -> Duration {
    var time = before.map { draw($0) } ?? .zero
    let noticed = people.reduce(Duration.zero) { $0 + draw($1) }
    time += max(detection ?? noticed, power)
    time += replacements.reduce(promotion) { max($0, draw($1)) }
    return time + services(&draw)
  }

  /// From servers in their places until every service is verified, reachable and warm.
  private func services(_ draw: inout PhaseDraw) -> Duration {
    let times = scenario.serviceTimes
    let boot = times.map { boots ? draw($0.boot) : .zero }
    let start = times.indices.map { index in
      running.contains(ServiceID(index)) ? .zero : draw(times[index].appRecovery)
    }
    var up: [Duration?] = times.map { _ in nil }
    func finish(_ service: Int) -> Duration {
      if let known = up[service] { return known }
      let needed = scenario.blueprint.services[service].dependencies.map { finish($0.index) }
      let time = max(boot[service], data, needed.max() ?? .zero) + start[service]
      up[service] = time
      return time
    }
    let verified = times.indices.map { index in finish(index) + draw(times[index].verify) }
    let reachable = redirect.map { (verified.max() ?? .zero) + draw($0) } ?? .zero
    return times.indices.map { max(verified[$0], reachable) + draw(times[$0].warmUp) }.max() ?? .zero
  }
}
