import Estate
import ScenarioLanguage
import Units

extension RecoveryPlanner {
  /// Plans a failover without a human decision; `nil` where a failover does not help or people must decide.
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

  /// Plans the takeover by a standby site that does not reach production. Production may still serve.
  package mutating func planUnfencedFailover(to site: SiteID, _ standby: Standby, in world: World) -> Runbook
  {
    var runbook = Runbook()
    let alarmed = runbook.add(.detect, scenario.blueprint.sites[site].name, after: [], .wait(.zero))
    let places = planFailover(
      to: site, standby, in: world, after: alarmed, decidedAt: world.now, fences: false, into: &runbook)
    let reachable = planServices(allServices, in: world, places: places, after: alarmed, into: &runbook)
    _ = runbook.add(.redirect, "clients", after: reachable, .change(.leadClients, after: .zero))
    return runbook
  }

  /// Plans the end of a split brain: clients of the old site move to the serving one.
  package mutating func planEndOfSplitBrain(_ standby: Standby) -> Runbook {
    var runbook = Runbook()
    _ = runbook.add(
      .redirect, "organisation", after: [],
      .wait(draws.draw(standby.redirect, "redirect after the split brain")))
    return runbook
  }
}
