import Storage
import Units

// Single fields of entries, read where they are stored. To decode a whole entry takes memory for its names and
// lists, and a restore asks for fields of every entry many times. The entries were checked when they were appended.
extension TreeEntries {
  private static let codeOffset = 1
  private static let depthOffset = 2

  /// Returns the depth of an entry: 0 for the root, 1 for its children.
  package func depth(of index: Int) -> Int { Int(field(UInt16.self, at: Self.depthOffset, of: index)) }

  package func isDirectory(_ index: Int) -> Bool { code(of: index) == TreeEntry.Kind.directoryCode }

  /// Whether an entry is a regular file under its first name.
  func isFile(_ index: Int) -> Bool { code(of: index) == TreeEntry.Kind.fileCode }

  func nameLength(of index: Int) -> Int { Int(field(UInt16.self, at: TreeEntry.nameOffset, of: index)) }

  func appendName(of index: Int, to path: inout [UInt8]) {
    let place = place(of: index)
    let start = place.offset + TreeEntry.nameOffset + 2
    path += stored(start..<(start + nameLength(of: index)), chunk: place.chunk)
  }

  /// Returns the number of an entry's bytes in the contents stream.
  func contentLength(of index: Int) -> ByteCount {
    data(of: index).reduce(.zero) { $0 + $1.length }
  }

  /// Returns the extents of a file's own bytes, ascending; for other entries none.
  func data(of index: Int) -> FileExtentsView {
    let place = place(of: index)
    guard isFile(index) else { return FileExtentsView(entries: self, chunk: place.chunk, start: 0, count: 0) }
    let size = place.offset + TreeEntry.nameOffset + 2 + nameLength(of: index)
    let count = Int(integer(UInt32.self, chunk: place.chunk, offset: size + 8))
    return FileExtentsView(entries: self, chunk: place.chunk, start: size + 12, count: count)
  }

  private func code(of index: Int) -> UInt8 { field(UInt8.self, at: Self.codeOffset, of: index) }

  private func field<T: FixedWidthInteger>(_: T.Type, at offset: Int, of index: Int) -> T {
    let place = place(of: index)
    return integer(T.self, chunk: place.chunk, offset: place.offset + offset)
  }
}

/// The extents of one file, read where they are stored.
struct FileExtentsView: RandomAccessCollection {
  fileprivate let entries: TreeEntries
  fileprivate let chunk: Int
  fileprivate let start: Int
  let count: Int

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(index: Int) -> Extent {
    let place = start + 16 * index
    return Extent(
      offset: ByteCount(entries.integer(Int64.self, chunk: chunk, offset: place)),
      length: ByteCount(entries.integer(Int64.self, chunk: chunk, offset: place + 8)))
  }
}
