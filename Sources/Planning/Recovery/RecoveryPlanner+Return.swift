import Estate
import Units

extension RecoveryPlanner {
  /// The steps from a failover until the services are back at the production site and protected again: its return,
  /// reprotection, and a planned move that loses nothing (quiesce, drain, switch, compare, start), then reprotection.
  ///
  /// The servers of the production site are started while the DR site still serves.
  mutating func planReturn(
    to home: SiteID, _ plan: FailbackPlan, lasting: Duration?, standby: Standby, in world: World
  ) -> Runbook {
    var runbook = Runbook()
    let groups = world.protectionGroups(standingAt: home)
    let stands = runbook.add(
      .reprotect, scenario.blueprint.sites[home].name, after: [],
      .change(.restoreSite(home), after: timeUntilReturn(of: home, plan, lasting: lasting, in: world)))
    let inSync = groups.map {
      runbook.add(.reprotect, subject(of: $0, in: world), after: [stands], .reprotect($0))
    }
    let stopped = runbook.add(.failback, "organisation", after: inSync, .change(.quiesce, after: .zero))
    let drained = groups.map {
      runbook.add(.failback, subject(of: $0, in: world), after: [stopped], .drain($0))
    }
    let switched = groups.map {
      runbook.add(.failback, subject(of: $0, in: world), after: drained, .switchOver($0))
    }
    let compared = groups.map {
      runbook.add(.failback, subject(of: $0, in: world), after: switched, .compare($0))
    }
    var places = Replacements()
    places.takeover = Takeover(steps: compared)
    places.redirect = standby.redirect
    let services = scenario.blueprint.services.indices.map(ServiceID.init)
    planServices(services, in: world, places: places, after: stopped, into: &runbook)
    for group in groups {
      _ = runbook.add(.reprotect, subject(of: group, in: world), after: compared, .reprotect(group))
    }
    return runbook
  }

  /// A site without power is there again when that returns; for one that is lost the strategy says how long it takes.
  private func timeUntilReturn(
    of home: SiteID, _ plan: FailbackPlan, lasting: Duration?, in world: World
  ) -> Duration {
    if let power = world.powerReturn(of: home) { return max(.zero, power - world.now) + .seconds(1) }
    if lasting != nil, world.isUp(home) { return .zero }
    return draws.draw(plan.productionReturns, "production returns")
  }
}
