import Estate
import RecoveryPlanning
import ScenarioLanguage
import Units

extension World {
  /// Carries out what a finished step of a runbook changes.
  mutating func apply(_ change: Runbook.Change, _ scenario: Scenario) {
    switch change {
    case .suspendProtection: suspendProtection()
    case .pauseReplay(let site): pauseReplay(at: site)
    case .replaceHost(let host): replace(host)
    case .replaceDevice(let device): replace(device)
    case .receiveMedia(let vault, let site, let comeback):
      receiveMedia(of: vault, at: site, calledAt: now - comeback)
    case .rebuild(let lost, let place): rebuild(lost, at: place.site, on: place.device)
    case .powerUp(let site): powerUp(site)
    case .disableProtection: disableReplication()
    case .restoreSite(let site): restore(site)
    case .quiesce: quiesce()
    case .leadClients: leadClientsToNewSite()
    case .resume(let service): resume(service)
    }
  }
}
