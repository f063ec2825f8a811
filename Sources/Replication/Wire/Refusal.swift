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

extension Refusal: CustomStringConvertible {
  /// The reason as the end of a sentence about the copy that refused.
  public var description: String {
    switch self {
    case .truncated, .damaged, .malformed: "a message arrived damaged"
    case .otherVersion(let version): "the other side speaks version \(version) of the protocol"
    case .otherGroup(let group): "the message was for group \(group)"
    case .olderTerm(let term): "it has seen term \(term), which is newer"
    case .otherSession: "the message belongs to an ended session"
    case .replayed, .duplicate: "the message had come before"
    case .gap(let position): "it holds everything through position \(position), and the message leaves a gap"
    case .outOfPlace: "the message came out of order"
    case .outsideVolume: "the message names a place outside the volume"
    case .splitBrain: "it was written to without production's knowledge"
    case .unrelated: "it is newer than production or unrelated to it"
    case .notConsistent(.inconsistent): "its first copy or resynchronization was not complete"
    case .notConsistent(.outdated): "production has acknowledged writes without it"
    case .notConsistent(.consistent): "it is consistent, and no promotion was due"
    case .termNotNewer(let term): "it has seen term \(term), which is as new"
    case .noSuchPoint: "it holds no recovery point of that kind"
    case .notNow: "it was busy with another change of roles"
    }
  }
}
