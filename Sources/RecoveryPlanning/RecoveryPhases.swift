import Estate
import ScenarioLanguage
import Statistics
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
  /// The time until media are brought back, which starts with the replacements.
  var media = Duration.zero
  /// The time from the disaster until servers can be launched.
  var launches = Duration.zero
  /// The time to promote a copy to primary.
  var promotion = Duration.zero
  var boots = false
  /// The time until all data is restored.
  var data = Duration.zero
  /// The parts of it, by service.
  var restores: [Duration] = []
  /// The number of services restored at once.
  var concurrentRestores = 1
  /// The number of copies that become the primary, all at once.
  var promotions = 0
  /// The time until restored data is certified.
  var certify: Distribution?
  var stumbles = Stumbles()
  /// The services that already run at the other site.
  var running: [ServiceID] = []
  var redirect: Distribution?

  /// The 99th percentile of the recovery time; unrecoverable where more recoveries fail.
  var tail: Achieved {
    let tail = PhaseSum.tail { time(of: &$0) }
    return tail == .max ? .unrecoverable : .duration(tail)
  }

  private func time(of draw: inout PhaseDraw) -> Duration {
    let start = before.map { draw($0) } ?? .zero
    var time = start
    let noticed = people.reduce(Duration.zero) { $0 + draw($1) }
    time += max(detection ?? noticed, power)
    let wait = max(.zero, launches - (time - start))
    time += replacements.reduce(max(promoted(&draw), fetched(&draw))) {
      max($0, wait + step($1, .provision, &draw))
    }
    return time + services(&draw)
  }

  /// A step with the attempts at it that fail; one that takes no time is none.
  private func step(_ distribution: Distribution, _ phase: Phase, _ draw: inout PhaseDraw) -> Duration {
    let time = draw(distribution)
    guard let stumble = stumbles[phase], distribution != .zero else { return time }
    return draw(time, repeatedBy: stumble)
  }

  private func fetched(_ draw: inout PhaseDraw) -> Duration {
    guard let stumble = stumbles[.provision], media > .zero else { return media }
    return draw(media, repeatedBy: stumble)
  }

  private func promoted(_ draw: inout PhaseDraw) -> Duration {
    guard let stumble = stumbles[.failover], promotions > 0 else { return promotion }
    return (0..<promotions).map { _ in draw(promotion, repeatedBy: stumble) }.max() ?? promotion
  }

  /// Returns the time until all data is restored. A repeated restore moves its bytes again over shared
  /// resources. If an attempt only loses time, other restores continue.
  private func restored(_ draw: inout PhaseDraw) -> Duration {
    guard let stumble = stumbles[.restoreData], !restores.isEmpty else { return data }
    let more = restores.map { draw($0, repeatedBy: stumble) - $0 }
    let sum = more.reduce(.zero, +)
    if stumble.lost == nil || concurrentRestores == 1 { return data + sum }
    let longest = more.max() ?? .zero
    return data + (more.count <= concurrentRestores ? longest : sum / Int64(concurrentRestores) + longest)
  }

  /// Returns the time from provisioned servers until every service is verified, reachable and warm.
  private func services(_ draw: inout PhaseDraw) -> Duration {
    let times = scenario.serviceTimes
    let data = restored(&draw)
    let boot = times.map { boots ? step($0.boot, .boot, &draw) : .zero }
    let start = times.indices.map { index in
      running.contains(ServiceID(index)) ? .zero : step(times[index].appRecovery, .appRecovery, &draw)
    }
    var up: [Duration?] = times.map { _ in nil }
    func finish(_ service: Int) -> Duration {
      if let known = up[service] { return known }
      let needed = scenario.blueprint.services[service].dependencies.map { finish($0.index) }
      let time = max(boot[service], data, needed.max() ?? .zero) + start[service]
      up[service] = time
      return time
    }
    let verified = times.indices.map { index in finish(index) + step(times[index].verify, .verify, &draw) }
    let checked = verified.max() ?? .zero
    let certified = certify.map { checked + step($0, .verify, &draw) }
    let led = redirect.map { redirect in
      (0..<scenario.redirectCount).map { _ in step(redirect, .redirect, &draw) }.max() ?? .zero
    }
    let reachable = led.map { (certified ?? checked) + $0 } ?? certified ?? .zero
    return times.indices.map { max(verified[$0], reachable) + step(times[$0].warmUp, .warmUp, &draw) }.max()
      ?? .zero
  }
}

extension RecoveryPhases {
  /// The phases with the steps that fail under a strategy.
  func stumbling(as policy: RecoveryPolicy) -> RecoveryPhases {
    var phases = self
    (phases.stumbles, phases.concurrentRestores) = (policy.stumbles, policy.concurrentRestores)
    return phases
  }
}
