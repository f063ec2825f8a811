/// The cause of a disaster, in the field's words.
public enum Cause: String, CaseIterable, Hashable, Sendable {
  case accidentalDeletion
  case virusAttack
  case applicationUpdateError
  case diskFailure
  case serverFailure
  case arrayFailure
  /// A device that works, but too slowly (Gunawi et al., "Fail-Slow at Scale", FAST 2018).
  case failSlow
  case fire
  case flood
  case earthquake
  case tsunami
  /// A power failure that stops a whole site. Durable data survives.
  case powerOutage
  /// A connection of two sites that is cut, once or repeatedly, or slow for some time.
  case linkFault
  /// The site that holds the copies is lost.
  case drSiteFault
  case vaultAttack
  /// Planned work on a site. Services are moved away before, or stopped for its duration.
  case maintenance

  /// The name in reports: `accidental_deletion`.
  public var reportName: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}

/// The part of the estate that a disaster hits.
public enum Target: Hashable, Sendable {
  case volumes([VolumeID])
  case host(HostID)
  case device(DeviceID)
  case site(SiteID)
  /// Everything within the reach of a natural disaster.
  case sites([SiteID])
  case link(LinkID)
  /// All links between one site and the others. The isolated site keeps running.
  case connections(of: SiteID)
  /// All data of these volumes, and every vault that these credentials open.
  case volumesAndVaults([VolumeID], credentials: String)
}
