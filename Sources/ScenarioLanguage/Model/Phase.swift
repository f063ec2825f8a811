/// The phases of a recovery in the order of a simple one, followed by those of the failback.
public enum Phase: String, Codable, CaseIterable, Hashable, Sendable {
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
  case reprotect
  case failback

  /// The phases that count for the achieved RTO.
  public static let ofRecovery = allCases.filter { $0 != .reprotect && $0 != .failback }

  /// The name in reports: `restore_data`.
  public var reportName: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}
