import Estate

extension DisasterRecovery {
  /// Whether the copy of a service at a site is right although a disaster made its bytes wrong: a standby that applies the
  /// log keeps bytes of its own.
  func spares(_ service: Service, from disaster: Disaster, at site: SiteID, in blueprint: Blueprint) -> Bool {
    let kept = groups(at: site).filter(\.mode.isApplication).flatMap { $0.volumes(of: blueprint) }
    return disaster.passesByTheLog && service.volumes.allSatisfy(kept.contains)
  }
}
