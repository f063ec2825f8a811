/// The reason why a message or command was refused. A refusal changes nothing.
public enum Refusal: Error, Hashable, Sendable {
  // Messages that do not say what a message must say.
  case truncated
  case damaged
  case malformed
  case otherVersion(UInt16)
  // Messages that come from elsewhere, or from the past.
  case otherGroup(UInt32)
  /// The receiver's term, which is newer than the sender's.
  case olderTerm(UInt64)
  case otherSession
  case replayed
  // Messages whose content does not go with what came before.
  /// The receiver has everything through this position, and the message begins later or ends before.
  case gap(after: UInt64)
  case duplicate
  case outOfPlace
  case outsideVolume
  /// The copy was written to without the sender's knowledge.
  case splitBrain
  /// The copy is newer than the sender's or unrelated to it.
  case unrelated
  // Commands.
  case notConsistent(DiskState)
  case termNotNewer(UInt64)
  case noSuchPoint
  case notNow
}

extension Refusal {
  /// Whether the refusal answers a promotion and not a message received meanwhile.
  public var isOfPromotion: Bool {
    switch self {
    case .notConsistent, .termNotNewer, .noSuchPoint, .notNow: true
    default: false
    }
  }
}
