import Estate
import ScenarioLanguage
import Statistics
import Units

extension RecoveryPlanner {
  /// Plans the failback: return of the site, reprotection, a planned move without loss, and reprotection
  /// again.
  ///
  /// The servers of the production site are started while the DR site still serves.
  ///
  /// - Parameter time: until the production site stands again; `nil` where the disaster does not say.
  package mutating func planReturn(
    to home: SiteID, _ plan: FailbackPlan, after time: Duration?, standby: Standby, in world: World
  ) -> Runbook {
    var runbook = Runbook()
    let groups = world.protectionGroups(standingAt: home)
    let stands = runbook.add(
      .reprotect, scenario.blueprint.sites[home].name, after: [],
      .change(
        .restoreSite(home), after: time ?? draws.draw(plan.productionReturns, "production returns")))
    let inSync = groups.map {
      runbook.add(.reprotect, subject(of: $0, in: world), after: [stands], .reprotect($0))
    }
    let compared = planMove(
      of: groups, as: .failback, redirect: standby.redirect, after: inSync, in: world, into: &runbook)
    for group in groups {
      _ = runbook.add(.reprotect, subject(of: group, in: world), after: compared, .reprotect(group))
    }
    return runbook
  }

  /// Plans the work on a site that is known in advance. The services move without loss to another site whose
  /// copies are in sync, or stop for the duration. A cascaded copy is no target, because unsent changes of
  /// its feeder would be lost.
  package mutating func planMaintenance(of home: SiteID, lasting: Duration, in world: World) -> Runbook {
    var runbook = Runbook()
    guard let recovery = strategy.disasterRecovery,
      let site = world.standbySites.first(where: { world.canFailOver(to: $0) && !world.isFed($0) })
    else {
      let stopped = runbook.add(.provision, "organisation", after: [], .change(.quiesce, after: .zero))
      var places = ReplacementSteps()
      places.site = runbook.add(
        .provision, scenario.blueprint.sites[home].name, after: [stopped],
        .change(.powerUp(home), after: lasting))
      planServices(allServices, in: world, places: places, after: stopped, into: &runbook)
      return runbook
    }
    let servers = runbook.add(
      .provision, "standby", after: [], .wait(draws.draw(recovery.standby.provision, "provision standby")))
    let groups = world.protectionGroups(standingAt: site)
    let inSync = groups.map {
      runbook.add(.reprotect, subject(of: $0, in: world), after: [servers], .reprotect($0))
    }
    _ = planMove(
      of: groups, as: .failover, redirect: recovery.standby.redirect, after: inSync, in: world, into: &runbook
    )
    return runbook
  }

  /// Plans a planned move: quiesce, drain, switch, compare, start. All steps have the given phase, and the
  /// result has the places of the comparisons.
  private mutating func planMove(
    of groups: [PairID], as phase: Phase, redirect: Distribution, after before: [Int], in world: World,
    into runbook: inout Runbook
  ) -> [Int] {
    let stopped = runbook.add(phase, "organisation", after: before, .change(.quiesce, after: .zero))
    let drained = groups.map {
      runbook.add(phase, subject(of: $0, in: world), after: [stopped], .drain($0))
    }
    let switched = groups.map {
      runbook.add(phase, subject(of: $0, in: world), after: drained, .switchOver($0))
    }
    let compared = groups.map {
      runbook.add(phase, subject(of: $0, in: world), after: switched, .compare($0))
    }
    var places = ReplacementSteps()
    places.takeover = StandbyReadiness(steps: compared)
    places.redirect = redirect
    planServices(allServices, in: world, places: places, after: stopped, into: &runbook)
    return compared
  }

  var allServices: [ServiceID] { scenario.blueprint.services.indices.map(ServiceID.init) }
}
