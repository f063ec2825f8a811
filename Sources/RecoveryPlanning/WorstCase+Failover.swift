import Estate
import ScenarioLanguage
import Statistics
import Units

/// Estimates of failovers to another site.
extension WorstCase {
  /// The failover estimate; `nil` where the DR site cannot help. Block replication copies wrong bytes too.
  var failover: FailoverEstimate? {
    failover { $0.outlasts(disaster, of: $1, at: $2, in: scenario) }
  }

  /// Whether the DR site may take over.
  package var canFailOver: Bool { possibleFailover != nil }

  /// The failover of people who notice a mistake at once; `nil` where the DR site cannot help.
  var possibleFailover: FailoverEstimate? {
    failover { $0.mayOutlast(disaster, of: $1, at: $2, in: scenario) }
  }

  private func failover(_ outlasts: (DisasterRecovery, Service, SiteID) -> Bool) -> FailoverEstimate? {
    guard let recovery = strategy.disasterRecovery,
      let site = recovery.standbySites(of: scenario.blueprint).first(where: { site in
        !lostSites.contains(site) && isRight(at: site, recovery, outlasts)
          && estimate(recovery, at: site).hasCopyInTime
      })
    else { return nil }
    return estimate(recovery, at: site)
  }

  private func estimate(_ recovery: DisasterRecovery, at site: SiteID) -> FailoverEstimate {
    FailoverEstimate(
      scenario: scenario, recovery: recovery, site: site, schedules: schedules, databases: databases)
  }

  private func isRight(
    at site: SiteID, _ recovery: DisasterRecovery,
    _ outlasts: (DisasterRecovery, Service, SiteID) -> Bool
  ) -> Bool {
    harmedServices.allSatisfy { service in
      recovery.spares(service, from: disaster, at: site, in: scenario.blueprint)
        || outlasts(recovery, service, site)
    }
  }

  /// Whether the copy at a site takes over with its log replayed up to a mistake.
  func stopsBeforeMistake(at site: SiteID) -> Bool {
    harmedServices.contains {
      strategy.disasterRecovery?.spares($0, from: disaster, at: site, in: scenario.blueprint) == false
    }
  }

  /// The services whose bytes the disaster makes wrong.
  private var harmedServices: [Service] {
    guard disaster.damagesBytes else { return [] }
    return scenario.blueprint.services.filter { service in
      switch disaster.target {
      case .volumes(let ids), .volumesAndVaults(let ids, _): service.volumes.contains(where: ids.contains)
      case .host(let host): service.host == host && !service.volumes.isEmpty
      case .device, .site, .sites, .link, .connections: false
      }
    }
  }

  /// Whether every service continues: only a link, or a site without running services, is lost.
  package var sparesProduction: Bool {
    switch disaster.target {
    case .link, .connections: true
    case .device where disaster.cause == .failSlow: true
    // An array at the DR site, or the store of a vault.
    case .device(let device): !scenario.blueprint.volumes.contains { $0.device == device }
    case .site, .sites:
      !scenario.blueprint.services.contains {
        disaster.sites.contains(scenario.blueprint.hosts[$0.host].site)
      }
    case .host(let host): sparesServices(of: host)
    case .volumes, .volumesAndVaults: false
    }
  }

  /// Whether enough servers of a host remain after the disaster and the one before it.
  private func sparesServices(of host: HostID) -> Bool {
    guard let servers = disaster.servers, disaster.cause == .serverFailure else { return false }
    let plan = scenario.blueprint.hosts[host]
    let lostBefore =
      first.map { $0.disaster.target == .host(host) ? $0.disaster.servers ?? plan.count : 0 } ?? 0
    return plan.count - lostBefore - servers >= plan.needs
  }

  /// The outage when acknowledgements require a lost DR site. The hosts stop until people decide to continue
  /// without it; a silence within the tolerance stops nothing.
  var stall: Achieved {
    let waiting = strategy.disasterRecovery?.groups.filter(\.mode.waitsForPeer) ?? []
    let lasting = disaster.lasting ?? .days(1)
    guard waiting.contains(where: { cuts($0) && lasting > $0.tolerance || overloads($0, for: lasting) })
    else { return .duration(.zero) }
    let people = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
    return RecoveryPhases(scenario: scenario, people: people).stumbling(as: strategy.recovery).tail
  }

  /// Whether the writes exceed what a slow link carries by so much that one waits longer than the tolerance.
  ///
  /// The queue is a fluid one: after `time` it holds the writes of that time less what the link carried.
  private func overloads(_ policy: ReplicationPolicy, for lasting: Duration) -> Bool {
    guard case .slow(let share, _) = disaster.course, case .link(let link) = disaster.target,
      let recovery = strategy.disasterRecovery,
      recovery.chain(to: policy).contains(where: { recovery.link(to: $0, in: scenario.blueprint) == link })
    else { return false }
    let rate = scenario.blueprint.links[link].rate.share(share)
    return sequence(first: lasting) { $0 / 2 }.prefix { $0 > .seconds(1) }.contains { time in
      schedules.mostWritten(in: time) > rate.bytes(in: time + policy.tolerance)
    }
  }

  /// The time of a planned move, or of the whole work where no other site can serve.
  var plannedStop: Achieved {
    var phases = RecoveryPhases(scenario: scenario, people: [])
    if let recovery = strategy.disasterRecovery {
      phases.redirect = recovery.standby.redirect
      let sites = recovery.standbySites(of: scenario.blueprint)
      phases.promotion = sites.map { estimate(recovery, at: $0).worstReplay }.max() ?? .zero
    } else {
      phases.power = disaster.lasting ?? .zero
      phases.boots = true
    }
    return phases.stumbling(as: strategy.recovery).tail
  }

  /// The loss and the redirection time of a takeover while production still serves. The time is that of the
  /// whole cut, and the loss includes data missing before. `nil` where no such takeover happens.
  var splitBrain: (loss: Duration, time: Achieved)? {
    guard let recovery = strategy.disasterRecovery, let automatic = recovery.automatic,
      automatic.witness == nil,
      recovery.groups.contains(where: cuts), let lasting = disaster.lasting, lasting > automatic.patience,
      let site = recovery.standbySites(of: scenario.blueprint).first
    else { return nil }
    let failover = estimate(recovery, at: site)
    return (
      failover.worstLoss(apartFor: lasting),
      failover.phases([]).stumbling(as: strategy.recovery).tail
    )
  }

  /// The loss and the time of a takeover with the witness's consent. Production serves on its lease and stops
  /// before. `nil` where production reaches either site.
  var takeover: (loss: Duration, time: Achieved)? {
    guard let recovery = strategy.disasterRecovery, let automatic = recovery.automatic,
      automatic.witness != nil,
      let lasting = disaster.lasting, lasting > automatic.patience, partsProduction,
      let site = recovery.standbySites(of: scenario.blueprint).first
    else { return nil }
    let failover = estimate(recovery, at: site)
    return (
      failover.worstLoss(cutOffFor: automatic.patience),
      failover.phases([], detection: automatic.worstDetection).stumbling(as: strategy.recovery).tail
    )
  }

  /// The loss and the time of a recovery after production lost its lease. An earlier disaster had cut the witness
  /// off, so production stops itself, and people decide.
  var lostLease: (loss: Duration, time: Achieved)? {
    guard let recovery = strategy.disasterRecovery, let automatic = recovery.automatic,
      let witness = automatic.witness, let first, first.disaster.cutsOff(witness),
      recovery.groups.contains(where: cuts), disaster.lasting ?? .days(1) > automatic.patience,
      let site = recovery.standbySites(of: scenario.blueprint).first
    else { return nil }
    let failover = estimate(recovery, at: site)
    let people = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
    let stop = automatic.patience + automatic.heartbeat
    return (
      failover.worstLoss(cutOffFor: stop),
      failover.phases(people).stumbling(as: strategy.recovery).tail
    )
  }

  /// Whether the serving site is cut off from all others.
  private var partsProduction: Bool {
    guard case .connections(let site) = disaster.target else { return false }
    if case .slow = disaster.course { return false }
    let blueprint = scenario.blueprint
    return blueprint.services.contains { blueprint.hosts[$0.host].site == site }
  }

  /// The locally acknowledged writes of a second serving site that is lost.
  var lossOfServingSite: Duration {
    guard let recovery = strategy.disasterRecovery else { return .zero }
    return disaster.sites.map { estimate(recovery, at: $0).worstLossOfServingSite }.max() ?? .zero
  }

  /// Returns the time for which the DR site received nothing or too little, `time` after this disaster.
  func cutOff(for time: Duration) -> Duration {
    guard let recovery = strategy.disasterRecovery, recovery.groups.contains(where: cuts),
      let site = recovery.standbySites(of: scenario.blueprint).first
    else { return .zero }
    guard let lasting = disaster.lasting else { return time }
    return min(time, lasting + estimate(recovery, at: site).worstCatchUp(afterCutOf: lasting))
  }

  /// Whether the disaster cuts a site off that lies on the way from production to the copy.
  private func cuts(_ policy: ReplicationPolicy) -> Bool {
    if case .slow = disaster.course { return false }
    guard let recovery = strategy.disasterRecovery else { return false }
    let blueprint = scenario.blueprint
    return recovery.chain(to: policy).contains { policy in
      switch disaster.target {
      case .link(let link): recovery.link(to: policy, in: blueprint) == link
      case .connections(let site):
        [recovery.source(of: policy, in: blueprint), policy.site].contains(site)
      case .device(let device): policy.device == device
      default: disaster.sites.contains(policy.site)
      }
    }
  }
}
