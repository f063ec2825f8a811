import Backup
import Storage
import Units

// The fields of an entry: the article on the vault format, section "Tree".

extension ByteWriter {
  mutating func write(name: [UInt8]) {
    precondition(name.count <= Int(UInt16.max), "names of files are short")
    write(UInt16(name.count))
    write(raw: name)
  }

  fileprivate mutating func write(_ time: FileTime) {
    write(time.seconds)
    write(time.nanoseconds)
  }

  mutating func write(_ entry: TreeEntry) {
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
  mutating func readName() throws(JobFailure) -> [UInt8] {
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
  /// The number of bytes before the name.
  static let nameOffset = 48
  /// The smallest size of an entry.
  static let sizeMinimum = nameOffset + 2 + 4

  init(from reader: inout ByteReader) throws(JobFailure) {
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
  static let directoryCode: UInt8 = 0
  static let fileCode: UInt8 = 1

  fileprivate var code: UInt8 {
    switch self {
    case .directory: Self.directoryCode
    case .file: Self.fileCode
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
    case Self.directoryCode: self = .directory
    case Self.fileCode:
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
