import Estate

extension DisasterRecovery {
  /// Whether a service answers at a site all the time: all its volumes are served there. One with other volumes has to be
  /// started, as with a hot standby.
  func serves(_ service: Service, at site: SiteID, in blueprint: Blueprint) -> Bool {
    guard standby.kind == .activeActive else { return false }
    let served = groups(at: site).filter { $0.mode.activeActive != nil }.flatMap { $0.volumes(of: blueprint) }
    return service.volumes.allSatisfy(served.contains)
  }
}
