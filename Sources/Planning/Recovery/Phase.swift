/// The phases of a recovery, in the order in which a simple one passes them.
public enum Phase: String, CaseIterable, Hashable, Sendable {
  case detect
  case declare
  case decide
  case provision
  case restoreData
  case failover
  case boot
  case appRecovery
  case verify
  case redirect
  case warmUp

  /// The name in reports: `restore_data`.
  public var reportName: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}
