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

/// Which courses of writes a copy has been through (as DRBD's generation identifiers, user's guide 9.0, "internals").
public struct Generations: Hashable, Sendable {
  /// What the copy holds now.
  public var current: Generation
  /// Where the peer stayed behind; what was written since is marked. `nil` when the peer is not behind.
  public var base: Generation?
  /// Where the peer may have stayed behind instead: the end of a resynchronisation was sent and not answered.
  public var otherBase: Generation?
  /// Earlier ones, the latest first; at most four are kept.
  public var history: [Generation] = []
  static let historyMaximum = 4

  public init(current: Generation, base: Generation? = nil) {
    self.current = current
    self.base = base
  }

  /// The peer stays behind from now on: what is written goes under a new name.
  mutating func diverge(as new: Generation) {
    guard base == nil else { return }
    base = current
    current = new
  }

  /// The peer may have caught up or not: what is written from now on goes under a name that it has in neither case.
  mutating func divergeInDoubt(as new: Generation) {
    otherBase = base
    base = current
    current = new
  }

  /// Where the peer really is, when it has said so.
  mutating func settle(peerAt generation: Generation) {
    if let otherBase, generation == otherBase { base = otherBase }
    otherBase = nil
  }

  /// The copy becomes a source: whatever it was in the middle of, what is written to it has a name of its own.
  mutating func fork(as new: Generation) {
    base = base ?? current
    current = new
  }

  /// The peer has caught up.
  mutating func converge() {
    otherBase = nil
    guard let base else { return }
    history = Array(([base] + history).prefix(Self.historyMaximum))
    self.base = nil
  }

  /// What a source has to do for a target's copy.
  enum Relation: Hashable {
    /// The copy holds the same course; whatever either side marks may differ.
    case marked
    /// The copy must be written anew.
    case full
    /// The copy was written to apart since the state that both know; marks of both sides cover the difference or not.
    case splitBrain(isCovered: Bool)
    /// The copy has nothing to do with this source, or is newer.
    case unrelated
  }

  /// How a target's generations stand to these of the source.
  func relation(to target: Generations) -> Relation {
    if target.current == .blank { return .full }
    if [current, base, otherBase].contains(target.current) { return .marked }
    if let targetBase = target.base, [base, otherBase].contains(targetBase) {
      return .splitBrain(isCovered: true)
    }
    // The target wrote on from what this source still is.
    if target.base == current { return .splitBrain(isCovered: true) }
    if history.contains(target.current) { return .full }
    let past = [current] + [base, otherBase].compactMap { $0 } + history
    if let targetBase = target.base, past.contains(targetBase) { return .splitBrain(isCovered: false) }
    if target.history.contains(where: past.contains) { return .splitBrain(isCovered: false) }
    return .unrelated
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
