/// The failure of a storage operation. The kind shows the caller the possible reaction.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// The object does not exist. The caller may look elsewhere.
    case notFound
    /// The object exists already or has another version, because another writer was first.
    case conditionFailed
    /// The object is under a retention lock. The caller must wait for its end.
    case locked
    /// The device, link or site does not answer. The caller may use another, or retry after its repair.
    case unavailable
    /// There is no space. The caller must free some or extend it.
    case full
    /// The bytes were changed. The caller must restore them from another copy.
    case damaged
    /// The extent is outside the volume, or the key is malformed. The caller has a bug.
    case invalid
  }

  public let kind: Kind
  /// The object of the failed operation, and the state found there.
  public let detail: String

  public init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  public var description: String { "\(kind.rawValue): \(detail)" }
}
