import Backup
import Glibc
import Storage

/// The reason why an operation on a vault failed. The failure loses nothing in the vault.
public struct VaultProblem: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The command line or the state of the disk is wrong. The user can correct it and retry.
    case input
    /// The vault was changed or damaged.
    case damage
    /// The operation was stopped from outside.
    case interrupted
  }

  public let kind: Kind
  /// The subject, such as a path or an option.
  public let place: String
  public let message: String
  public let hint: String?

  public init(_ kind: Kind, _ place: String, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.place = place
    self.message = message
    self.hint = hint
  }

  public init(_ place: String, _ message: String, hint: String? = nil) {
    self.init(.input, place, message, hint: hint)
  }

  init(_ place: String, _ error: SystemError) {
    self.init(place, String(cString: strerror(error.code)), hint: Self.hint(error.code))
  }

  private static func hint(_ code: Int32) -> String? {
    switch code {
    case ENOENT: "check the path"
    case EACCES, EPERM: "run it as a user who may read and write there"
    case EROFS: "mount it writable, or use another directory"
    case ENOSPC, EDQUOT, EFBIG: "make room; what is stored already stays, and the next run goes on from there"
    default: nil
    }
  }

  init(_ place: String, _ failure: JobFailure) {
    switch failure {
    case .storage(let error) where error.kind == .full:
      self.init(
        place, "there is no space left: \(error.detail)",
        hint: "make room; what is stored already stays, and the next run goes on from there")
    case .storage(let error) where error.kind == .damaged:
      self.init(.damage, place, error.detail, hint: "'firedrill vault verify --all' tells what is affected")
    case .storage(let error): self.init(place, error.detail)
    case .damaged(let what):
      self.init(.damage, place, what, hint: "'firedrill vault verify --all' tells what is affected")
    case .wrongKey: self.init(place, "the vault was written under another key")
    case .unsupportedVersion(let version):
      self.init(
        place, "format version \(version) is later than this program knows", hint: "use a later firedrill")
    case .fenced:
      self.init(
        place, "the backup took longer than its lease, and a prune took it for dead", hint: "run it again")
    }
  }
}
