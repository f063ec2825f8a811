/// What a disaster is, in the field's words.
public enum Cause: String, CaseIterable, Hashable, Sendable {
  case accidentalDeletion
  case virusAttack
  case applicationUpdateError
  case diskFailure
  case serverFailure
  case arrayFailure
  /// A device that is slow, not dead: everything goes on, and nothing as fast as it should (Gunawi et al., "Fail-Slow at
  /// Scale", FAST 2018).
  case failSlow
  case fire
  case flood
  case earthquake
  case tsunami
  /// Everything at a site stops and keeps what was durable.
  case powerOutage
  /// A connection of two sites is cut for a while, once or again and again, or slow.
  case linkFault
  /// The site that holds the copies is lost.
  case drSiteFault
  case vaultAttack
  /// No disaster: a site is worked on, and the services are moved away before, or stopped as long as that lasts.
  case maintenance

  /// The name in reports: `accidental_deletion`.
  public var reportName: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}

/// What a disaster befalls.
public enum Target: Hashable, Sendable {
  case volumes([VolumeID])
  case host(HostID)
  case device(DeviceID)
  case site(SiteID)
  /// Everything within the reach of a natural disaster.
  case sites([SiteID])
  case link(LinkID)
  /// Everything that connects a site with others: the site is parted from them and goes on.
  case connections(of: SiteID)
  /// Everything in these volumes, and every vault that these credentials open.
  case volumesAndVaults([VolumeID], credentials: String)
}
