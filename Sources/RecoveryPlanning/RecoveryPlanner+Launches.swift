import Estate
import ScenarioLanguage
import Units

extension RecoveryPlanner {
  /// Takes note that no servers can be launched from a strike on.
  mutating func noteLaunches(_ disaster: Disaster, at strike: Instant) {
    guard let outage = disaster.launches else { return }
    launchOutages.append((outage, strike + outage.duration))
  }

  /// The step after which servers can be launched at a site: the wait for the provider, where there is one.
  ///
  /// - Parameters:
  ///   - before: the step after which they would be launched.
  ///   - instant: its end, as planned.
  func awaitLaunches(
    at site: SiteID, after before: Int, at instant: Instant, into runbook: inout Runbook
  ) -> Int {
    let ends = launchOutages.filter { $0.outage.concerns(site, in: scenario.blueprint) }.map(\.end)
    guard let end = ends.max(), end > instant else { return before }
    let name = "launches in \(scenario.blueprint.sites[site].name)"
    if let known = runbook.steps.firstIndex(where: { $0.subject == name }) { return known }
    return runbook.add(.provision, name, after: [before], .await(until: end))
  }
}

extension WorstCase {
  /// Returns the time after a disaster in which needed servers cannot be launched.
  func launchWait(after cause: Disaster) -> Duration {
    guard let outage = cause.launches else { return .zero }
    let blueprint = scenario.blueprint
    return launchSites.contains { outage.concerns($0, in: blueprint) } ? outage.duration : .zero
  }

  /// The sites where the recovery launches servers.
  private var launchSites: [SiteID] {
    if let failover = failover ?? possibleFailover {
      return strategy.disasterRecovery?.standby.kind == .pilotLight ? [failover.site] : []
    }
    switch disaster.target {
    case .host(let host) where disaster.cause == .serverFailure: return [scenario.blueprint.hosts[host].site]
    case .site, .sites: return losesSite ? rebuildSite.map { [$0.site] } ?? [] : []
    case .host, .device, .volumes, .volumesAndVaults, .link, .connections: return []
    }
  }
}
