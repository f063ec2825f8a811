import Backup
import Glibc
import Posix
import Storage
import Units

/// The files of one point by number. Names of one file share its number, so that it has one inode.
///
/// The tables take about twenty bytes an entry beside the stored form of the catalog. Entries are decoded on
/// demand.
final class PointTree: Sendable {
  let point: RecoveryPoint
  let mounted: MountedPoint
  let catalog: TreeCatalog
  private let parents: [UInt32]
  /// The entries of all directories, one directory after the other, ascending by name.
  private let children: [UInt32]
  /// The place in `children` of each entry's first child, and the total at the end.
  private let firstChild: [UInt32]
  /// The offset of each entry's bytes in the contents stream.
  private let starts: [ByteCount]
  /// The number of further names, by the entry of the file.
  private let furtherNames: [Int: Int]
  /// The number of directories in each directory that has some.
  private let subdirectories: [Int: Int]
  /// The bytes of all files outside holes, in whole blocks.
  let allocated: ByteCount
  /// The approximate memory of the tree in bytes.
  let weight: Int
  /// The inode of the first entry.
  private let base: UInt64

  init(_ point: RecoveryPoint, _ mounted: MountedPoint, base: UInt64) {
    self.point = point
    self.base = base
    self.mounted = mounted
    let catalog = mounted.tree ?? Self.tree(ofImage: point)
    self.catalog = catalog
    let parents = catalog.parents
    self.parents = parents
    (firstChild, children) = Self.children(parents)
    starts = catalog.contentOffsets
    var furtherNames: [Int: Int] = [:]
    var subdirectories: [Int: Int] = [:]
    var allocated = ByteCount.zero
    var weight = 0
    for (index, entry) in catalog.entries.enumerated() {
      weight += entry.name.count + 128
      switch entry.kind {
      case .hardLink(let target): furtherNames[target, default: 0] += 1
      case .directory where index > 0: subdirectories[Int(parents[index]), default: 0] += 1
      case .file(_, let data): allocated += Self.allocated(data)
      default: break
      }
    }
    self.furtherNames = furtherNames
    self.subdirectories = subdirectories
    self.allocated = allocated
    self.weight = weight
  }

  /// The number of entries.
  var count: Int { catalog.entries.count }
  /// The number of files and directories, of which some have several names.
  var inodeCount: Int { count - furtherNames.values.reduce(0, +) }

  /// Returns the tree of an image's point: a directory with the image as its only file.
  private static func tree(ofImage point: RecoveryPoint) -> TreeCatalog {
    let time = FileTime(point.instant)
    func entry(_ kind: TreeEntry.Kind, _ depth: Int, _ name: [UInt8], _ mode: UInt32) -> TreeEntry {
      TreeEntry(
        kind: kind, depth: depth, name: name,
        attributes: FileAttributes(
          mode: mode, owner: geteuid(), group: getegid(), modified: time, changed: time, inode: 0))
    }
    let source = Array(point.source.utf8)
    let last = source.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }).last
    let name = last.map(Array.init) ?? Array("image".utf8)
    let data = point.length > .zero ? [Extent(offset: .zero, length: point.length)] : []
    return TreeCatalog(
      root: [], host: point.host,
      entries: TreeEntries([
        entry(.directory, 0, [], 0o500), entry(.file(size: point.length, data: data), 1, name, 0o400),
      ]))
  }

  /// Returns the entries of each directory, ascending. Complexity: O(entries).
  private static func children(_ parents: [UInt32]) -> (firstChild: [UInt32], children: [UInt32]) {
    var firstChild = [UInt32](repeating: 0, count: parents.count + 1)
    for parent in parents.dropFirst() { firstChild[Int(parent) + 1] += 1 }
    for index in parents.indices { firstChild[index + 1] += firstChild[index] }
    var next = firstChild
    var children = [UInt32](repeating: 0, count: max(0, parents.count - 1))
    for (index, parent) in parents.enumerated().dropFirst() {
      children[Int(next[Int(parent)])] = UInt32(index)
      next[Int(parent)] += 1
    }
    return (firstChild, children)
  }

  private static func allocated(_ data: [Extent]) -> ByteCount {
    let block = Int(FileStatus.blockSize.bytes)
    var sum = 0
    var last = -1
    for extent in data {
      let first = max(last + 1, Int(extent.offset.bytes) / block)
      last = (Int(extent.end.bytes) - 1) / block
      sum += max(0, last + 1 - first)
    }
    return ByteCount(sum * block)
  }

  // MARK: Names

  /// Returns the inode of a name. Names of one file have one inode.
  func inode(of index: Int) -> UInt64 { base + UInt64(file(of: index)) }

  func parent(of index: Int) -> Int { Int(parents[index]) }
  func name(of index: Int) -> [UInt8] { catalog.entries.name(of: index) }

  /// Returns the entry of the file that a name belongs to.
  func file(of index: Int) -> Int {
    if case .hardLink(let target) = catalog.entries[index].kind { target } else { index }
  }

  func childCount(of directory: Int) -> Int { Int(firstChild[directory + 1] - firstChild[directory]) }
  func child(at position: Int, of directory: Int) -> Int {
    Int(children[Int(firstChild[directory]) + position])
  }

  /// Returns the entry with a name in a directory. Complexity: O(log n).
  func child(of directory: Int, named name: [UInt8]) -> Int? {
    var low = Int(firstChild[directory])
    var high = Int(firstChild[directory + 1])
    while low < high {
      let middle = (low + high) / 2
      if self.name(of: Int(children[middle])).lexicographicallyPrecedes(name) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < Int(firstChild[directory + 1]), self.name(of: Int(children[low])) == name else { return nil }
    return Int(children[low])
  }

  /// Returns the path of an entry from the root of the tree.
  func path(of index: Int) -> FilePath {
    var names: [[UInt8]] = []
    var current = index
    while current != 0 {
      names.append(name(of: current))
      current = parent(of: current)
    }
    return FilePath(bytes: Array(names.reversed().joined(separator: [UInt8(ascii: "/")])))
  }

  // MARK: Attributes

  /// Whether the backup could not read the file or directory.
  func isLost(_ index: Int) -> Bool { catalog.entries.condition(of: index) == .lost }

  func entry(_ index: Int) -> TreeEntry { catalog.entries[index] }

  /// Returns the attributes of the file that a name belongs to.
  func status(of name: Int) -> FileStatus {
    let index = file(of: name)
    let entry = catalog.entries[index]
    let attributes = entry.attributes
    var status = FileStatus(
      inode: base + UInt64(index), type: entry.kind.type, permissions: attributes.mode,
      links: 1 + (furtherNames[index] ?? 0), owner: attributes.owner, group: attributes.group,
      modified: attributes.modified, changed: attributes.changed)
    switch entry.kind {
    case .directory:
      status.links = 2 + (subdirectories[index] ?? 0)
      status.size = FileStatus.blockSize
    case .file(let size, let data):
      status.size = size
      status.allocated = Self.allocated(data)
    case .symbolicLink(let target): status.size = ByteCount(target.count)
    case .characterDevice(let number), .blockDevice(let number): status.device = number
    case .hardLink, .pipe, .socket: break
    }
    return status
  }

  // MARK: Contents

  /// Returns the bytes of a file from an offset on; fewer at its end.
  func read(_ index: Int, at offset: Int, count: Int) throws(ContentProblem) -> [UInt8] {
    guard case .file(let size, let data) = catalog.entries[index].kind else { return [] }
    let end = min(Int(size.bytes), offset + count)
    guard offset < end else { return [] }
    var bytes: [UInt8] = []
    var place = Int(starts[index].bytes)
    for extent in data {
      let (first, last) = (Int(extent.offset.bytes), Int(extent.end.bytes))
      let (from, to) = (max(first, offset), min(last, end))
      if from < to {
        let wanted = Extent(offset: ByteCount(place + from - first), length: ByteCount(to - from))
        let piece = try mounted.contents.read(wanted)
        if piece.count == end - offset { return piece }
        if bytes.isEmpty { bytes = [UInt8](repeating: 0, count: end - offset) }
        bytes.withUnsafeMutableBytes { target in
          UnsafeMutableRawBufferPointer(rebasing: target[(from - offset)..<(to - offset)]).copyBytes(
            from: piece)
        }
      }
      place += last - first
    }
    return bytes.isEmpty ? [UInt8](repeating: 0, count: end - offset) : bytes
  }

  /// Returns the first offset of data, or of a hole, from an offset on; `nil` when there is none. The end of
  /// a file counts as a hole.
  func seek(_ index: Int, toData isData: Bool, from offset: Int) -> Int? {
    guard case .file(let size, let data) = catalog.entries[index].kind, offset >= 0, offset < size.bytes
    else { return nil }
    var position = offset
    for extent in data where Int(extent.end.bytes) > position {
      let start = Int(extent.offset.bytes)
      if isData { return max(position, start) }
      if start > position { return position }
      position = Int(extent.end.bytes)
    }
    return isData ? nil : position
  }
}

extension FileTime {
  init(_ instant: Instant) {
    let second: Int64 = 1_000_000_000
    let rest = (instant.nanoseconds % second + second) % second
    self.init(seconds: (instant.nanoseconds - rest) / second, nanoseconds: UInt32(rest))
  }
}

extension TreeEntry.Kind {
  var type: FileType {
    switch self {
    case .directory: .directory
    case .file, .hardLink: .file
    case .symbolicLink: .symbolicLink
    case .pipe: .pipe
    case .socket: .socket
    case .characterDevice: .characterDevice
    case .blockDevice: .blockDevice
    }
  }
}
