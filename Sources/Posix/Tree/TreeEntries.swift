import Backup
import Storage

/// The entries of a tree in their stored form, decoded on demand. A large tree thus takes a third of the
/// memory of decoded entries.
public struct TreeEntries: RandomAccessCollection, Hashable, Sendable {
  private(set) var bytes: [UInt8] = []
  /// The offset of each entry, at which its condition is stored.
  private var places: [Int] = []

  public init() {}

  public init(_ entries: some Sequence<TreeEntry>) { for entry in entries { append(entry) } }

  public var startIndex: Int { 0 }
  public var endIndex: Int { places.count }

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
    let end = index + 1 < places.count ? places[index + 1] : bytes.count
    return ByteReader(Bytes(bytes[places[index]..<end]))
  }

  public mutating func append(_ entry: TreeEntry) {
    // An array doubles, so that a million names would for a moment take thrice their memory.
    if bytes.count > Self.growthMinimum, bytes.capacity - bytes.count < 1 << 16 {
      bytes.reserveCapacity(bytes.count + bytes.count / 8)
      places.reserveCapacity(places.count + places.count / 8)
    }
    places.append(bytes.count)
    entry.append(to: &bytes)
  }

  /// The number of bytes from which on the memory grows by an eighth.
  private static let growthMinimum = 8 << 20

  mutating func reserve(count: Int, bytes size: Int) {
    places.reserveCapacity(count)
    bytes.reserveCapacity(size)
  }

  /// Appends an entry in its stored form, which must be decodable.
  mutating func append(stored entry: Bytes) {
    places.append(bytes.count)
    bytes += entry.slice
  }

  /// Releases the unused memory of growth.
  mutating func shrink() {
    bytes = bytes.map(\.self)
    places = places.map(\.self)
  }

  /// Records a problem of an entry.
  mutating func setCondition(_ condition: TreeEntry.Condition, of index: Int) {
    bytes[places[index]] = condition.rawValue
  }

  package func condition(of index: Int) -> TreeEntry.Condition {
    TreeEntry.Condition(rawValue: bytes[places[index]]) ?? .lost
  }

  /// Returns the offset of an entry in `bytes`.
  func place(of index: Int) -> Int { places[index] }
}
