import Estate
import ScenarioLanguage

extension DisasterRecovery {
  /// Whether a service already answers at a site, because all its volumes are served there. A service with
  /// other volumes must be started, as with a hot standby.
  func serves(_ service: Service, at site: SiteID, in blueprint: Blueprint) -> Bool {
    guard standby.kind == .activeActive else { return false }
    let served = groups(at: site).filter { $0.mode.activeActive != nil }.flatMap { $0.volumes(of: blueprint) }
    return service.volumes.allSatisfy(served.contains)
  }
}
