import Backup
import Storage
import Units

/// All names of a directory tree, parents before children, ascending by bytes within a directory. Byte table:
/// the article on the vault format, section "Tree".
public struct TreeCatalog: Sendable {
  public var root: [UInt8]
  public var host: String
  public var entries: TreeEntries

  private static let magic: UInt32 = 0x5254_4446
  private static let version: UInt8 = 1

  public init(root: [UInt8], host: String, entries: TreeEntries) {
    self.root = root
    self.host = host
    self.entries = entries
  }

  /// The header before the entries.
  var header: [UInt8] {
    var writer = ByteWriter(capacity: 128)
    writer.write(Self.magic)
    writer.write(Self.version)
    writer.write(host)
    writer.write(name: root)
    writer.write(UInt32(entries.count))
    return writer.bytes
  }

  public var bytes: [UInt8] { header + entries.bytes(in: 0..<entries.byteCount) }

  /// Reads a catalog. Throws `unsupportedVersion` for a later format, and `damaged` for anything that no scan
  /// could write.
  public init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    guard try reader.read(UInt32.self) == Self.magic else { throw .damaged("no catalog of a tree") }
    let version: UInt8 = try reader.read()
    guard version <= Self.version else { throw .unsupportedVersion(Int(version)) }
    host = try reader.readText()
    root = try reader.readName()
    let count = Int(try reader.read(UInt32.self))
    guard count <= reader.remaining / TreeEntry.sizeMinimum else {
      throw .damaged("a list longer than its object")
    }
    entries = TreeEntries()
    entries.reserve(count: count)
    var check = TreeCheck()
    for _ in 0..<count {
      let start = bytes.count - reader.remaining
      try check.add(TreeEntry(from: &reader))
      entries.append(stored: bytes[start..<(bytes.count - reader.remaining)].slice)
    }
    try reader.end()
    try check.end()
  }

  /// The offset of each entry's bytes in the contents stream.
  package var contentOffsets: [ByteCount] {
    var offset = ByteCount.zero
    return entries.indices.map { index in
      defer { offset += entries.contentLength(of: index) }
      return offset
    }
  }

  /// The entries that the backup could not read, and other names of the same files, ascending.
  var lostEntries: [Int] {
    entries.indices.filter { index in
      if case .hardLink(let target) = entries[index].kind { return entries.condition(of: target) == .lost }
      return entries.condition(of: index) == .lost
    }
  }

  /// The index of each entry's directory; the root's own index for the root.
  package var parents: [UInt32] {
    var parents: [UInt32] = []
    var open: [Int] = []
    parents.reserveCapacity(entries.count)
    for index in entries.indices {
      open.removeLast(open.count - min(open.count, entries.depth(of: index)))
      parents.append(UInt32(open.last ?? 0))
      open.append(index)
    }
    return parents
  }
}

/// A check that entries form a tree that stays within its directory.
private struct TreeCheck {
  private var canBeLinked: [Bool] = []
  private var isDirectory = false
  private var depth = 0

  mutating func add(_ entry: TreeEntry) throws(JobFailure) {
    if canBeLinked.isEmpty {
      guard entry.depth == 0, entry.name.isEmpty, entry.kind == .directory else { throw Self.noRoot }
    } else {
      guard entry.depth >= 1, entry.depth <= (isDirectory ? depth + 1 : depth) else {
        throw .damaged("a name in what is no directory")
      }
      let isPlain = !entry.name.isEmpty && !entry.name.contains(UInt8(ascii: "/")) && !entry.name.contains(0)
      guard isPlain, !Self.reserved.contains(entry.name) else {
        throw .damaged("a name that leads elsewhere")
      }
      if case .hardLink(let target) = entry.kind {
        guard canBeLinked.indices.contains(target), canBeLinked[target] else {
          throw .damaged("a link to nothing")
        }
      }
    }
    isDirectory = entry.kind == .directory
    depth = entry.depth
    canBeLinked.append(entry.canBeLinked)
  }

  func end() throws(JobFailure) {
    if canBeLinked.isEmpty { throw Self.noRoot }
  }

  private static let reserved = [Array(".".utf8), Array("..".utf8)]
  private static let noRoot = JobFailure.damaged("a tree without a root")
}

extension TreeEntry {
  fileprivate var canBeLinked: Bool {
    switch kind {
    case .directory, .hardLink: false
    default: true
    }
  }
}
