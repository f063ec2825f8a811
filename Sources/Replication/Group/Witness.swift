import Units

/// A third place that knows, for one group, who may be primary and whose copy is out of date.
///
/// It hears from a side only while that side can reach it; what it granted it never grants again.
public struct Witness: Hashable, Sendable {
  public enum Refusal: Error, Hashable, Sendable {
    /// Somebody was made primary in this term already.
    case termTaken(UInt64)
    /// The source has acknowledged writes that this side does not hold.
    case outdated
  }

  /// The newest term that was granted, and to whom.
  public private(set) var term: UInt64
  public private(set) var primary: UInt8
  /// Sides whose copies are out of date.
  public private(set) var outdated: [UInt8] = []

  /// A group whose first primary is `primary`, in term 1.
  public init(primary: UInt8) {
    term = 1
    self.primary = primary
  }

  /// The primary says that its peer's copy is out of date; `false` when another is primary by now.
  public mutating func outdate(peer: UInt8, by node: UInt8, in term: UInt64) -> Bool {
    guard node == primary, term == self.term else { return false }
    if !outdated.contains(peer) { outdated.append(peer) }
    return true
  }

  /// The primary says that its peer is in sync again.
  public mutating func restore(peer: UInt8, by node: UInt8, in term: UInt64) {
    guard node == primary, term == self.term else { return }
    outdated.removeAll { $0 == peer }
  }

  /// Makes a side the primary in a new term.
  public mutating func grant(_ node: UInt8, in term: UInt64, isForced: Bool = false) throws(Refusal) {
    guard term > self.term else { throw .termTaken(self.term) }
    guard isForced || !outdated.contains(node) else { throw .outdated }
    self.term = term
    primary = node
    outdated.removeAll { $0 == node }
  }
}
