/// Why a storage operation failed; the kind says what the caller can do.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// There is no such object: look elsewhere.
    case notFound
    /// The object exists already, or is not at the version that the condition names: somebody else was first.
    case conditionFailed
    /// The object is under a retention lock: wait until its date.
    case locked
    /// The device, link or site does not answer: use another, or try again after its repair.
    case unavailable
    /// There is no room: free some, or extend it.
    case full
    /// The bytes are not those that were written: restore them from another copy.
    case damaged
    /// The extent does not lie within the volume, or the key is not well formed: mend the caller.
    case invalid
  }

  public let kind: Kind
  /// What it happened to, and what was found there.
  public let detail: String

  public init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  public var description: String { "\(kind.rawValue): \(detail)" }
}
