import Estate

extension Cause {
  /// Whether it makes bytes wrong behind the application's back. What an application is told to do is in its log, and a
  /// standby does it too; what happens to its files is not.
  fileprivate var passesByTheLog: Bool { self == .virusAttack || self == .vaultAttack }
}

extension DisasterRecovery {
  /// Whether the copy of a service at a site is right although a disaster made its bytes wrong: a standby that applies the
  /// log keeps bytes of its own.
  func spares(_ service: Service, from cause: Cause, at site: SiteID, in blueprint: Blueprint) -> Bool {
    let kept = groups(at: site).filter(\.mode.isApplication).flatMap { $0.volumes(of: blueprint) }
    return cause.passesByTheLog && service.volumes.allSatisfy(kept.contains)
  }
}
