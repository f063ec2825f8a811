import Backup
import Storage

/// The entries of a tree in their stored form, decoded on demand. A large tree thus takes a third of the
/// memory of decoded entries.
///
/// The bytes are in chunks, so growth copies nothing, and a change after a copy costs one chunk.
public struct TreeEntries: RandomAccessCollection, Hashable, Sendable {
  /// The place of a byte.
  struct Place {
    var chunk: Int
    var offset: Int
  }

  private static let chunkSize = 256 << 10

  /// The stored entries. None of them crosses the end of a chunk.
  private var chunks: [[UInt8]] = []
  /// The number of bytes before each chunk.
  private var chunkStarts: [Int] = []
  /// The place of each entry, at which its condition is stored. The upper half is the chunk, the lower the offset.
  private var places: [UInt64] = []

  public init() {}

  public init(_ entries: some Sequence<TreeEntry>) { for entry in entries { append(entry) } }

  public var startIndex: Int { 0 }
  public var endIndex: Int { places.count }

  /// The number of bytes of all entries.
  var byteCount: Int { chunks.last.map { $0.count + chunkStarts[chunkStarts.count - 1] } ?? 0 }

  /// Returns a range of the stored bytes. Complexity: O(range), and O(chunks).
  func bytes(in range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for (start, chunk) in zip(chunkStarts, chunks) where start < range.upperBound {
      let part = (range.lowerBound - start)..<(range.upperBound - start)
      let held = part.clamped(to: 0..<chunk.count)
      if !held.isEmpty { bytes += chunk[held] }
    }
    return bytes
  }

  public subscript(index: Int) -> TreeEntry {
    var reader = self.reader(at: index)
    do throws(JobFailure) {
      return try TreeEntry(from: &reader)
    } catch {
      preconditionFailure("what was appended is an entry: \(error)")
    }
  }

  /// Returns the name of an entry without decoding the rest.
  package func name(of index: Int) -> [UInt8] {
    var reader = self.reader(at: index)
    do throws(JobFailure) {
      _ = try reader.readBytes(TreeEntry.nameOffset)
      return try reader.readName()
    } catch {
      preconditionFailure("what was appended is an entry: \(error)")
    }
  }

  private func reader(at index: Int) -> ByteReader {
    let place = place(of: index)
    return ByteReader(Bytes(chunks[place.chunk][place.offset...]))
  }

  public mutating func append(_ entry: TreeEntry) {
    var writer = ByteWriter(capacity: 2 * TreeEntry.sizeMinimum)
    writer.write(entry)
    append(stored: writer.bytes[...])
  }

  mutating func reserve(count: Int) { places.reserveCapacity(count) }

  /// Appends an entry in its stored form, which must be decodable.
  mutating func append(stored entry: ArraySlice<UInt8>) {
    if let last = chunks.indices.last, chunks[last].count + entry.count <= Self.chunkSize {
      places.append(UInt64(last) << 32 | UInt64(chunks[last].count))
      chunks[last] += entry
      return
    }
    chunkStarts.append(byteCount)
    places.append(UInt64(chunks.count) << 32)
    var chunk: [UInt8] = []
    // The first chunk grows, because most trees are small.
    if !chunks.isEmpty { chunk.reserveCapacity(Swift.max(Self.chunkSize, entry.count)) }
    chunk += entry
    chunks.append(chunk)
  }

  /// Records a problem of an entry.
  mutating func setCondition(_ condition: TreeEntry.Condition, of index: Int) {
    let place = place(of: index)
    chunks[place.chunk][place.offset] = condition.rawValue
  }

  package func condition(of index: Int) -> TreeEntry.Condition {
    let place = place(of: index)
    return TreeEntry.Condition(rawValue: chunks[place.chunk][place.offset]) ?? .lost
  }

  func place(of index: Int) -> Place {
    Place(chunk: Int(places[index] >> 32), offset: Int(places[index] & 0xFFFF_FFFF))
  }

  /// Returns stored bytes of one entry.
  func stored(_ range: Range<Int>, chunk: Int) -> ArraySlice<UInt8> { chunks[chunk][range] }

  func integer<T: FixedWidthInteger>(_: T.Type, chunk: Int, offset: Int) -> T {
    precondition(offset + MemoryLayout<T>.size <= chunks[chunk].count, "an entry has all its fields")
    return chunks[chunk].withUnsafeBytes {
      T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
  }
}
