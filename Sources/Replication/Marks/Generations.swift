/// The name of one period of writes: a term, a side and a counter. Two sides never give one name to different
/// data.
public struct Generation: Hashable, Sendable {
  public var bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  public init(term: UInt64, node: UInt8, serial: UInt32) {
    precondition(term < 1 << 32 && serial < 1 << 24, "terms have 32 bits, serials 24")
    bits = term << 32 | UInt64(node) << 24 | UInt64(serial)
  }

  /// The generation of a copy without any writes.
  public static let blank = Generation(bits: 0)
}

/// The generations of a copy, past and present (after DRBD's generation identifiers, user's guide 9.0,
/// "internals").
public struct Generations: Hashable, Sendable {
  /// The generation of the copy's present contents.
  public var current: Generation
  /// The generations at which the peer may have remained, latest first. Writes since the earliest are marked;
  /// the list is empty when the peer is not behind.
  public var bases: [Generation]
  /// Earlier generations, latest first.
  public var history: [Generation] = []
  static let historyMaximum = 4
  static let basesMaximum = 8

  public init(current: Generation, bases: [Generation] = []) {
    self.current = current
    self.bases = bases
  }

  /// Starts a new generation that the peer does not have, because the peer is or may be behind.
  mutating func diverge(as new: Generation) {
    bases.insert(current, at: 0)
    current = new
    if bases.count > Self.basesMaximum { remember([bases.removeLast()]) }
  }

  /// Keeps only the base that the peer reported.
  mutating func settle(peerAt generation: Generation) {
    if bases.contains(generation) { bases = [generation] }
  }

  /// Starts a new generation because the copy becomes a source.
  mutating func fork(as new: Generation) {
    if bases.isEmpty { bases = [current] }
    current = new
  }

  /// Notes that the peer has caught up.
  mutating func converge() {
    remember(bases)
    bases = []
  }

  private mutating func remember(_ generations: [Generation]) {
    history = Array((generations + history).prefix(Self.historyMaximum))
  }

  /// The relation of a target's copy to a source, which decides the kind of resync.
  enum Relation: Hashable {
    /// The copy is of the same generation. Only pages that either side marked may differ.
    case marked
    /// The copy must be written anew.
    case full
    /// Both sides were written to since a common state. `isCovered` says whether the marks of both sides
    /// cover the difference.
    case splitBrain(isCovered: Bool)
    /// The copy is unrelated to this source, or newer.
    case unrelated
  }

  /// Returns the relation of a target's generations to those of this source.
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

/// The consistency of a copy.
public enum DiskState: UInt8, Hashable, Sendable, CaseIterable {
  /// The copy is a point or prefix of its source, as recent as the pair knows.
  case consistent
  /// The copy is in the middle of a resync and is no past state.
  case inconsistent
  /// The copy is a prefix, but its source has acknowledged writes without it.
  case outdated
}
