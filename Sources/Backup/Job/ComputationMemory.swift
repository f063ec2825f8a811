import Storage
import Synchronization

/// Runs computations, and remembers what was opened: the same stored bytes under the same expectation give the same
/// block, so that a thousand rehearsals that restore one block share one copy of it.
public final class ComputationMemory: Sendable {
  private struct Opened {
    let digest: Digest
    let block: Bytes
  }

  private struct LoadedEntry {
    let load: CatalogLoad
    let output: LoadedCatalog
  }

  private let opened = Mutex(ByteMemory<Opened>(entries: 8_192))
  /// The catalogs loaded or built upon last, the newest last.
  private let loaded = Mutex<[LoadedEntry]>([])
  private static let catalogsMaximum = 48

  public init() {}

  /// The output of `run()`, from memory where it is known.
  public func run(_ computation: Computation) -> Computation.Output {
    switch computation {
    case .open(let opening): .blocks(open(opening))
    case .load(let load) where load.beginsFromNothing: .catalog(self.load(load))
    default: computation.run()
    }
  }

  private func open(_ opening: Opening) -> [Bytes?] {
    var blocks: [Bytes?] = []
    for piece in opening.pieces { blocks += open(piece, master: opening.master) }
    return blocks
  }

  private func open(_ piece: Opening.Piece, master: MasterKey) -> [Bytes?] {
    var blocks = opened.withLock { opened in
      piece.items.map { item -> Bytes? in
        guard item.range.upperBound <= piece.bytes.count else { return nil }
        let frame = piece.bytes[item.range]
        guard let known = opened.value(for: frame), known.digest == item.digest else { return nil }
        return known.block
      }
    }
    guard blocks.contains(where: { $0 == nil }) else { return blocks }
    let missing = blocks.indices.filter { blocks[$0] == nil }
    let results = Opening(pieces: [piece.only(missing)], master: master).run()
    opened.withLock { opened in
      for (index, block) in zip(missing, results) {
        blocks[index] = block
        guard let block else { continue }
        let item = piece.items[index]
        let frame = piece.bytes[item.range]
        opened.remember(Opened(digest: item.digest, block: block), for: frame)
      }
    }
    return blocks
  }

  private func load(_ load: CatalogLoad) -> LoadedCatalog {
    let rest = nearest(to: load)
    if let rest, rest.indexes.isEmpty { return LoadedCatalog(catalog: rest.base) }
    let output = rest.map { $0.run() } ?? load.run()
    // Where an index takes something back, what stands in the others decides: nothing can be built on the rest alone.
    if rest != nil, output.hasRetractions { return load.run() }
    loaded.withLock { loaded in
      loaded.append(LoadedEntry(load: load, output: output))
      if loaded.count > Self.catalogsMaximum { loaded.removeFirst() }
    }
    return output
  }

  /// What is left to be loaded on top of the catalog that has the most of it.
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

extension Opening.Piece {
  /// The same work on some of the blocks.
  func only(_ places: [Int]) -> Opening.Piece {
    Opening.Piece(bytes: bytes, items: places.map { items[$0] }, salt: salt)
  }
}
