import Storage

/// The index and condemnation objects to decrypt and merge into a catalog.
public struct CatalogLoad: Sendable {
  /// The earlier catalog; empty when nothing was known.
  let base: Catalog
  /// The indexes, ascending like the condemnations.
  let indexes: [(id: ObjectID, bytes: Bytes)]
  let condemnations: [(id: ObjectID, bytes: Bytes)]
  /// The existing packs; `nil` when they were not listed.
  let present: Set<ObjectID>?
  let master: MasterKey

  var length: Int { (indexes + condemnations).reduce(0) { $0 + $1.bytes.count } }

  /// Whether the objects alone determine the catalog.
  var beginsFromNothing: Bool { base.indexes.isEmpty && base.condemnations.isEmpty }

  /// Whether both load the same objects, and were told of the same packs, from nothing.
  func isSame(as other: CatalogLoad) -> Bool {
    beginsFromNothing && other.beginsFromNothing && present == other.present
      && indexes.elementsEqual(other.indexes, by: Self.areIdentical)
      && condemnations.elementsEqual(other.condemnations, by: Self.areIdentical)
  }

  /// Returns the remaining load on top of another's catalog. `nil` unless the condemnations are the same and
  /// indexes were only added.
  func continuing(_ other: CatalogLoad, _ loaded: LoadedCatalog) -> CatalogLoad? {
    guard beginsFromNothing, other.beginsFromNothing, present == nil, other.present == nil,
      loaded.damaged.isEmpty,
      condemnations.elementsEqual(other.condemnations, by: Self.areIdentical)
    else { return nil }
    var added: [(id: ObjectID, bytes: Bytes)] = []
    var known = other.indexes[...]
    for index in indexes {
      if let first = known.first, Self.areIdentical(first, index) {
        known.removeFirst()
      } else {
        added.append(index)
      }
    }
    guard known.isEmpty else { return nil }
    return CatalogLoad(
      base: loaded.catalog, indexes: added, condemnations: [], present: nil, master: master)
  }

  private static func areIdentical(_ a: (id: ObjectID, bytes: Bytes), _ b: (id: ObjectID, bytes: Bytes))
    -> Bool
  {
    a.id == b.id && a.bytes.identity == b.bytes.identity && a.bytes.count == b.bytes.count
  }

  func run() -> LoadedCatalog {
    var loaded = LoadedCatalog(catalog: base)
    for (id, bytes) in condemnations {
      let key = VaultFolder.condemned(id)
      loaded.attempt(key) { catalog throws(JobFailure) in
        let contents = try SealedObject.open(bytes, .condemnation, as: key, key: master)
        catalog.condemn(try CondemnationContents(contents), id)
      }
    }
    var decoded: [(ObjectID, IndexContents)] = []
    for (id, bytes) in indexes {
      let key = VaultFolder.index(id)
      loaded.attempt(key) { _ throws(JobFailure) in
        let contents = try SealedObject.open(bytes, .index, as: key, key: master)
        decoded.append((id, try IndexContents(contents)))
      }
    }
    let dropped = Set(decoded.flatMap { $1.dropped })
    let forgotten = Set(decoded.flatMap { $1.forgotten })
    loaded.hasRetractions = !dropped.isEmpty || !forgotten.isEmpty
    for point in forgotten { loaded.catalog.forgotten[point] = true }
    for pack in dropped { loaded.catalog.dropped[pack] = true }
    if beginsFromNothing {
      loaded.catalog.blocks.beginLoading(
        capacity: decoded.reduce(0) { $1.1.packs.reduce($0) { $0 + $1.blocks.count } })
    }
    for (id, index) in decoded {
      var rest = index
      rest.packs.removeAll { loaded.catalog.dropped[$0.id] != nil }
      rest.roll.removeAll { loaded.catalog.forgotten[$0] != nil }
      if let present {
        for pack in rest.packs where !present.contains(pack.id) { loaded.catalog.lost[pack.id] = true }
      }
      loaded.catalog.insert(rest, id)
      loaded.catalog.indexes[id] = index.packs.map(\.id)
    }
    loaded.catalog.blocks.endLoading()
    return loaded
  }
}

/// A catalog, and the objects that could not be loaded.
public struct LoadedCatalog: Sendable {
  var catalog: Catalog
  var damaged: [(key: ObjectKey, failure: JobFailure)] = []
  /// Whether an index retracts entries of others.
  var hasRetractions = false

  init(catalog: Catalog) { self.catalog = catalog }

  fileprivate mutating func attempt(
    _ key: ObjectKey, _ body: (inout Catalog) throws(JobFailure) -> Void
  ) {
    do { try body(&catalog) } catch { damaged.append((key, error)) }
  }
}
