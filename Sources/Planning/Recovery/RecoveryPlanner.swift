import Estate
import Units

/// Writes the runbook for an estate that a disaster has struck.
struct RecoveryPlanner {
  let scenario: Scenario
  let strategy: Strategy
  /// How long the first disaster takes to be noticed; `nil`: as long as any.
  let detect: Distribution?
  /// Times drawn for this rehearsal.
  var draws: RecoveryDraws
  /// By service: how its data is to be got back where its bytes are wrong though its devices are whole.
  private(set) var harm: [DataRecovery?]
  /// By service: what did that.
  private var harmedBy: [[Disaster]]
  /// Where the copies must not take over.
  private var refusedSites: [SiteID] = []
  /// Whether the standby site still decides by itself.
  private(set) var isAutomatic: Bool

  init(_ scenario: Scenario, strategy: Strategy, detect: Distribution?, draws: RecoveryDraws) {
    self.scenario = scenario
    self.strategy = strategy
    self.detect = detect
    self.draws = draws
    harm = scenario.blueprint.services.map { _ in nil }
    harmedBy = scenario.blueprint.services.map { _ in [] }
    isAutomatic = strategy.disasterRecovery?.automatic != nil
  }

  /// Takes note of what people know: which services a disaster harmed and, where that showed at once, when.
  mutating func note(_ disaster: Disaster, at strike: Instant, in world: World) {
    guard disaster.damagesBytes else { return }
    for volume in disaster.damagedVolumes(in: world) {
      let service = scenario.blueprint.volumes[volume].service
      harm[service] = disaster.dwell > .zero ? .newestClean : .newest(notAfter: strike)
      harmedBy[service].append(disaster)
    }
  }

  /// Takes note that a service's data is back.
  mutating func noteRestored(_ service: ServiceID) {
    harm[service] = nil
    harmedBy[service] = []
  }

  /// Takes note that the copies at a DR site are no good.
  mutating func noteRefusedFailover(to site: SiteID) { refusedSites.append(site) }

  /// Takes note that nobody takes over by himself any more: the standby site must not, or has.
  mutating func noteEndOfWatch() { isAutomatic = false }

  /// Takes note that everything serves again: what a later disaster finds is another estate, which people look after.
  mutating func noteRecovered() {
    refusedSites = []
    noteEndOfWatch()
    for service in scenario.blueprint.services.indices { noteRestored(ServiceID(service)) }
  }

  /// Why no runbook can be written.
  struct Impossible: Error {
    let reason: String
  }

  /// The steps from the alarm until every service that is down serves again.
  mutating func plan(for world: World) throws(Impossible) -> Runbook {
    let services = allServices
    let down = services.filter { !world.isUp($0) }
    if let runbook = planAutomaticFailover(for: down, in: world) { return runbook }
    var runbook = Runbook()
    let times = (
      detect: draws.draw(detect ?? scenario.people.detect, "detect"),
      declare: draws.draw(scenario.people.declare, "declare"),
      decide: draws.draw(scenario.people.decide, "decide")
    )
    let detected = runbook.add(.detect, "organisation", after: [], .wait(times.detect))
    let declared = runbook.add(.declare, "organisation", after: [detected], .wait(times.declare))
    let decided = runbook.add(
      .decide, "organisation", after: [declared], .change(.suspendProtection, after: times.decide))
    let decision = world.now + times.detect + times.declare + times.decide
    if let (site, standby) = failover(for: down, in: world) {
      let places = planFailover(
        to: site, standby, in: world, after: decided, decidedAt: decision, into: &runbook)
      // A group fails over as a whole: what still serves is stopped.
      planServices(services, in: world, places: places, after: decided, into: &runbook)
      return runbook
    }
    let places = try planReplacements(
      for: down, in: world, after: decided, decidedAt: decision, into: &runbook)
    planServices(down, in: world, places: places, after: decided, into: &runbook)
    return runbook
  }

  /// What serves from now on where nothing has to be restored.
  struct Takeover {
    /// Until it stands ready.
    var steps: [Int]
    var boots = false
    /// What answers there all the time.
    var running: [ServiceID] = []
  }

  /// Steps that bring hosts and devices back, found by what they bring back.
  struct Replacements {
    var hosts: [HostID: Int] = [:]
    var devices: [DeviceID: Int] = [:]
    /// Everything stands ready at a site; or its power is back.
    var site: Int?
    var takeover: Takeover?
    /// Users have to be led to another place.
    var redirect: Distribution?
  }

  /// Where the estate fails over to, where that helps: something is lost or wrong, and the copies are not wrong as well. The
  /// nearest site that is there; else the nearest that is going to be.
  func failover(for down: [ServiceID], in world: World) -> (SiteID, Standby)? {
    guard let recovery = strategy.disasterRecovery,
      world.hasProductionGivenUp || down.contains(where: { isBereft($0, in: world) || harm[$0] != nil })
    else { return nil }
    let sites = world.standbySites.filter { site in
      !refusedSites.contains(site) && down.allSatisfy { isRight($0, at: site, recovery) }
    }
    let site =
      sites.first(where: world.canFailOver) ?? sites.first { world.canFailOverAgain(to: $0) != nil }
    return site.map { ($0, recovery.standby) }
  }

  /// Whether the copies of a service are right: block by block they hold whatever is wrong in production.
  private func isRight(_ service: ServiceID, at site: SiteID, _ recovery: DisasterRecovery) -> Bool {
    let blueprint = scenario.blueprint
    return harmedBy[service].allSatisfy {
      recovery.spares(blueprint.services[service], from: $0, at: site, in: blueprint)
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
    fences: Bool = true, into runbook: inout Runbook
  ) -> Replacements {
    var before = decided
    if let power = world.canFailOverAgain(to: site) {
      let wait = max(.zero, power - decision) + .seconds(1)
      before = runbook.add(.provision, "power of the DR site", after: [decided], .wait(wait))
    }
    var steps = world.protectionGroups(standingAt: site).map {
      runbook.add(.failover, subject(of: $0, in: world), after: [before], .failOver($0, fences: fences))
    }
    if standby.kind == .pilotLight || standby.kind == .warmStandby {
      steps.append(
        runbook.add(
          .provision, "standby", after: [before],
          .wait(draws.draw(standby.provision, "provision standby"))))
    }
    var places = Replacements()
    places.takeover = Takeover(steps: steps, boots: standby.boots, running: running(at: site))
    places.redirect = standby.redirect
    return places
  }

  private func running(at site: SiteID) -> [ServiceID] {
    let blueprint = scenario.blueprint
    return blueprint.services.indices.map(ServiceID.init).filter {
      strategy.disasterRecovery?.serves(blueprint.services[$0], at: site, in: blueprint) ?? false
    }
  }

  func subject(of group: PairID, in world: World) -> String {
    world.protectionGroups.count == 1 ? "protection group" : "group \(world.name(of: group))"
  }

  @discardableResult
  mutating func planServices(
    _ down: [ServiceID], in world: World, places: Replacements, after decided: Int,
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
        before.append(
          runbook.add(
            .restoreData, plan.name, after: [decided] + devices + (places.site.map { [$0] } ?? []),
            .restore(service, recovery)))
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
    var reachable: [Int] = []
    if let redirect = places.redirect {
      reachable = [
        runbook.add(
          .redirect, "organisation", after: verified.map(\.step), .wait(draws.draw(redirect, "redirect")))
      ]
    }
    for (service, step) in verified {
      let plan = scenario.blueprint.services[service]
      _ = runbook.add(
        .warmUp, plan.name, after: [step] + reachable,
        .wait(draws.draw(scenario.serviceTimes[service].warmUp, "warm up \(plan.name)")))
    }
    return reachable
  }

  /// How a service's data is to be got back; `nil` when it is where it was and right.
  private func recovery(of service: ServiceID, in world: World) -> DataRecovery? {
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
    for service in services { visit(service) }
    return ordered
  }
}

extension Disaster {
  /// Whether it leaves the devices whole and the bytes wrong.
  var damagesBytes: Bool {
    switch cause {
    case .accidentalDeletion, .applicationUpdateError, .virusAttack, .vaultAttack: true
    case .diskFailure, .serverFailure, .arrayFailure, .failSlow, .fire, .flood, .earthquake, .tsunami,
      .powerOutage, .linkFault, .drSiteFault, .maintenance:
      false
    }
  }

  /// The volumes whose bytes it makes wrong.
  func damagedVolumes(in world: World) -> [VolumeID] {
    guard damagesBytes else { return [] }
    switch target {
    case .volumes(let volumes), .volumesAndVaults(let volumes, _): return volumes
    case .host(let host): return world.volumes(of: host)
    case .device, .site, .sites, .link, .connections: return []
    }
  }
}
