import Replication
import Storage
import Units

/// A split brain: two isolated sites serve the estate, because one was promoted while the other was alive.
///
/// Invariant: it is open exactly while a group is apart.
public struct SplitBrain: Hashable, Sendable {
  /// The instant of the first promotion.
  public let start: Instant
  /// The instant at which the last old primary stopped serving; `nil` while one still serves. An old primary
  /// stops when it learns of the new term or is lost.
  public private(set) var end: Instant?
  /// The groups whose old primary still serves.
  private(set) var apart: [PairID] = []

  init(start: Instant) { self.start = start }

  mutating func add(_ pair: PairID) {
    precondition(
      end == nil && !apart.contains(pair), "a group falls apart once in an open split brain")
    apart.append(pair)
  }

  mutating func remove(_ pair: PairID, at now: Instant) {
    apart.removeAll { $0 == pair }
    if apart.isEmpty { end = now }
  }

  func checkInvariants(at now: Instant) {
    precondition((end == nil) == !apart.isEmpty, "a split brain is open while a group is apart")
    precondition(
      start <= now && end.map { start <= $0 && $0 <= now } ?? true, "a split brain is of the past")
  }
}

extension World {
  /// The current split brain, or the last one since the services resumed; `nil` when there was none.
  public var lastSplitBrain: SplitBrain? { fabric.splitBrain }

  /// Whether the old primary of a group still serves beside the new one.
  public func isApart(_ pair: PairID) -> Bool { fabric.isApart(pair) }

  private mutating func beginSplitBrain(of pair: PairID) {
    fabric.beginSplitBrain(of: pair, at: now)
    for (place, id) in fabric[pair].volumes.enumerated() {
      volumes[id].leave(GroupMember(pair: pair, place: place))
    }
  }

  /// Splits the ledger of a group between its two sites at the instant of the promotion. All clients still
  /// use the old address.
  ///
  /// - Parameter share: of the clients who will follow a new address.
  /// - Returns: in what state the promoted volumes are.
  public mutating func divide(_ pair: PairID, share: Ratio, reader: StampReader)
    -> Inspection.Integrity
  {
    let integrity = inspect(fabric[pair].volumes, against: now, reader: reader).integrity
    for id in fabric[pair].volumes {
      let held = reader.writes(in: volumes[id].image, of: schedules[id])
      let newest = newestIssue(among: held, of: schedules[id])
      let required =
        newest.map { ledger.writes(of: id, acknowledgedBefore: $0) } ?? ledger.firstWrite(of: id)
        - 1
      ledger.divide(
        id, by: ClientSplit(seed: seed, volume: id, share: share),
        fromWrite: volumes[id].progress.issued + 1,
        behind: required, on: held)
    }
    return integrity
  }

  /// Announces the new address. Some clients use it from now on, and the others keep the old one.
  public mutating func leadClientsToNewSite() {
    for id in volumes.indices.map(VolumeID.init) {
      ledger.beginDivision(of: id, withWrite: volumes[id].progress.issued + 1)
    }
  }

  /// Whether some clients use the new address.
  public var areClientsDivided: Bool { volumes.indices.contains { ledger.isDivided(VolumeID($0)) } }

  // MARK: The site that was left

  mutating func writeAtLeftSite(_ write: PageWrite, to id: VolumeID, at firstPage: Int) {
    guard let copy = volumes[id].leftCopy else {
      volumes[id].turnAway()
      return
    }
    let offset = ByteCount(firstPage * PagedImage.pageSize)
    tell(copy.pair, fabric[copy.pair].standing, .write(next(write, of: copy, at: offset)))
  }

  mutating func flushAtLeftSite(_ id: VolumeID, through number: Int) {
    guard let copy = volumes[id].leftCopy else { return }
    flush(copy, id, for: .leftSite(through: number), at: fabric[copy.pair].standing)
  }

  /// Stops production because the standby site announced its takeover. No site serves until the standby site
  /// is ready.
  mutating func stopProduction() {
    guard !premises.unbrokenServices.isEmpty else { return }
    premises.stopAllServices()
    for id in volumes.indices { volumes[id].stop() }
    occurrences.append(.oldPrimaryIsFenced)
  }

  /// Handles an old primary that was not fenced when the other side was promoted.
  mutating func leaveBehind(_ pair: PairID, _ node: Int) {
    guard let old = fabric[pair][node].engine else { return }
    if old.isFenced { becomeCopy(pair, node) } else { beginSplitBrain(of: pair) }
  }

  /// Turns the old primary, which has learned of the new term, into the copy. Its clients are refused.
  mutating func becomeCopy(_ pair: PairID, _ node: Int) {
    guard let engine = fabric[pair][node].engine else {
      preconditionFailure("only an old primary that runs learns of the new term")
    }
    fabric[pair][node].restart(from: engine.durableState)
    crash(pair, node)
    beginTarget(pair, node)
  }

  /// Ends service at the old site, if it still serves.
  mutating func endServing(of pair: PairID) {
    guard fabric.isApart(pair) else { return }
    if fabric.endSplitBrain(of: pair, at: now) { occurrences.append(.oldPrimaryIsFenced) }
    for id in fabric[pair].volumes { volumes[id].endLeaving() }
  }

  /// The number of writes that the old site has acknowledged since the other was promoted.
  public var writesAcknowledgedApart: Int {
    guard let start = fabric.splitBrain?.start else { return 0 }
    return volumes.indices.map(VolumeID.init).reduce(0) { sum, id in
      sum + ledger.writesAtLeftSite(of: id, acknowledgedUntil: now).count { $0.at > start }
    }
  }
}
