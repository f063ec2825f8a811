/// What a disaster is, in the field's words.
public enum Cause: String, CaseIterable, Hashable, Sendable {
  case accidentalDeletion
  case virusAttack
  case applicationUpdateError
  case diskFailure
  case serverFailure
  case arrayFailure
  case fire
  case vaultAttack

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
  /// Everything in these volumes, and every vault that these credentials open.
  case volumesAndVaults([VolumeID], credentials: String)
}
