import Storage

/// Updates a catalog from a vault. The loader lists condemnations, indexes and packs, gets the unknown ones
/// and merges them.
struct CatalogLoader: Sendable {
  enum Step: Sendable {
    case listCondemned
    case listIndexes
    case condemnation(ObjectID)
    case index(ObjectID)
    case listPacks
    case merge
  }

  /// The catalog of the vault, once loaded.
  private(set) var loaded: LoadedCatalog?
  /// The number of attempts. A listed object may be missing because a prune has replaced it.
  private var attempts = 0

  private let master: MasterKey
  private let looksForPacks: Bool
  private var base: Catalog
  private var todo: [Step] = [.listCondemned]
  private var waiting = 0
  private var indexes: [(id: ObjectID, bytes: Bytes)] = []
  private var condemnations: [(id: ObjectID, bytes: Bytes)] = []
  private var present: Set<ObjectID>?
  private var vanished = false

  init(_ base: Catalog, key: MasterKey, options: JobOptions) {
    self.base = base
    master = key
    looksForPacks = options.looksForPacks
  }

  mutating func next() -> (Step, Request)? {
    guard loaded == nil else { return nil }
    if let step = todo.popLast() {
      waiting += 1
      return (step, request(step))
    }
    return nil
  }

  private func request(_ step: Step) -> Request {
    switch step {
    case .listCondemned: return .vault(.list(prefix: VaultFolder.condemned))
    case .listIndexes: return .vault(.list(prefix: VaultFolder.indexes))
    case .condemnation(let id): return .vault(.get(VaultFolder.condemned(id), range: nil))
    case .index(let id): return .vault(.get(VaultFolder.index(id), range: nil))
    case .listPacks: return .vault(.list(prefix: VaultFolder.packs))
    case .merge:
      // Sorted, so that the catalog does not depend on the order in which the answers came.
      return .compute(
        .load(
          CatalogLoad(
            base: base, indexes: indexes.sorted { $0.id < $1.id },
            condemnations: condemnations.sorted { $0.id < $1.id }, present: present, master: master)))
    }
  }

  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) {
    waiting -= 1
    if case .failure(let error) = answer, error.kind == .notFound {
      vanished = true
    } else {
      try take(try answer.reply(), for: step)
    }
    guard waiting == 0, todo.isEmpty, loaded == nil else { return }
    if vanished {
      attempts += 1
      guard attempts < 4 else { throw .damaged("the vault's indexes vanish while they are read") }
      restart(from: Catalog())
    } else {
      // After the indexes: a pack is there before an index lists it.
      todo = [looksForPacks && present == nil ? .listPacks : .merge]
    }
  }

  private mutating func take(_ reply: Reply, for step: Step) throws(JobFailure) {
    switch step {
    case .listCondemned:
      let listed = reply.keys.compactMap { ObjectID($0) }
      // A condemnation that is gone was carried out: what is known of the packs may be wrong.
      if base.condemnations.count > listed.filter({ base.condemnations[$0] != nil }).count {
        base = Catalog()
      }
      todo += listed.filter { base.condemnations[$0] == nil }.map { .condemnation($0) }
      todo.append(.listIndexes)
    case .listIndexes:
      let unknown = base.indexListing.update(to: reply.keys) { base.indexes[$0] != nil }
      if base.indexes.count > base.indexListing.count - unknown.count {
        restart(from: Catalog())
      } else {
        todo += unknown.map { .index($0) }
      }
    case .condemnation(let id): condemnations.append((id, reply.bytes))
    case .index(let id): indexes.append((id, reply.bytes))
    case .listPacks:
      let listed = Set(reply.keys.compactMap { ObjectID($0) })
      if base.packs.keys.contains(where: { listed.contains($0) == (base.lost[$0] != nil) }) {
        restart(from: Catalog())
      } else {
        present = listed
      }
    case .merge:
      guard case .catalog(let result) = reply.output else { preconditionFailure("a load gives a catalog") }
      if result.hasRetractions, base.indexes.count > 0 {
        restart(from: Catalog())
      } else {
        loaded = result
        // An index that could not be read is read again the next time.
        loaded?.catalog.indexListing = result.damaged.isEmpty ? base.indexListing : IndexListing()
        // They take as much memory as the catalog, and a job keeps its loader.
        base = Catalog()
        (indexes, condemnations, present) = ([], [], nil)
      }
    }
  }

  private mutating func restart(from catalog: Catalog) {
    base = catalog
    todo = [.listCondemned]
    indexes = []
    condemnations = []
    present = nil
    vanished = false
  }
}
