import Estate
import Units

/// The phases of a recovery in runbook order, with all deterministic times computed.
struct RecoveryPhases {
  let scenario: Scenario
  /// The time before people learn of the disaster; `nil` when the recovery begins at once.
  var before: Distribution?
  /// The sequential delays by people, from the outage to the decision.
  var people: [Distribution]
  /// The time until a site with automatic failover detects the outage, replacing the delays by people.
  var detection: Duration?
  /// The time until power returns.
  var power = Duration.zero
  /// The replacements, which start together after the decision.
  var replacements: [Distribution] = []
  /// The time to promote a copy to primary.
  var promotion = Duration.zero
  var boots = false
  /// The time until all data is restored.
  var data = Duration.zero
  /// The services that already run at the other site.
  var running: [ServiceID] = []
  var redirect: Distribution?

  /// The 99th percentile of the recovery time.
  var tail: Duration { PhaseSum.tail { time(of: &$0) } }

  private func time(of draw: inout PhaseDraw) -> Duration {
    var time = before.map { draw($0) } ?? .zero
    let noticed = people.reduce(Duration.zero) { $0 + draw($1) }
    time += max(detection ?? noticed, power)
    time += replacements.reduce(promotion) { max($0, draw($1)) }
    return time + services(&draw)
  }

  /// Returns the time from provisioned servers until every service is verified, reachable and warm.
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
