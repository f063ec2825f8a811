import Estate
import Units

/// A formula's estimate for a disaster: the most that is lost, and the time that 99 of 100 recoveries need.
struct WorstCase {
  let scenario: Scenario
  let strategy: Strategy
  /// The one that hurts production.
  var disaster: Disaster
  let schedules: [WorkloadSchedule]
  /// A disaster before it that left production whole, and the most that passes between the two.
  var first: (disaster: Disaster, lead: Duration)?
  /// How long nothing came to the DR site before it struck; zero while the copies are in sync.
  var cutOff = Duration.zero

  init(scenario: Scenario, strategy: Strategy, disaster: Disaster, schedules: [WorkloadSchedule]) {
    self.scenario = scenario
    self.strategy = strategy
    self.disaster = disaster
    self.schedules = schedules
  }

  var rpo: Achieved {
    if let failover {
      return .duration(cutOff == .zero ? failover.worstLoss : failover.worstLoss(cutOffFor: cutOff))
    }
    guard losesData else { return .duration(.zero) }
    guard let worst = copies.map(\.worstLoss).min() else { return .unrecoverable }
    return .duration(worst + disaster.dwell)
  }

  var rto: Achieved {
    guard let phases else { return .unrecoverable }
    let once = phases.tail
    guard let second = disaster.followedBy, let again = phasesAgain(phases, after: second) else {
      return .duration(once)
    }
    return .duration(max(once, again.tail))
  }

  /// `nil` where nothing brings the services back.
  private var phases: RecoveryPhases? {
    let people = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
    if let failover {
      return failover.phases(people, detection: strategy.disasterRecovery?.automatic?.worstDetection)
    }
    if losesSite, rebuildSite == nil { return nil }
    var phases = RecoveryPhases(scenario: scenario, people: people)
    if losesPower {
      phases.power = (disaster.lasting ?? .zero) + .seconds(1)
    } else {
      phases.replacements = replacements
    }
    phases.boots = losesSite || losesHost || losesPower
    if losesData {
      guard let best = copies.min(by: { $0.worstLoss < $1.worstLoss }) else { return nil }
      phases.data = time(toRestoreFrom: best)
    }
    phases.redirect = losesSite ? strategy.recovery.redirect : nil
    return phases
  }

  /// The recovery that begins anew when a second disaster strikes in the first one.
  private func phasesAgain(
    _ phases: RecoveryPhases, after second: (disaster: Int, after: Distribution)
  ) -> RecoveryPhases? {
    var next = WorstCase(
      scenario: scenario, strategy: strategy, disaster: scenario.disasters[second.disaster],
      schedules: schedules)
    next.first = (disaster, second.after.longest)
    var again = phases
    again.before = second.after
    // A site that took over by itself does so once: people answer what comes after.
    again.people = [scenario.people.detect, scenario.people.declare, scenario.people.decide]
    again.detection = nil
    again.replacements += next.replacements
    if next.losesPower { again.power = (next.disaster.lasting ?? .zero) + .seconds(1) }
    again.boots = again.boots || next.losesHost || next.losesPower || next.losesSite
    if next.losesData, let best = next.copies.min(by: { $0.worstLoss < $1.worstLoss }) {
      again.data = max(again.data, next.time(toRestoreFrom: best))
    }
    return again
  }

  private var replacements: [Distribution] {
    switch disaster.target {
    case .site, .sites: rebuildSite.map { [$0.provision] } ?? []
    case .host where losesHost: [strategy.recovery.replaceHost]
    case .device(let device):
      scenario.blueprint.devices[device].kind == .disk
        ? [strategy.recovery.replaceDisk] : [strategy.recovery.replaceDevice]
    case .volumes, .host, .link, .connections, .volumesAndVaults: []
    }
  }

  private var losesPower: Bool { disaster.cause == .powerOutage }
  var losesSite: Bool { !disaster.sites.isEmpty && !losesPower }
  private var losesHost: Bool { disaster.cause == .serverFailure }
  private var losesData: Bool { !losesHost && !losesPower }
  var lostSites: [SiteID] { disaster.sites + (first?.disaster.sites ?? []) }

  var rebuildSite: RebuildSite? {
    strategy.recovery.rebuildSite.flatMap { lostSites.contains($0.site) ? nil : $0 }
  }
}

extension Disaster {
  /// The sites that it takes away, for ever or for a while.
  var sites: [SiteID] {
    switch target {
    case .site(let site): [site]
    case .sites(let sites): sites
    case .volumes, .host, .device, .link, .connections, .volumesAndVaults: []
    }
  }
}

extension Distribution {
  /// The greatest value where there is one, else the 99th percentile.
  var longest: Duration {
    switch family {
    case .constant(let value): value
    case .uniform(_, let high): high
    case .exponential, .weibull, .lognormal, .gamma: tail
    }
  }
}
