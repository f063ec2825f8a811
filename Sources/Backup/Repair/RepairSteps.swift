import Storage
import Units

/// The stages of a repair. Packs that no index lists are listed from their own tables. If all data is read,
/// intact blocks of damaged packs are stored again.
struct RepairSteps: Steps {
  enum Purpose: Sendable {
    case point(PointLoader.Step)
    case catalog(CatalogLoader.Step)
    case listPacks
    case pack(ObjectID)
    case attributes(ObjectID)
    case salvage(PackSalvage.Step)
    case put
  }

  private enum Stage: Sendable {
    case points
    case cataloguing
    case reading
    case measuring
    case indexing
    case salvaging
    case relisting
    case dropping
  }

  private(set) var outcome: RepairJob.Outcome?
  private let master: MasterKey
  private let jobKey: JobKey
  private let readsAll: Bool
  private let options: JobOptions

  private var stage = Stage.points
  private var points: PointLoader
  private var loader: CatalogLoader
  private var damagedIndexes: [ObjectID] = []
  private var requests: [(Purpose, Request)] = []
  private var waiting = 0
  private var catalog = Catalog()
  private var found: [PackEntry] = []
  private var versions: [ObjectID: UInt64] = [:]
  private var salvage: PackSalvage?
  /// The number of index objects written by the job.
  private var indexCount = 0
  private var result = Repairing()

  init(readsAll: Bool, key: MasterKey, salt: JobSalt, options: JobOptions) {
    self.readsAll = readsAll
    self.options = options
    master = key
    jobKey = key.derive(salt)
    points = PointLoader(key: key)
    loader = CatalogLoader(Catalog(), key: key, options: options)
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    switch stage {
    case .points: return points.next().map { (.point($0), $1) }
    case .cataloguing: return loader.next().map { (.catalog($0), $1) }
    case .salvaging: return salvage?.next().map { (.salvage($0), $1) }
    case .reading, .measuring, .indexing, .relisting, .dropping:
      guard let request = requests.popLast() else { return nil }
      waiting += 1
      return request
    }
  }

  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant) {
    do throws(JobFailure) {
      try take(answer, for: purpose)
    } catch {
      outcome = .failed(error)
    }
  }

  private mutating func take(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .point(let step):
      try points.receive(answer, for: step)
      if points.isFinished { stage = .cataloguing }
    case .catalog(let step):
      try loader.receive(answer, for: step)
      if let loaded = loader.loaded { try beginReading(loaded) }
    case .salvage(let step):
      try salvage?.receive(answer, for: step)
      relistIfSalvaged()
    default:
      waiting -= 1
      try takeStep(answer, for: purpose)
      while waiting == 0, requests.isEmpty, outcome == nil, stage != .salvaging { advance() }
    }
  }

  private mutating func takeStep(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .listPacks:
      let unlisted = try answer.reply().keys.filter { key in
        ObjectID(key).map { catalog.packs[$0] == nil && catalog.dropped[$0] == nil } ?? false
      }
      requests = unlisted.reversed().compactMap { key in
        ObjectID(key).map { (.pack($0), .vault(.get(key, range: nil))) }
      }
    case .pack(let id): try read(answer, id)
    case .attributes(let id):
      if case .failure(let error) = answer, error.kind == .damaged {
        // Its version and lock are unknown, so its entries go to a new index.
        damagedIndexes.removeAll { $0 == id }
        result.irreplaceable.append(VaultFolder.index(id))
      } else {
        versions[id] = try answer.reply().attributes?.version
      }
    default: _ = try answer.reply()
    }
  }

  private mutating func beginReading(_ loaded: LoadedCatalog) throws(JobFailure) {
    // Who cannot read anything has another key, and would only add to the damage.
    if loaded.catalog.indexes.isEmpty, loaded.damaged.contains(where: { $0.failure == .wrongKey }) {
      throw .wrongKey
    }
    catalog = loaded.catalog
    let indexes = loaded.damaged.map(\.key).filter { $0.name.hasPrefix(VaultFolder.indexes) }
    damagedIndexes = indexes.compactMap { ObjectID($0) }.sorted()
    stage = .reading
    requests = [(.listPacks, .vault(.list(prefix: VaultFolder.packs)))]
  }

  private mutating func read(_ answer: Answer, _ id: ObjectID) throws(JobFailure) {
    if case .failure(let error) = answer, error.kind == .notFound { return }
    do throws(JobFailure) {
      found.append(try Pack.table(of: try answer.reply().bytes, id, key: master))
    } catch {
      if case .storage(let error) = error, error.kind != .damaged { throw .storage(error) }
      result.unreadable.append(VaultFolder.pack(id))
    }
  }

  private mutating func advance() {
    switch stage {
    case .reading:
      stage = .measuring
      requests = damagedIndexes.map { (.attributes($0), .vault(.attributes(VaultFolder.index($0)))) }
    case .measuring: beginIndexing()
    case .indexing where readsAll: beginSalvaging()
    case .relisting: beginDropping()
    default:
      result.unreadable.sort()
      result.irreplaceable.sort()
      outcome = .repaired(result)
    }
  }

  /// Begins to write indexes. The first parts replace unreadable index objects; remaining places get the list
  /// of points alone.
  private mutating func beginIndexing() {
    stage = .indexing
    let roll = points.points.map(\.id)
    let isComplete = roll.allSatisfy { catalog.roll[$0] != nil }
    guard !found.isEmpty || !damagedIndexes.isEmpty || !isComplete else { return }
    found.sort { $0.id < $1.id }
    var parts = IndexContents(roll: roll, packs: found).divided()
    while parts.count < damagedIndexes.count { parts.append(IndexContents(roll: roll)) }
    for (number, part) in parts.enumerated() {
      put(part, inPlaceOf: number < damagedIndexes.count ? damagedIndexes[number] : nil)
    }
    result.packs = found.count
    result.replacedIndexes = damagedIndexes.count
  }

  private mutating func put(_ index: IndexContents, inPlaceOf replaced: ObjectID? = nil) {
    let id = replaced ?? jobKey.salt.objectID(.index, indexCount)
    let key = VaultFolder.index(id)
    let object = SealedObject.seal(
      index.encoded, .index, as: key, key: jobKey, number: FrameNumber.of(.index, UInt64(indexCount)))
    indexCount += 1
    let condition = versions[id].map { ObjectCondition.version($0) } ?? .absent
    requests.append((.put, .vault(.put(key, object, if: condition, lockedUntil: nil))))
  }

  // MARK: Damaged packs

  private mutating func beginSalvaging() {
    stage = .salvaging
    for pack in found { catalog.insert(pack) }
    salvage = PackSalvage(catalog, key: master, jobKey: jobKey, options: options)
    relistIfSalvaged()
  }

  private mutating func relistIfSalvaged() {
    guard let salvage, salvage.isFinished, stage == .salvaging else { return }
    stage = .relisting
    result.damagedPacks = salvage.damaged.count
    result.lostBlocks = salvage.lostBlocks
    let entries = self.salvage?.takeEntries() ?? []
    if entries.isEmpty { return beginDropping() }
    for part in IndexContents(packs: entries).divided() { put(part) }
  }

  /// Writes an index that retracts the damaged packs, after everything intact is listed again. The packs stay
  /// until a prune finds that nothing is missing.
  private mutating func beginDropping() {
    stage = .dropping
    guard let damaged = salvage?.damaged, !damaged.isEmpty else { return advance() }
    var index = IndexContents()
    index.dropped = damaged
    put(index)
  }
}
