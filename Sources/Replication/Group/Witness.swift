import Units

/// A third site that records a group's primary and any outdated copy.
///
/// The witness receives messages of a side only while that side can reach it. No term is granted twice.
public struct Witness: Hashable, Sendable {
  public enum Refusal: Error, Hashable, Sendable {
    /// The term already has a primary.
    case termTaken(UInt64)
    /// The source has acknowledged writes that this side lacks.
    case outdated
  }

  /// The newest granted term and its primary.
  public private(set) var term: UInt64
  public private(set) var primary: UInt8
  /// The sides whose copies are outdated.
  public private(set) var outdated: [UInt8] = []

  /// Creates the witness of a group with `primary` in term 1.
  public init(primary: UInt8) {
    term = 1
    self.primary = primary
  }

  /// Records that the primary's peer is outdated; returns `false` when another side is primary.
  public mutating func outdate(peer: UInt8, by node: UInt8, in term: UInt64) -> Bool {
    guard node == primary, term == self.term else { return false }
    if !outdated.contains(peer) { outdated.append(peer) }
    return true
  }

  /// Records that the primary's peer is in sync again.
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
