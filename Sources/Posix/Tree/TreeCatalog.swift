import Backup
import Storage
import Units

/// All names of a directory tree, parents before what lies in them, names of one directory ascending by bytes. Byte
/// table: the article on the vault format, section "Tree".
public struct TreeCatalog: Sendable {
  public var root: [UInt8]
  public var host: String
  public var entries: [TreeEntry]

  private static let magic: UInt32 = 0x5254_4446
  private static let version: UInt8 = 1

  public init(root: [UInt8], host: String, entries: [TreeEntry]) {
    self.root = root
    self.host = host
    self.entries = entries
  }

  /// The catalog's bytes, and where the condition of each entry stands in them, so that it can be filled in when the
  /// file has been read.
  var encoded: (bytes: [UInt8], conditions: [Int]) {
    var writer = ByteWriter(capacity: 128 + entries.count * 96)
    writer.write(Self.magic)
    writer.write(Self.version)
    writer.write(host)
    writer.write(name: root)
    writer.write(UInt32(entries.count))
    var conditions: [Int] = []
    conditions.reserveCapacity(entries.count)
    for entry in entries {
      conditions.append(writer.bytes.count)
      writer.write(entry)
    }
    return (writer.bytes, conditions)
  }

  public var bytes: [UInt8] { encoded.bytes }

  /// Throws `unsupportedVersion` for a later format and `damaged` for anything that no scan can have written.
  public init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    guard try reader.read(UInt32.self) == Self.magic else { throw .damaged("no catalog of a tree") }
    let version: UInt8 = try reader.read()
    guard version <= Self.version else { throw .unsupportedVersion(Int(version)) }
    host = try reader.readText()
    root = try reader.readName()
    let entries = try reader.readList(minimumSize: 48) { reader throws(JobFailure) in
      try TreeEntry(from: &reader)
    }
    try reader.end()
    try Self.check(entries)
    self.entries = entries
  }

  /// Whether the entries make up a tree that can be put into a directory without leaving it.
  private static func check(_ entries: [TreeEntry]) throws(JobFailure) {
    guard let first = entries.first, first.depth == 0, first.name.isEmpty, first.kind == .directory else {
      throw .damaged("a tree without a root")
    }
    var isDirectory = true
    var depth = 0
    for (index, entry) in entries.enumerated().dropFirst() {
      guard entry.depth >= 1, entry.depth <= (isDirectory ? depth + 1 : depth) else {
        throw .damaged("a name in what is no directory")
      }
      let isPlain = !entry.name.isEmpty && !entry.name.contains(UInt8(ascii: "/")) && !entry.name.contains(0)
      guard isPlain, entry.name != Array(".".utf8), entry.name != Array("..".utf8) else {
        throw .damaged("a name that leads elsewhere")
      }
      if case .hardLink(let target) = entry.kind {
        guard target >= 0, target < index, entries[target].canBeLinked else {
          throw .damaged("a link to nothing")
        }
      }
      isDirectory = entry.kind == .directory
      depth = entry.depth
    }
  }

  /// Where the bytes of each entry begin in the contents stream.
  var contentOffsets: [ByteCount] {
    var offset = ByteCount.zero
    return entries.map { entry in
      defer { offset += entry.contentLength }
      return offset
    }
  }

  /// The number of the directory that each entry lies in; the root's own for the root.
  var parents: [Int] {
    var parents: [Int] = []
    var open: [Int] = []
    for (index, entry) in entries.enumerated() {
      open.removeLast(open.count - min(open.count, entry.depth))
      parents.append(open.last ?? 0)
      open.append(index)
    }
    return parents
  }
}

extension TreeEntry {
  fileprivate var canBeLinked: Bool {
    switch kind {
    case .directory, .hardLink: false
    default: true
    }
  }
}

// MARK: Fields

extension ByteWriter {
  fileprivate mutating func write(name: [UInt8]) {
    precondition(name.count <= Int(UInt16.max), "names of files are short")
    write(UInt16(name.count))
    write(raw: name)
  }

  fileprivate mutating func write(_ time: FileTime) {
    write(time.seconds)
    write(time.nanoseconds)
  }

  fileprivate mutating func write(_ entry: TreeEntry) {
    write(entry.condition.rawValue)
    write(entry.kind.code)
    write(UInt16(entry.depth))
    write(entry.attributes.mode)
    write(entry.attributes.owner)
    write(entry.attributes.group)
    write(entry.attributes.modified)
    write(entry.attributes.changed)
    write(entry.attributes.inode)
    write(name: entry.name)
    switch entry.kind {
    case .directory, .pipe, .socket: break
    case .file(let size, let data):
      write(size)
      write(list: data) {
        $0.write($1.offset)
        $0.write($1.length)
      }
    case .symbolicLink(let target): write(name: target)
    case .hardLink(let target): write(UInt32(target))
    case .characterDevice(let number), .blockDevice(let number): write(number)
    }
    write(list: entry.extended) { writer, attribute in
      writer.write(name: attribute.name)
      writer.write(UInt32(attribute.value.count))
      writer.write(raw: attribute.value)
    }
  }
}

extension ByteReader {
  fileprivate mutating func readName() throws(JobFailure) -> [UInt8] {
    let count = Int(try read(UInt16.self))
    return Array(try readBytes(count).slice)
  }

  fileprivate mutating func readTime() throws(JobFailure) -> FileTime {
    let seconds: Int64 = try read()
    let nanoseconds: UInt32 = try read()
    guard nanoseconds < 1_000_000_000 else { throw .damaged("a time of too many nanoseconds") }
    return FileTime(seconds: seconds, nanoseconds: nanoseconds)
  }
}

extension TreeEntry {
  fileprivate init(from reader: inout ByteReader) throws(JobFailure) {
    guard let condition = Condition(rawValue: try reader.read()) else {
      throw .damaged("an entry in an unknown condition")
    }
    let code: UInt8 = try reader.read()
    depth = Int(try reader.read(UInt16.self))
    attributes = FileAttributes(
      mode: try reader.read(), owner: try reader.read(), group: try reader.read(),
      modified: try reader.readTime(), changed: try reader.readTime(), inode: try reader.read())
    name = try reader.readName()
    kind = try Kind(code, from: &reader)
    extended = try reader.readList(minimumSize: 6) { reader throws(JobFailure) in
      let name = try reader.readName()
      let count = Int(try reader.read(UInt32.self))
      return ExtendedAttribute(name: name, value: Array(try reader.readBytes(count).slice))
    }
    guard attributes.mode <= 0o7777 else { throw .damaged("an impossible mode") }
    self.condition = condition
  }
}

extension TreeEntry.Kind {
  fileprivate var code: UInt8 {
    switch self {
    case .directory: 0
    case .file: 1
    case .symbolicLink: 2
    case .hardLink: 3
    case .pipe: 4
    case .socket: 5
    case .characterDevice: 6
    case .blockDevice: 7
    }
  }

  fileprivate init(_ code: UInt8, from reader: inout ByteReader) throws(JobFailure) {
    switch code {
    case 0: self = .directory
    case 1:
      let size = try reader.readByteCount()
      let data = try reader.readList(minimumSize: 16) { reader throws(JobFailure) in
        Extent(offset: try reader.readByteCount(), length: try reader.readByteCount())
      }
      var end = ByteCount.zero
      for extent in data {
        guard extent.offset >= end, extent.length > .zero, extent.offset <= size,
          extent.length <= size - extent.offset
        else { throw .damaged("a file with bytes where it can have none") }
        end = extent.end
      }
      self = .file(size: size, data: data)
    case 2: self = .symbolicLink(target: try reader.readName())
    case 3: self = .hardLink(entry: Int(try reader.read(UInt32.self)))
    case 4: self = .pipe
    case 5: self = .socket
    case 6: self = .characterDevice(number: try reader.read())
    case 7: self = .blockDevice(number: try reader.read())
    default: throw .damaged("an entry of unknown kind")
    }
  }
}
