import Storage
import Units

/// Reads the vault format's fields from untrusted bytes. The reader never reads beyond them and allocates
/// only for counts that they can hold. Every failure is `JobFailure.damaged`.
///
/// Numbers are read where they are asked for, by inlined code: a tree has millions of them.
@usableFromInline package struct ByteReader {
  @usableFromInline let slice: ArraySlice<UInt8>
  @usableFromInline var position: Int

  package init(_ bytes: Bytes) {
    slice = bytes.slice
    position = bytes.slice.startIndex
  }

  @inlinable package var remaining: Int { slice.endIndex - position }

  @inlinable package mutating func read<T: FixedWidthInteger>(_: T.Type = T.self) throws(JobFailure) -> T {
    let size = MemoryLayout<T>.size
    try require(size)
    defer { position += size }
    let offset = position - slice.startIndex
    return slice.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
  }

  package mutating func readDigest() throws(JobFailure) -> Digest {
    try require(32)
    var words = SIMD4<UInt64>.zero
    for word in 0..<4 { words[word] = try read(UInt64.self).byteSwapped }
    return Digest(words: words)
  }

  mutating func readID() throws(JobFailure) -> ObjectID {
    let high: UInt64 = try read()
    return ObjectID(high: high, low: try read())
  }

  package mutating func readInstant() throws(JobFailure) -> Instant { Instant(nanoseconds: try read()) }

  @inlinable package mutating func readByteCount() throws(JobFailure) -> ByteCount {
    let count: Int64 = try read()
    guard count >= 0 else { throw .damaged("a negative number of bytes") }
    return ByteCount(count)
  }

  package mutating func readOptionalInstant() throws(JobFailure) -> Instant? {
    switch try read(UInt8.self) {
    case 0: return nil
    case 1: return try readInstant()
    default: throw .damaged("an option that is neither there nor not")
    }
  }

  package mutating func readText() throws(JobFailure) -> String {
    let count = Int(try read(UInt16.self))
    try require(count)
    defer { position += count }
    guard let text = String(validating: slice[position..<(position + count)], as: UTF8.self) else {
      throw .damaged("a text that is not UTF-8")
    }
    return text
  }

  /// Reads a list whose elements take at least `minimumSize` bytes each.
  @inlinable package mutating func readList<T>(
    minimumSize: Int, _ element: (inout ByteReader) throws(JobFailure) -> T
  ) throws(JobFailure) -> [T] {
    let count = Int(try read(UInt32.self))
    guard count <= remaining / minimumSize else { throw .damaged("a list longer than its object") }
    var list: [T] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try element(&self)) }
    return list
  }

  @inlinable package mutating func readBytes(_ count: Int) throws(JobFailure) -> Bytes {
    try require(count)
    defer { position += count }
    return Bytes(slice[position..<(position + count)])
  }

  /// Throws unless everything was read.
  package func end() throws(JobFailure) {
    guard remaining == 0 else { throw .damaged("\(remaining) bytes too many") }
  }

  @usableFromInline func require(_ count: Int) throws(JobFailure) {
    guard count >= 0, count <= remaining else { throw .damaged("\(count - remaining) bytes too few") }
  }
}
