import Storage
import Units

/// The catalog of the last point of a source, to be asked which files are still the same.
struct PreviousTree {
  let catalog: TreeCatalog
  private let offsets: [ByteCount]
  /// The entry behind the last one that lies in each directory.
  private let ends: [Int]
  /// What changed later than this may have changed again within one tick of the file system's clock.
  private let certainBefore: FileTime

  /// The ticks of file systems are those of the kernel, 10 ms at the most.
  private static let tick = Duration.milliseconds(20)

  init(_ catalog: TreeCatalog, takenAt instant: Instant) {
    self.catalog = catalog
    offsets = catalog.contentOffsets
    var ends = [Int](repeating: catalog.entries.count, count: catalog.entries.count)
    var open: [Int] = []
    for (index, entry) in catalog.entries.enumerated() {
      while open.count > entry.depth { ends[open.removeLast()] = index }
      open.append(index)
    }
    self.ends = ends
    let certain = (instant - Self.tick).nanoseconds
    certainBefore = FileTime(
      seconds: certain / 1_000_000_000, nanoseconds: UInt32(max(0, certain % 1_000_000_000)))
  }

  /// The entries in a directory, by name.
  func children(of directory: Int) -> [[UInt8]: Int] {
    var children: [[UInt8]: Int] = [:]
    var index = directory + 1
    while index < ends[directory] {
      children[catalog.entries.name(of: index)] = index
      index = ends[index]
    }
    return children
  }

  /// Where the contents stream holds the bytes of a file, if that is still the one it was: same inode, size and times,
  /// all of them older than the point.
  func contents(of index: Int, ifStill attributes: FileAttributes, size: ByteCount) -> ByteCount? {
    let entry = catalog.entries[index]
    guard case .file(size, _) = entry.kind, entry.condition == .intact,
      entry.attributes.inode == attributes.inode, entry.attributes.modified == attributes.modified,
      entry.attributes.changed == attributes.changed, attributes.changed < certainBefore,
      attributes.modified < certainBefore
    else { return nil }
    return offsets[index]
  }
}
