import Storage
import Units

/// The catalog of a source's last point, for finding unchanged files.
struct PreviousTree {
  let catalog: TreeCatalog
  private let offsets: [ByteCount]
  /// The index after the last entry in each directory.
  private let ends: [Int]
  /// The latest time of a reliable comparison. A later change may be followed by another within one tick of
  /// the file system's clock.
  private let certainBefore: FileTime

  /// The tick of file systems. The kernel's is at most 10 ms.
  private static let tick = Duration.milliseconds(20)

  init(_ catalog: TreeCatalog, takenAt instant: Instant) {
    self.catalog = catalog
    offsets = catalog.contentOffsets
    var ends = [Int](repeating: catalog.entries.count, count: catalog.entries.count)
    var open: [Int] = []
    for index in catalog.entries.indices {
      while open.count > catalog.entries.depth(of: index) { ends[open.removeLast()] = index }
      open.append(index)
    }
    self.ends = ends
    let certain = (instant - Self.tick).nanoseconds
    certainBefore = FileTime(
      seconds: certain / 1_000_000_000, nanoseconds: UInt32(max(0, certain % 1_000_000_000)))
  }

  /// Returns the entries in a directory, by name.
  func children(of directory: Int) -> [[UInt8]: Int] {
    var children: [[UInt8]: Int] = [:]
    var index = directory + 1
    while index < ends[directory] {
      children[catalog.entries.name(of: index)] = index
      index = ends[index]
    }
    return children
  }

  /// Returns the place of an unchanged file's bytes in the contents stream. A file is unchanged if inode,
  /// size and times are equal and older than the point.
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
