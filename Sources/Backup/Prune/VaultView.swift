import Storage
import Units

/// What a prune knows of a vault after it has looked at all of it, and what it concludes.
struct VaultView: Sendable {
  let points: [StoredPoint]
  let catalog: Catalog
  /// Of every pack, index and condemnation.
  var attributes: [ObjectKey: ObjectAttributes] = [:]
  private let contents: [ObjectID: [PackedBlock]]
  /// What all visible points stand on, those that are to be expired included.
  private var needed: Set<Digest> = []
  /// What the points stand on that stay.
  private var kept: Set<Digest> = []

  init(points: [StoredPoint], catalog: Catalog) {
    self.points = points
    self.catalog = catalog
    contents = catalog.blocksByPack()
  }

  mutating func findReachable(
    with segments: SegmentLoader, expiring: [PointID], at now: Instant
  ) throws(JobFailure) {
    let going = Set(removable(expiring, at: now).points.map(\.id))
    try segments.reachable(
      from: points.filter { !going.contains($0.id) }.compactMap(\.manifest), into: &kept)
    needed = kept
    try segments.reachable(
      from: points.filter { going.contains($0.id) }.compactMap(\.manifest), into: &needed)
    for digest in needed where catalog.blocks[digest] == nil {
      throw .damaged("the block \(digest), which a point needs, is on no index")
    }
  }

  // MARK: Points

  /// The points among those given that are there and may be removed, and those that are locked.
  func removable(_ expired: [PointID], at now: Instant) -> (points: [StoredPoint], locked: [PointID]) {
    let wanted = Set(expired)
    let found = points.filter { wanted.contains($0.id) && $0.manifest != nil }
    return (
      found.filter { !$0.attributes.isLocked(at: now) },
      found.filter { $0.attributes.isLocked(at: now) }.map(\.id)
    )
  }

  /// The job behind a pending point.
  struct Claim {
    var id: PointID
    var version: UInt64
    var begun: Instant
    var isAlive: Bool
  }

  func claims(at now: Instant) -> [Claim] {
    points.compactMap { stored in
      guard case .pending(let claim) = stored.state else { return nil }
      return Claim(
        id: stored.id, version: stored.attributes.version, begun: stored.attributes.modified,
        isAlive: now < claim.leaseEnd)
    }
  }

  // MARK: Packs

  /// Whether some share of a pack is needed, and whether that is enough to keep the pack as it is.
  private func isKept(_ id: ObjectID, for needed: Set<Digest>, repackBelow: Ratio) -> (any: Bool, whole: Bool)
  {
    let bytes = (contents[id] ?? []).reduce(0) {
      $0 + (needed.contains($1.digest) ? Int($1.storedLength) : 0)
    }
    let whole = ByteCount(Int(catalog.packs[id]?.size ?? 0))
    return (bytes > 0, bytes > 0 && ByteCount(bytes) >= repackBelow.of(whole))
  }

  private func isLocked(_ id: ObjectID, at now: Instant) -> Bool {
    attributes[VaultFolder.pack(id)]?.isLocked(at: now) ?? false
  }

  /// The condemnations that are old enough, and older than which no job is running.
  private func ripeCondemnations(grace: Duration, at now: Instant) -> [ObjectID] {
    let alive = claims(at: now).filter(\.isAlive).map(\.begun).min()
    return catalog.condemnations.keys.sorted().filter { id in
      guard let made = attributes[VaultFolder.condemned(id)]?.modified else { return false }
      return now - made >= grace && alive.map { $0 > made } ?? true
    }
  }

  /// What carrying out the ripe condemnations comes to.
  func disposal(grace: Duration, repackBelow: Ratio, at now: Instant) -> Disposal {
    let ripe = ripeCondemnations(grace: grace, at: now)
    guard !ripe.isEmpty else { return Disposal() }
    var disposal = Disposal()
    disposal.condemnations = ripe
    disposal.expired = Set(ripe.flatMap { catalog.condemnations[$0]?.expired ?? [] })
    let named = Set(ripe.flatMap { catalog.condemnations[$0]?.packs ?? [] })
    for id in named.sorted() where attributes[VaultFolder.pack(id)] != nil && !isLocked(id, at: now) {
      let share = isKept(id, for: needed, repackBelow: repackBelow)
      if share.whole { continue }
      disposal.deletedPacks.append(id)
      for block in contents[id] ?? [] where needed.contains(block.digest) {
        disposal.rewritten.append(BlockUse(digest: block.digest, owner: 0, position: 0))
      }
    }
    disposal.droppedIndexes = catalog.indexes.keys.sorted().filter {
      !(attributes[VaultFolder.index($0)]?.isLocked(at: now) ?? false)
    }
    return disposal
  }

  /// The index of everything but what goes.
  func index(without disposal: Disposal, adding entries: [PackEntry]) -> IndexContents {
    let going = Set(disposal.deletedPacks)
    var index = IndexContents()
    let visible = Set(points.map(\.id))
    index.roll = catalog.roll.keys.sorted().filter {
      visible.contains($0) || !disposal.expired.contains($0)
    }
    let rewritten = Set(entries.flatMap { $0.blocks.map(\.digest) })
    for (id, record) in catalog.packs.sorted(by: { $0.key < $1.key }) where !going.contains(id) {
      let blocks = (contents[id] ?? []).filter { !rewritten.contains($0.digest) }
      index.packs.append(PackEntry(id: id, salt: record.salt, size: record.size, blocks: blocks))
    }
    let staying = Set(index.packs.map(\.id))
    index.packs += entries
    // A locked index goes on naming what is gone.
    let dropped = Set(disposal.droppedIndexes)
    let surviving = catalog.indexes.filter { id, _ in !dropped.contains(id) }
    index.dropped = Set(surviving.values.joined()).subtracting(staying).sorted()
    if !surviving.isEmpty {
      index.forgotten = Set(catalog.forgotten.keys).union(disposal.expired).subtracting(visible).sorted()
    }
    return index
  }

  /// The packs that should go: those of which too little is kept, and those that no index lists.
  func condemnable(repackBelow: Ratio, besides disposal: Disposal, at now: Instant) -> [ObjectID] {
    let handled = Set(disposal.deletedPacks)
      .union(catalog.condemned.keys.filter { id in !disposal.names(id, in: catalog) })
    let oldest = claims(at: now).map(\.begun).min() ?? now
    var condemned: [ObjectID] = []
    for (key, attributes) in attributes where key.name.hasPrefix(VaultFolder.packs) {
      guard let id = ObjectID(key), !handled.contains(id), !attributes.isLocked(at: now) else { continue }
      if catalog.packs[id] == nil {
        // A pack of a job that is running is on no index yet.
        if attributes.modified < oldest { condemned.append(id) }
      } else if !isKept(id, for: kept, repackBelow: repackBelow).whole {
        condemned.append(id)
      }
    }
    return condemned.sorted()
  }
}

/// What a prune removes when it carries out condemnations.
struct Disposal: Sendable {
  var condemnations: [ObjectID] = []
  var expired: Set<PointID> = []
  var deletedPacks: [ObjectID] = []
  var droppedIndexes: [ObjectID] = []
  /// Blocks in those packs that are needed.
  var rewritten: [BlockUse] = []

  /// Whether one of the condemnations carried out names the pack.
  func names(_ pack: ObjectID, in catalog: Catalog) -> Bool {
    condemnations.contains { catalog.condemnations[$0]?.packs.contains(pack) ?? false }
  }
}

extension ObjectAttributes {
  /// Whether nobody may remove the object yet.
  func isLocked(at now: Instant) -> Bool { lockedUntil.map { now < $0 } ?? false }
}
