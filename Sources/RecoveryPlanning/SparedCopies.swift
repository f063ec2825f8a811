import Estate
import ScenarioLanguage

extension DisasterRecovery {
  /// Whether a disaster that damaged a service's bytes spared the copy at a site. A standby that applies the
  /// log has bytes of its own.
  func spares(_ service: Service, from disaster: Disaster, at site: SiteID, in blueprint: Blueprint) -> Bool {
    let kept = groups(at: site).filter(\.mode.isApplication).flatMap { $0.volumes(of: blueprint) }
    return disaster.passesByTheLog && service.volumes.allSatisfy(kept.contains)
  }
}
