import Storage
import Units

// Single fields of entries, read where they are stored. To decode a whole entry takes memory for its names and
// lists, and a restore asks for fields of every entry many times. The entries were checked when they were appended.
extension TreeEntries {
  private static let codeOffset = 1
  private static let depthOffset = 2

  /// Returns the depth of an entry: 0 for the root, 1 for its children.
  package func depth(of index: Int) -> Int {
    Int(integer(UInt16.self, at: place(of: index) + Self.depthOffset))
  }

  package func isDirectory(_ index: Int) -> Bool { code(of: index) == TreeEntry.Kind.directoryCode }

  /// Whether an entry is a regular file under its first name.
  func isFile(_ index: Int) -> Bool { code(of: index) == TreeEntry.Kind.fileCode }

  func nameLength(of index: Int) -> Int {
    Int(integer(UInt16.self, at: place(of: index) + TreeEntry.nameOffset))
  }

  func appendName(of index: Int, to path: inout [UInt8]) {
    let start = place(of: index) + TreeEntry.nameOffset + 2
    path += bytes[start..<(start + nameLength(of: index))]
  }

  /// Returns the number of an entry's bytes in the contents stream.
  func contentLength(of index: Int) -> ByteCount {
    data(of: index).reduce(.zero) { $0 + $1.length }
  }

  /// Returns the extents of a file's own bytes, ascending; for other entries none.
  func data(of index: Int) -> FileExtentsView {
    guard isFile(index) else { return FileExtentsView(entries: self, start: 0, count: 0) }
    let size = place(of: index) + TreeEntry.nameOffset + 2 + nameLength(of: index)
    let count = Int(integer(UInt32.self, at: size + 8))
    return FileExtentsView(entries: self, start: size + 12, count: count)
  }

  private func code(of index: Int) -> UInt8 { bytes[place(of: index) + Self.codeOffset] }

  fileprivate func integer<T: FixedWidthInteger>(_: T.Type, at offset: Int) -> T {
    precondition(offset + MemoryLayout<T>.size <= bytes.count, "an entry has all its fields")
    return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
  }
}

/// The extents of one file, read where they are stored.
struct FileExtentsView: RandomAccessCollection {
  fileprivate let entries: TreeEntries
  fileprivate let start: Int
  let count: Int

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> Extent {
    let place = start + 16 * index
    return Extent(
      offset: ByteCount(entries.integer(Int64.self, at: place)),
      length: ByteCount(entries.integer(Int64.self, at: place + 8)))
  }
}
