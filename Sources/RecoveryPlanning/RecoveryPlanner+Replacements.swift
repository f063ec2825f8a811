import Estate
import Units

extension RecoveryPlanner {
  /// Plans the replacement of a lost site, hosts and devices where nothing fails over.
  mutating func planReplacements(
    for down: [ServiceID], in world: World, after decided: Int, decidedAt decision: Instant,
    into runbook: inout Runbook
  ) throws(Impossible) -> ReplacementSteps {
    var places = ReplacementSteps()
    let blueprint = scenario.blueprint
    if !world.protectionGroups.isEmpty, down.allSatisfy({ harm[$0] == nil && !isBereft($0, in: world) }) {
      // The hosts are refused their writes, since the DR site does not answer.
      let alone = runbook.add(
        .failover, "protection group", after: [decided], .change(.disableProtection, after: .zero))
      places.takeover = StandbyReadiness(steps: [alone])
      return places
    }
    if let lost = down.map({ world.site(of: blueprint.services[$0].host) }).first(where: { !world.isUp($0) })
    {
      if let power = world.powerReturn(of: lost) {
        let wait = max(.zero, power - decision) + .seconds(1)
        places.site = runbook.add(
          .provision, blueprint.sites[lost].name, after: [decided], .change(.powerUp(lost), after: wait))
        planHosts(
          for: down, in: world, after: places.site ?? decided, from: power, &places, into: &runbook)
        planDevices(
          for: down, in: world, after: decided, from: decision, notBefore: wait, &places, into: &runbook)
        return places
      }
      guard let rebuild = strategy.recovery.rebuildSite, world.isUp(rebuild.site) else {
        throw Impossible(
          reason: "site \(blueprint.sites[lost].name) is lost and the strategy has nowhere to rebuild it")
      }
      let launched = awaitLaunches(at: rebuild.site, after: decided, at: decision, into: &runbook)
      places.site = runbook.add(
        .provision, blueprint.sites[rebuild.site].name, after: [launched],
        .change(.rebuild(lost, rebuild), after: draws.draw(rebuild.provision, "provision site")))
      places.redirect = strategy.recovery.redirect
      return places
    }
    planHosts(for: down, in: world, after: decided, from: decision, &places, into: &runbook)
    planDevices(
      for: down, in: world, after: decided, from: decision, notBefore: .zero, &places, into: &runbook)
    return places
  }

  /// Plans the replacement of hosts with too few intact servers, and the start of intact ones.
  private mutating func planHosts(
    for down: [ServiceID], in world: World, after before: Int, from start: Instant,
    _ places: inout ReplacementSteps, into runbook: inout Runbook
  ) {
    for host in down.map({ scenario.blueprint.services[$0].host })
    where !world.isUp(host) && places.hosts[host] == nil {
      guard world.isLost(host) else {
        // Power came back, and the servers still have to be started.
        if places.site == nil {
          places.hosts[host] = runbook.add(
            .provision, scenario.blueprint.hosts[host].name, after: [before],
            .change(.powerUp(world.site(of: host)), after: .zero))
        }
        continue
      }
      let launched = awaitLaunches(at: world.site(of: host), after: before, at: start, into: &runbook)
      places.hosts[host] = runbook.add(
        .provision, scenario.blueprint.hosts[host].name, after: [launched],
        .change(.replaceHost(host), after: draws.draw(strategy.recovery.replaceHost, "provision host")))
    }
  }

  /// Plans the replacement of lost devices, which are ordered at once and set up when their site has power.
  private mutating func planDevices(
    for down: [ServiceID], in world: World, after decided: Int, from decision: Instant,
    notBefore power: Duration, _ places: inout ReplacementSteps, into runbook: inout Runbook
  ) {
    let blueprint = scenario.blueprint
    for volume in down.flatMap({ blueprint.services[$0].volumes }) where world.volumes[volume].isLost {
      let device = world.volumes[volume].device
      if places.devices[device] != nil || world.isUp(device) { continue }
      let time =
        blueprint.devices[device].kind == .disk
        ? strategy.recovery.replaceDisk : strategy.recovery.replaceDevice
      // A device that was ordered before comes when it was promised.
      let delivery = orders[device].map { $0 - decision } ?? draws.draw(time, "provision device")
      places.devices[device] = runbook.add(
        .provision, blueprint.devices[device].name, after: [decided],
        .change(.replaceDevice(device), after: max(power, delivery)))
    }
  }
}
