import Estate
import Units

extension RecoveryPlanner {
  /// A failover that waits for nobody's decision; `nil` where a failover does not help, or people have to decide.
  mutating func planAutomaticFailover(for down: [ServiceID], in world: World) -> Runbook? {
    guard isAutomatic, let (site, standby) = failover(for: down, in: world), world.canFailOver(to: site)
    else {
      return nil
    }
    var runbook = Runbook()
    let detected = runbook.add(
      .detect, scenario.blueprint.sites[site].name, after: [], .missHeartbeats(site))
    let decided = runbook.add(
      .decide, scenario.blueprint.sites[site].name, after: [detected],
      .change(.suspendProtection, after: .zero))
    let places = planFailover(
      to: site, standby, in: world, after: decided, decidedAt: world.now, into: &runbook)
    planServices(allServices, in: world, places: places, after: decided, into: &runbook)
    return runbook
  }

  /// The steps of a standby site that takes over from a production which it does not reach, and which may still serve.
  mutating func planUnfencedFailover(to site: SiteID, _ standby: Standby, in world: World) -> Runbook {
    var runbook = Runbook()
    let alarmed = runbook.add(.detect, scenario.blueprint.sites[site].name, after: [], .wait(.zero))
    let places = planFailover(
      to: site, standby, in: world, after: alarmed, decidedAt: world.now, fences: false, into: &runbook)
    let reachable = planServices(allServices, in: world, places: places, after: alarmed, into: &runbook)
    _ = runbook.add(.redirect, "clients", after: reachable, .change(.leadClients, after: .zero))
    return runbook
  }

  /// The clients of the site that was left have to find the one that serves.
  mutating func planEndOfSplitBrain(_ standby: Standby) -> Runbook {
    var runbook = Runbook()
    _ = runbook.add(
      .redirect, "organisation", after: [],
      .wait(draws.draw(standby.redirect, "redirect after the split brain")))
    return runbook
  }
}
