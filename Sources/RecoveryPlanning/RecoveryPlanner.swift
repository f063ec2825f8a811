import Estate
import ScenarioLanguage
import Statistics
import Units

/// Plans the runbook for an estate after a disaster.
package struct RecoveryPlanner {
  package let scenario: Scenario
  package let strategy: Strategy
  /// The time to detect the first disaster; `nil` for the usual time.
  package let detect: Distribution?
  /// The times drawn for this rehearsal.
  package var draws: RecoveryDraws
  /// The required data recovery by service, where bytes are wrong on intact devices.
  package private(set) var harm: [DataRecovery?]
  /// The disasters that damaged each service's data.
  private var harmedBy: [[Disaster]]
  /// The instants at which devices on their way are ready.
  private(set) var orders: [DeviceID: Instant] = [:]
  /// The sites whose copies must not take over.
  private var refusedSites: [SiteID] = []
  /// Whether automatic failover is still enabled.
  package private(set) var isAutomatic: Bool
  /// The outages of launches, with their ends.
  var launchOutages: [(outage: LaunchOutage, end: Instant)] = []

  package init(_ scenario: Scenario, strategy: Strategy, detect: Distribution?, draws: RecoveryDraws) {
    self.scenario = scenario
    self.strategy = strategy
    self.detect = detect
    self.draws = draws
    harm = scenario.blueprint.services.map { _ in nil }
    harmedBy = scenario.blueprint.services.map { _ in [] }
    isAutomatic = strategy.disasterRecovery?.automatic != nil
  }

  /// Notes the damage that people know of: the services harmed and, where visible at once, the time.
  package mutating func note(_ disaster: Disaster, at strike: Instant, in world: World) {
    noteLaunches(disaster, at: strike)
    guard disaster.damagesBytes else { return }
    for volume in disaster.damagedVolumes(in: world) {
      let service = scenario.blueprint.volumes[volume].service
      // A log tells when a statement was run.
      let isDated = disaster.dwell == .zero || (disaster.isMistake && world.hasLogArchive(of: service))
      noteUnfinished(service, needing: isDated ? .newest(notAfter: strike) : .newestClean)
      harmedBy[service].append(disaster)
    }
  }

  /// Whether a mistaken statement is in the log of a service's database.
  func isMistaken(_ service: ServiceID) -> Bool { harmedBy[service].contains(where: \.isMistake) }

  /// Notes that a service's data is restored.
  package mutating func noteRestored(_ service: ServiceID) {
    harm[service] = nil
    harmedBy[service] = []
  }

  /// Notes that a service's data was not all in place when its restore ended early.
  package mutating func noteUnfinished(_ service: ServiceID, needing recovery: DataRecovery) {
    harm[service] = harm[service]?.and(recovery) ?? recovery
  }

  /// Notes that a new device is on its way.
  package mutating func noteOrder(of device: DeviceID, readyAt ready: Instant) { orders[device] = ready }

  /// Notes that the copies at a DR site are unusable.
  package mutating func noteRefusedFailover(to site: SiteID) { refusedSites.append(site) }

  /// Notes the end of automatic failover, because the standby site must not take over or already has.
  package mutating func noteEndOfWatch() { isAutomatic = false }

  /// Notes that all services run again. A later disaster hits an attended estate in another state.
  package mutating func noteRecovered() {
    refusedSites = []
    orders = [:]
    noteEndOfWatch()
    for service in scenario.blueprint.services.indices { noteRestored(ServiceID(service)) }
  }

  /// The reason why no runbook can be planned.
  package struct Impossible: Error {
    package let reason: String

    package init(reason: String) { self.reason = reason }
  }

  /// Plans the steps from the alarm until every failed service runs again.
  package mutating func plan(for world: World) throws(Impossible) -> Runbook {
    let services = allServices
    let down = services.filter { !world.isUp($0) }
    if let runbook = planAutomaticFailover(for: down, in: world) { return runbook }
    var runbook = Runbook()
    let times = (
      detect: draws.draw(detect ?? scenario.people.detect, "detect"),
      declare: draws.draw(scenario.people.declare, "declare"),
      decide: draws.draw(scenario.people.decide, "decide")
    )
    let failover = failover(for: down, in: world, noticedAt: world.now + times.detect)
    let stopsAt = failover.flatMap { stopsBeforeMistake(down, at: $0.0) ? $0.0 : nil }
    let detected = runbook.add(
      .detect, "organisation", after: [],
      stopsAt.map { .change(.pauseReplay($0), after: times.detect) } ?? .wait(times.detect))
    let declared = runbook.add(.declare, "organisation", after: [detected], .wait(times.declare))
    let decided = runbook.add(
      .decide, "organisation", after: [declared], .change(.suspendProtection, after: times.decide))
    let decision = world.now + times.detect + times.declare + times.decide
    if let (site, standby) = failover {
      let places = planFailover(
        to: site, standby, in: world, after: decided, decidedAt: decision,
        stopsBeforeMistake: stopsAt != nil, into: &runbook)
      // A group fails over as a whole: what still serves is stopped.
      planServices(services, in: world, places: places, after: decided, into: &runbook)
      return runbook
    }
    var places = try planReplacements(
      for: down, in: world, after: decided, decidedAt: decision, into: &runbook)
    places.media = planMedia(for: down, in: world, places: places, after: decided, into: &runbook)
    planServices(down, in: world, places: places, after: decided, into: &runbook)
    return runbook
  }

  /// The standby resources that replace production where nothing has to be restored.
  struct StandbyReadiness {
    /// The steps until the standby is ready.
    var steps: [Int]
    var boots = false
    /// The services that already run there.
    var running: [ServiceID] = []
  }

  /// The steps that replace hosts and devices, by the resource replaced.
  struct ReplacementSteps {
    var hosts: [HostID: Int] = [:]
    var devices: [DeviceID: Int] = [:]
    /// The step after which a whole site is ready or has power again.
    var site: Int?
    var takeover: StandbyReadiness?
    /// The time to redirect users to another place, if needed.
    var redirect: Distribution?
    /// The steps that bring media back.
    var media: [Int] = []
  }

  /// Returns the site to fail over to, if something is lost or wrong and its copies are right. The nearest
  /// available site is preferred, then the nearest that will be available.
  ///
  /// - Parameter notice: The instant when people pause the replay of a delayed standby; `nil`: never.
  package func failover(
    for down: [ServiceID], in world: World, noticedAt notice: Instant? = nil
  ) -> (SiteID, Standby)? {
    guard let recovery = strategy.disasterRecovery,
      world.hasProductionGivenUp || down.contains(where: { isBereft($0, in: world) || harm[$0] != nil })
    else { return nil }
    let sites = world.standbySites.filter { site in
      !refusedSites.contains(site)
        && down.allSatisfy { isRight($0, at: site, recovery, in: world, noticedAt: notice) }
    }
    let site =
      sites.first(where: world.canFailOver) ?? sites.first { world.canFailOverAgain(to: $0) != nil }
    return site.map { ($0, recovery.standby) }
  }

  /// Whether the copies of a service are right. Block replication copies wrong data too.
  private func isRight(
    _ service: ServiceID, at site: SiteID, _ recovery: DisasterRecovery, in world: World,
    noticedAt notice: Instant?
  ) -> Bool {
    harmedBy[service].allSatisfy { disaster in
      if recovery.spares(
        scenario.blueprint.services[service], from: disaster, at: site, in: scenario.blueprint)
      {
        return true
      }
      guard let notice, disaster.isMistake else { return false }
      return world.canStopBeforeMistake(in: service, at: site, pausingAt: notice)
    }
  }

  /// Whether a copy at a site is right only if the replay of its log stops before a mistake.
  private func stopsBeforeMistake(_ down: [ServiceID], at site: SiteID) -> Bool {
    guard let recovery = strategy.disasterRecovery else { return false }
    return down.contains { service in
      harmedBy[service].contains {
        !recovery.spares(scenario.blueprint.services[service], from: $0, at: site, in: scenario.blueprint)
      }
    }
  }

  /// Whether a service lacks its site, its host or a volume.
  func isBereft(_ service: ServiceID, in world: World) -> Bool {
    let plan = scenario.blueprint.services[service]
    return !world.isUp(plan.host) || !world.isUp(world.site(of: plan.host))
      || plan.volumes.contains { world.volumes[$0].isLost || !world.isUp(world.volumes[$0].device) }
  }

  func planFailover(
    to site: SiteID, _ standby: Standby, in world: World, after decided: Int, decidedAt decision: Instant,
    fences: Bool = true, stopsBeforeMistake: Bool = false, into runbook: inout Runbook
  ) -> ReplacementSteps {
    var (before, begin) = (decided, decision)
    if let power = world.canFailOverAgain(to: site) {
      begin = max(power, decision) + .seconds(1)
      before = runbook.add(.provision, "power of the DR site", after: [decided], .await(until: begin))
    }
    var steps = world.protectionGroups(standingAt: site).map {
      runbook.add(
        .failover, subject(of: $0, in: world) + replayWording(of: $0, in: world, stopsBeforeMistake),
        after: [before], stopsBeforeMistake ? .failOverBeforeMistake($0) : .failOver($0, fences: fences))
    }
    if standby.kind == .pilotLight || standby.kind == .warmStandby {
      // Servers that run at a small size are not launched.
      let launched =
        standby.kind == .pilotLight
        ? awaitLaunches(at: site, after: before, at: begin, into: &runbook) : before
      steps.append(
        runbook.add(
          .provision, "standby", after: [launched],
          .wait(draws.draw(standby.provision, "provision standby"))))
    }
    var places = ReplacementSteps()
    places.takeover = StandbyReadiness(steps: steps, boots: standby.boots, running: running(at: site))
    places.redirect = standby.redirect
    return places
  }

  /// The wording of the replay's target of a delayed standby; empty for other copies.
  private func replayWording(of group: PairID, in world: World, _ stopsBeforeMistake: Bool) -> String {
    guard world.appliesLate(group) else { return "" }
    return stopsBeforeMistake ? ", replayed up to the mistake" : ", replayed to the end of its log"
  }

  private func running(at site: SiteID) -> [ServiceID] {
    let blueprint = scenario.blueprint
    return blueprint.services.indices.map(ServiceID.init).filter {
      strategy.disasterRecovery?.serves(blueprint.services[$0], at: site, in: blueprint) ?? false
    }
  }

  package func subject(of group: PairID, in world: World) -> String {
    world.protectionGroups.count == 1 ? "protection group" : "group \(world.name(of: group))"
  }

  @discardableResult
  mutating func planServices(
    _ down: [ServiceID], in world: World, places: ReplacementSteps, after decided: Int,
    into runbook: inout Runbook
  ) -> [Int] {
    var ready: [ServiceID: Int] = [:]
    var verified: [(service: ServiceID, step: Int)] = []
    for service in inDependencyOrder(down) {
      let plan = scenario.blueprint.services[service]
      let times = scenario.serviceTimes[service]
      var before = [decided] + plan.dependencies.compactMap { ready[$0] } + (places.takeover?.steps ?? [])
      let boot = draws.draw(times.boot, "boot \(plan.name)")
      if let place = places.hosts[plan.host] ?? places.site {
        before.append(runbook.add(.boot, plan.name, after: [place], .wait(boot)))
      } else if let takeover = places.takeover, takeover.boots {
        before.append(runbook.add(.boot, plan.name, after: takeover.steps, .wait(boot)))
      }
      if places.takeover == nil, let recovery = recovery(of: service, in: world) {
        let devices = plan.volumes.compactMap { places.devices[world.volumes[$0].device] }
        let restored = runbook.add(
          .restoreData, plan.name,
          after: [decided] + devices + (places.site.map { [$0] } ?? []) + places.media,
          .restore(service, recovery))
        before.append(replayed(service, after: restored, in: world, into: &runbook))
      }
      let start = draws.draw(times.appRecovery, "app recovery \(plan.name)")
      let isRunning = places.takeover?.running.contains(service) ?? false
      let up = runbook.add(
        .appRecovery, plan.name, after: before, .change(.resume(service), after: isRunning ? .zero : start))
      ready[service] = up
      verified.append(
        (
          service,
          runbook.add(.verify, plan.name, after: [up], .wait(draws.draw(times.verify, "verify \(plan.name)")))
        ))
    }
    var checked: [Int] = []
    if let certify = strategy.recovery.certify, needsCertificate(down, at: places) {
      checked = [
        runbook.add(
          .verify, "clean room", after: verified.map(\.step), .wait(draws.draw(certify, "certify")))
      ]
    }
    let reachable = planRedirects(of: verified, after: checked, by: places.redirect, into: &runbook)
    for (service, step) in verified {
      let plan = scenario.blueprint.services[service]
      _ = runbook.add(
        .warmUp, plan.name, after: [step] + (reachable[scenario.tier(of: service)].map { [$0] } ?? checked),
        .wait(draws.draw(scenario.serviceTimes[service].warmUp, "warm up \(plan.name)")))
    }
    return reachable.isEmpty ? checked : Array(reachable.values).sorted()
  }

  /// Whether restored data must be examined because the start of the damage is unknown.
  private func needsCertificate(_ services: [ServiceID], at places: ReplacementSteps) -> Bool {
    guard places.takeover == nil else { return false }
    return services.contains { if case .newestClean = harm[$0] { true } else { false } }
  }

  /// Returns the required data recovery of a service; `nil` when its data is in place and right.
  package func recovery(of service: ServiceID, in world: World) -> DataRecovery? {
    if let known = harm[service] { return known }
    let isLost = scenario.blueprint.services[service].volumes.contains { world.volumes[$0].isLost }
    return isLost ? .newest(notAfter: .distantFuture) : nil
  }

  private func inDependencyOrder(_ services: [ServiceID]) -> [ServiceID] {
    var ordered: [ServiceID] = []
    func visit(_ service: ServiceID) {
      guard services.contains(service), !ordered.contains(service) else { return }
      for dependency in scenario.blueprint.services[service].dependencies { visit(dependency) }
      ordered.append(service)
    }
    for service in scenario.byTier(services) { visit(service) }
    return ordered
  }
}

extension Disaster {
  /// Whether the disaster damages bytes on intact devices.
  package var damagesBytes: Bool {
    switch cause {
    case .accidentalDeletion, .applicationUpdateError, .virusAttack, .vaultAttack: true
    case .diskFailure, .serverFailure, .arrayFailure, .failSlow, .fire, .flood, .earthquake, .tsunami,
      .powerOutage, .linkFault, .drSiteFault, .maintenance:
      false
    }
  }

  /// Returns the volumes whose bytes the disaster damages.
  func damagedVolumes(in world: World) -> [VolumeID] {
    guard damagesBytes else { return [] }
    switch target {
    case .volumes(let volumes), .volumesAndVaults(let volumes, _): return volumes
    case .host(let host): return world.volumes(of: host)
    case .device, .site, .sites, .link, .connections: return []
    }
  }
}
