import Storage
import Units

/// The inside of a repair: which packs does no index list, and what do they say of themselves?
struct RepairSteps: Steps {
  enum Purpose: Sendable {
    case point(PointLoader.Step)
    case catalog(CatalogLoader.Step)
    case listPacks
    case pack(ObjectID)
    case attributes(ObjectID)
    case put
  }

  private enum Stage: Sendable {
    case points
    case cataloguing
    case reading
    case measuring
    case indexing
  }

  private(set) var outcome: RepairJob.Outcome?
  private let master: MasterKey
  private let jobKey: JobKey

  private var stage = Stage.points
  private var points: PointLoader
  private var loader: CatalogLoader
  private var damagedIndexes: [ObjectID] = []
  private var requests: [(Purpose, Request)] = []
  private var waiting = 0
  private var catalog = Catalog()
  private var found: [PackEntry] = []
  private var versions: [ObjectID: UInt64] = [:]
  private var result = Repairing()

  init(key: MasterKey, salt: JobSalt, options: JobOptions) {
    master = key
    jobKey = key.derive(salt)
    points = PointLoader(key: key)
    loader = CatalogLoader(Catalog(), key: key)
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    switch stage {
    case .points: return points.next().map { (.point($0), $1) }
    case .cataloguing: return loader.next().map { (.catalog($0), $1) }
    case .reading, .measuring, .indexing:
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
    default:
      waiting -= 1
      try takeStep(answer, for: purpose)
      while waiting == 0, requests.isEmpty, outcome == nil { advance() }
    }
  }

  private mutating func takeStep(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .listPacks:
      let unlisted = try answer.reply().keys.filter { key in
        ObjectID(key).map { catalog.packs[$0] == nil } ?? false
      }
      requests = unlisted.reversed().compactMap { key in
        ObjectID(key).map { (.pack($0), .vault(.get(key, range: nil))) }
      }
    case .pack(let id): try read(answer, id)
    case .attributes(let id):
      if case .failure(let error) = answer, error.kind == .damaged {
        // Nobody knows at which version it is, nor whether it is locked: what it listed goes to a new index.
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
    default:
      result.unreadable.sort()
      result.irreplaceable.sort()
      outcome = .repaired(result)
    }
  }

  /// The first parts take the places of index objects that cannot be read; when there are more places than parts,
  /// the rest is filled with the roll alone.
  private mutating func beginIndexing() {
    stage = .indexing
    let roll = points.points.map(\.id)
    let isComplete = roll.allSatisfy { catalog.roll[$0] != nil }
    guard !found.isEmpty || !damagedIndexes.isEmpty || !isComplete else { return }
    found.sort { $0.id < $1.id }
    var parts = IndexContents(roll: roll, packs: found).divided()
    while parts.count < damagedIndexes.count { parts.append(IndexContents(roll: roll)) }
    for (number, part) in parts.enumerated() {
      let replaced = number < damagedIndexes.count ? damagedIndexes[number] : nil
      let id = replaced ?? jobKey.salt.objectID(.index, number)
      let key = VaultFolder.index(id)
      let object = SealedObject.seal(
        part.encoded, .index, as: key, key: jobKey, number: FrameNumber.of(.index, UInt64(number)))
      let condition = versions[id].map { ObjectCondition.version($0) } ?? .absent
      requests.append((.put, .vault(.put(key, object, if: condition, lockedUntil: nil))))
    }
    result.packs = found.count
    result.replacedIndexes = damagedIndexes.count
  }
}
