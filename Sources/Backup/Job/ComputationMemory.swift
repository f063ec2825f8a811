import Storage
import Synchronization

/// A cache of opened blocks. A thousand rehearsals that restore one block share one copy of it.
public final class ComputationMemory: Sendable {
  fileprivate struct Opened {
    let digest: Digest
    let block: Bytes
  }

  private struct LoadedEntry {
    let load: CatalogLoad
    let output: LoadedCatalog
  }

  private let opened = Mutex(PlaceMemory<Opened>(bits: 12))
  /// The catalogs loaded or extended last, newest last.
  private let loaded = Mutex<[LoadedEntry]>([])
  private static let catalogsMaximum = 24

  public init() {}

  /// Returns the output of `run()`, from the cache where possible.
  public func run(_ computation: Computation) -> Computation.Output {
    switch computation {
    case .open(let opening): .blocks(open(opening))
    case .load(let load) where load.beginsFromNothing: .catalog(self.load(load))
    default: computation.run()
    }
  }

  private func open(_ opening: Opening) -> [Bytes?] {
    var blocks = opened.withLock { opened in
      opening.pieces.flatMap { piece in piece.items.map { opened.block(of: $0, in: piece) } }
    }
    guard blocks.contains(where: { $0 == nil }) else { return blocks }
    var missing: [Int] = []
    var pieces: [Opening.Piece] = []
    var first = 0
    for piece in opening.pieces {
      let places = piece.items.indices.filter { blocks[first + $0] == nil }
      missing += places.map { first + $0 }
      if !places.isEmpty { pieces.append(piece.only(places)) }
      first += piece.items.count
    }
    let results = Opening(pieces: pieces, master: opening.master).run()
    opened.withLock { opened in
      var next = 0
      for piece in pieces {
        for item in piece.items {
          blocks[missing[next]] = results[next]
          if let block = results[next] {
            opened.remember(Opened(digest: item.digest, block: block), for: piece.bytes[item.range])
          }
          next += 1
        }
      }
    }
    return blocks
  }

  private func load(_ load: CatalogLoad) -> LoadedCatalog {
    if let known = known(load) { return known }
    let output = continued(load) ?? load.run()
    loaded.withLock { loaded in
      loaded.append(LoadedEntry(load: load, output: output))
      if loaded.count > Self.catalogsMaximum { loaded.removeFirst() }
    }
    return output
  }

  /// Returns the output of the same load done before; `nil` when it is not cached.
  private func known(_ load: CatalogLoad) -> LoadedCatalog? {
    loaded.withLock { loaded in
      guard let place = loaded.lastIndex(where: { load.isSame(as: $0.load) }) else { return nil }
      let entry = loaded.remove(at: place)
      loaded.append(entry)
      return entry.output
    }
  }

  /// Returns the output built on top of a cached catalog; `nil` when it cannot be.
  private func continued(_ load: CatalogLoad) -> LoadedCatalog? {
    guard let rest = nearest(to: load) else { return nil }
    let hadRetractions = !rest.base.dropped.isEmpty || !rest.base.forgotten.isEmpty
    var output = rest.run()
    // Where an index takes something back, what stands in the others decides: nothing can be built on the rest alone.
    if output.hasRetractions { return nil }
    output.hasRetractions = hadRetractions
    return output
  }

  /// Returns the remaining load on top of the cached catalog that has the most of it.
  private func nearest(to load: CatalogLoad) -> CatalogLoad? {
    loaded.withLock { loaded in
      var nearest: (place: Int, rest: CatalogLoad)?
      for (place, entry) in loaded.enumerated() {
        guard let rest = load.continuing(entry.load, entry.output) else { continue }
        if rest.indexes.count <= nearest?.rest.indexes.count ?? .max { nearest = (place, rest) }
      }
      guard let nearest else { return nil }
      loaded.append(loaded.remove(at: nearest.place))
      return nearest.rest
    }
  }
}

extension PlaceMemory<ComputationMemory.Opened> {
  /// Returns the cached contents of a block of a piece.
  fileprivate func block(of item: Opening.Item, in piece: Opening.Piece) -> Bytes? {
    guard item.range.upperBound <= piece.bytes.count,
      let known = value(for: piece.bytes[item.range]), known.digest == item.digest
    else { return nil }
    return known.block
  }
}

extension Opening.Piece {
  /// Returns the piece with only some of its blocks.
  fileprivate func only(_ places: [Int]) -> Opening.Piece {
    Opening.Piece(bytes: bytes, items: places.map { items[$0] }, salt: salt)
  }
}
