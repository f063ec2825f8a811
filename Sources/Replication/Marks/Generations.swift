/// Names one course of writes: term, side and a counter, so that two sides never give the same name to different data.
public struct Generation: Hashable, Sendable {
  public var bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  public init(term: UInt64, node: UInt8, serial: UInt32) {
    precondition(term < 1 << 32 && serial < 1 << 24, "terms have 32 bits, serials 24")
    bits = term << 32 | UInt64(node) << 24 | UInt64(serial)
  }

  /// A copy that nobody has written to.
  public static let blank = Generation(bits: 0)
}

/// Which courses of writes a copy has been through (after DRBD's generation identifiers, user's guide 9.0, "internals").
public struct Generations: Hashable, Sendable {
  /// What the copy holds now.
  public var current: Generation
  /// Where the peer may have stayed behind, the latest first: what was written since the earliest is marked. Empty when the
  /// peer is not behind.
  public var bases: [Generation]
  /// Earlier ones, the latest first.
  public var history: [Generation] = []
  static let historyMaximum = 4
  static let basesMaximum = 8

  public init(current: Generation, bases: [Generation] = []) {
    self.current = current
    self.bases = bases
  }

  /// The peer is behind, or may be: what is written from now on goes under a name that it does not have in any case.
  mutating func diverge(as new: Generation) {
    bases.insert(current, at: 0)
    current = new
    if bases.count > Self.basesMaximum { remember([bases.removeLast()]) }
  }

  /// Where the peer really is, when it has said so.
  mutating func settle(peerAt generation: Generation) {
    if bases.contains(generation) { bases = [generation] }
  }

  /// The copy becomes a source: whatever it was in the middle of, what is written to it has a name of its own.
  mutating func fork(as new: Generation) {
    if bases.isEmpty { bases = [current] }
    current = new
  }

  /// The peer has caught up.
  mutating func converge() {
    remember(bases)
    bases = []
  }

  private mutating func remember(_ generations: [Generation]) {
    history = Array((generations + history).prefix(Self.historyMaximum))
  }

  /// What a source has to do for a target's copy.
  enum Relation: Hashable {
    /// The copy holds the same course; whatever either side marks may differ.
    case marked
    /// The copy must be written anew.
    case full
    /// The copy was written to apart since a state that both know; marks of both sides cover the difference or not.
    case splitBrain(isCovered: Bool)
    /// The copy has nothing to do with this source, or is newer.
    case unrelated
  }

  /// How a target's generations stand to these of the source.
  func relation(to target: Generations) -> Relation {
    if target.current == .blank { return .full }
    if target.current == current || bases.contains(target.current) { return .marked }
    if target.bases.contains(where: { bases.contains($0) || $0 == current }) {
      return .splitBrain(isCovered: true)
    }
    if history.contains(target.current) { return .full }
    let past = [current] + bases + history
    let common = (target.bases + target.history).contains(where: past.contains)
    return common ? .splitBrain(isCovered: false) : .unrelated
  }
}

/// What a copy is worth.
public enum DiskState: UInt8, Hashable, Sendable, CaseIterable {
  /// A point or prefix of its source, as new as the pair knows.
  case consistent
  /// In the middle of a resynchronisation: no state that ever was.
  case inconsistent
  /// A prefix, but its source has acknowledged writes without it.
  case outdated
}
