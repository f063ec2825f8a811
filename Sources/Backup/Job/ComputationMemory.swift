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
    let objects: [Bytes]
    let output: LoadedCatalog
  }

  private let opened = Mutex(ByteMemory<Opened>(entries: 8_192))
  /// The catalogs loaded last, the newest last.
  private let loaded = Mutex<[LoadedEntry]>([])
  private static let catalogsMaximum = 4

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
    var blocks = opened.withLock { opened in
      opening.items.map { item -> Bytes? in
        guard item.range.upperBound <= opening.bytes.count else { return nil }
        let frame = opening.bytes[item.range]
        guard let known = opened.value(for: frame), known.digest == item.digest else { return nil }
        return known.block
      }
    }
    guard blocks.contains(where: { $0 == nil }) else { return blocks }
    let missing = blocks.indices.filter { blocks[$0] == nil }
    let results = opening.only(missing).run()
    opened.withLock { opened in
      for (index, block) in zip(missing, results) {
        blocks[index] = block
        guard let block else { continue }
        let item = opening.items[index]
        let frame = opening.bytes[item.range]
        opened.remember(Opened(digest: item.digest, block: block), for: frame)
      }
    }
    return blocks
  }

  private func load(_ load: CatalogLoad) -> LoadedCatalog {
    let objects = (load.indexes + load.condemnations).map(\.bytes)
    let known = loaded.withLock { loaded in
      loaded.last {
        $0.objects.count == objects.count
          && zip($0.objects, objects).allSatisfy { $0.identity == $1.identity && $0.count == $1.count }
      }
    }
    if let known { return known.output }
    let output = load.run()
    loaded.withLock { loaded in
      loaded.append(LoadedEntry(objects: objects, output: output))
      if loaded.count > Self.catalogsMaximum { loaded.removeFirst() }
    }
    return output
  }
}

extension Opening {
  /// The same work on some of the blocks.
  func only(_ places: [Int]) -> Opening {
    Opening(bytes: bytes, items: places.map { items[$0] }, master: master, salt: salt)
  }
}
