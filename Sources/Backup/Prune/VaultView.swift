import Storage
import Units

/// The state of a vault as a prune has read it, and the conclusions from it.
struct VaultView: Sendable {
  /// The job of a pending point.
  struct Claim: Sendable {
    var id: PointID
    var version: UInt64
    var begun: Instant
    var isAlive: Bool
    /// Whether the job is known to have ended.
    var isVoid: Bool
  }

  /// The instant of all conclusions.
  let now: Instant
  let catalog: Catalog
  /// The attributes of every pack, index and condemnation that is not `unattributed`.
  let attributes: [ObjectKey: ObjectAttributes]
  /// The objects that may be locked as far as the store knows, ascending. None of them is removed.
  let unattributed: [ObjectKey]
  /// The points that can be removed as requested, ascending.
  let removable: [StoredPoint]
  /// The points that should be removed but are locked, ascending.
  let locked: [PointID]
  /// The requested points that are already gone although an index names them, ascending.
  let vanished: [PointID]
  let claims: [Claim]
  private let visible: Set<PointID>
  private let contents: PackContents
  /// The digests that all visible points need, including points to be removed.
  private let needed: Set<Digest>
  /// The digests that the remaining points need.
  private let kept: Set<Digest>
  /// Whether some of these digests are in no index.
  private let misses: Bool
  /// The existing packs.
  private let present: Set<ObjectID>

  init(
    points: [StoredPoint], catalog: Catalog, attributes: [ObjectKey: ObjectAttributes],
    unattributed: [ObjectKey], segments: SegmentLoader, expiring expired: [PointID],
    void: VoidClaims, at now: Instant
  ) throws(JobFailure) {
    self.now = now
    self.catalog = catalog
    self.attributes = attributes
    self.unattributed = unattributed
    contents = PackContents(catalog)
    visible = Set(points.map(\.id))
    let wanted = Set(expired)
    let unwanted = points.filter { wanted.contains($0.id) && $0.manifest != nil }
    removable = unwanted.filter { !$0.attributes.isLocked(at: now) }
    locked = unwanted.filter { $0.attributes.isLocked(at: now) }.map(\.id)
    vanished = wanted.subtracting(points.map(\.id)).filter { catalog.roll[$0] != nil }.sorted()
    claims = points.compactMap { stored in
      guard case .pending(let claim) = stored.state else { return nil }
      return Claim(
        id: stored.id, version: stored.attributes.version, begun: stored.attributes.modified,
        isAlive: now < claim.leaseEnd && !void.contains(stored.id), isVoid: void.contains(stored.id))
    }
    let going = Set(removable.map(\.id))
    var reached: Set<Digest> = []
    let staying = points.filter { !going.contains($0.id) }
    try segments.reachable(from: staying.compactMap(\.manifest), into: &reached)
    kept = reached
    misses = !kept.allSatisfy { catalog.blocks[$0] != nil }
    present = Set((Array(attributes.keys) + unattributed).filter(\.isPack).compactMap { ObjectID($0) })
    // Missing blocks may be in a pack that no index lists, unless all such packs are known to be damaged.
    let isDamage = present.allSatisfy { catalog.packs[$0] != nil || catalog.dropped[$0] != nil }
    if misses, !isDamage || catalog.dropped.isEmpty {
      throw .damaged("a block that a point needs is on no index")
    }
    // A removed point may be damaged: data missing from its lists cannot be restored anyway.
    for manifest in removable.compactMap(\.manifest) { segments.reach(from: manifest, into: &reached) }
    needed = reached
  }

  /// The claims of jobs beyond their lease.
  var deadClaims: [Claim] { claims.filter { !$0.isAlive } }

  // MARK: What goes now

  /// Returns the disposal of the ripe condemnations: old enough, and with no older job running.
  func disposal(grace: Duration, repackBelow: Ratio) -> Disposal {
    let alive = claims.filter(\.isAlive).map(\.begun).min()
    let ripe = catalog.condemnations.keys.sorted().filter { id in
      guard let made = attributes[VaultFolder.condemned(id)]?.modified else { return false }
      return now - made >= grace && alive.map { $0 > made } ?? true
    }
    guard !ripe.isEmpty else { return Disposal() }
    var disposal = Disposal()
    disposal.condemnations = ripe
    disposal.expired = Set(ripe.flatMap { catalog.condemnations[$0]?.expired ?? [] })
    let named = Set(ripe.flatMap { catalog.condemnations[$0]?.packs ?? [] })
    for id in named.sorted() where isRemovable(VaultFolder.pack(id)) {
      if isWorthKeeping(id, for: needed, repackBelow: repackBelow) { continue }
      disposal.deletedPacks.append(id)
      for block in contents[id] where needed.contains(block.digest) {
        disposal.rewritten.append(BlockUse(digest: block.digest, owner: 0, position: 0))
      }
    }
    disposal.droppedIndexes = catalog.indexes.keys.sorted().filter { isRemovable(VaultFolder.index($0)) }
    return disposal
  }

  /// Returns the index of everything except the disposed packs.
  func index(without disposal: Disposal, adding entries: [PackEntry]) -> IndexContents {
    var index = IndexContents()
    index.roll = catalog.roll.keys.sorted().filter {
      visible.contains($0) || !disposal.expired.contains($0)
    }
    let going = Set(disposal.deletedPacks)
    let rewritten = Set(entries.flatMap { $0.blocks.map(\.digest) })
    for (id, record) in catalog.packs.sorted(by: { $0.key < $1.key }) where !going.contains(id) {
      let blocks = contents[id].filter { !rewritten.contains($0.digest) }
      // All its blocks are elsewhere again, or no point needs them.
      if catalog.lost[id] != nil, isUnneeded(id) { continue }
      index.packs.append(PackEntry(id: id, salt: record.salt, size: record.size, blocks: blocks))
    }
    let staying = Set(index.packs.map(\.id))
    index.packs += entries
    // A locked index goes on naming what is gone.
    let dropped = Set(disposal.droppedIndexes)
    let surviving = catalog.indexes.filter { id, _ in !dropped.contains(id) }
    // Nor does anybody list what is damaged again.
    let damaged = catalog.dropped.keys.filter { present.contains($0) && !going.contains($0) }
    index.dropped = Set(surviving.values.joined()).union(damaged).subtracting(staying).sorted()
    if !surviving.isEmpty {
      index.forgotten = Set(catalog.forgotten.keys).union(disposal.expired).subtracting(visible).sorted()
    }
    return index
  }

  /// The packs that no remaining point needs, ascending.
  var unneededPacks: [ObjectID] {
    present.sorted().filter { id in
      guard isRemovable(VaultFolder.pack(id)), !(misses && catalog.dropped[id] != nil) else { return false }
      return !contents[id].contains { kept.contains($0.digest) }
    }
  }

  // MARK: What goes next

  /// Returns the packs to condemn: those with too little needed data, and those in no index.
  func condemnable(repackBelow: Ratio, besides disposal: Disposal) -> [ObjectID] {
    let carriedOut = Set(disposal.condemnations.flatMap { catalog.condemnations[$0]?.packs ?? [] })
    let handled = Set(catalog.condemned.keys).subtracting(carriedOut).union(disposal.deletedPacks)
    let oldestClaim = claims.filter { !$0.isVoid }.map(\.begun).min() ?? now
    let packs = attributes.filter(\.key.isPack)
    return packs.compactMap { key, attributes in
      guard let id = ObjectID(key), !handled.contains(id), isRemovable(key) else { return nil }
      // A damaged pack is kept while needed blocks are missing.
      if misses, catalog.dropped[id] != nil { return nil }
      // A pack of a job that is running is on no index yet.
      if catalog.packs[id] == nil { return attributes.modified < oldestClaim ? id : nil }
      // Nor does any point that is visible yet need what such a job has written down so far.
      if attributes.modified >= oldestClaim, isUnneeded(id) { return nil }
      return isWorthKeeping(id, for: kept, repackBelow: repackBelow) ? nil : id
    }.sorted()
  }

  /// Whether enough of a pack is needed to keep the pack as it is.
  private func isWorthKeeping(_ id: ObjectID, for needed: Set<Digest>, repackBelow: Ratio) -> Bool {
    let blocks = contents[id].filter { needed.contains($0.digest) }
    let bytes = ByteCount(blocks.reduce(0) { $0 + Int($1.storedLength) })
    return !blocks.isEmpty && bytes >= repackBelow.of(ByteCount(Int(catalog.packs[id]?.size ?? 0)))
  }

  private func isUnneeded(_ id: ObjectID) -> Bool {
    !contents[id].contains { needed.contains($0.digest) }
  }

  /// Whether an object exists and is not locked.
  private func isRemovable(_ key: ObjectKey) -> Bool {
    attributes[key].map { !$0.isLocked(at: now) } ?? false
  }
}

/// The objects that a prune removes when it carries out condemnations.
struct Disposal: Sendable {
  var condemnations: [ObjectID] = []
  var expired: Set<PointID> = []
  var deletedPacks: [ObjectID] = []
  var droppedIndexes: [ObjectID] = []
  /// The needed blocks in those packs.
  var rewritten: [BlockUse] = []
}

extension ObjectKey {
  fileprivate var isPack: Bool { name.hasPrefix(VaultFolder.packs) }
}

extension ObjectAttributes {
  /// Whether the object cannot be removed yet.
  func isLocked(at now: Instant) -> Bool { lockedUntil.map { now < $0 } ?? false }
}
