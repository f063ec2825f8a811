import Backup
import Storage

/// The entries of a tree in the bytes in which they are stored, each decoded when it is asked for: a large tree takes a third of
/// the memory that decoded entries would.
public struct TreeEntries: RandomAccessCollection, Hashable, Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where each entry begins, which is also where its condition stands.
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

  /// The name of an entry without the rest of it.
  func name(of index: Int) -> [UInt8] {
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
    places.append(bytes.count)
    entry.append(to: &bytes)
  }

  /// Gives back the room for more that was taken while it grew.
  mutating func shrink() {
    bytes = bytes.map(\.self)
    places = places.map(\.self)
  }

  /// Takes note of what went wrong with an entry.
  mutating func setCondition(_ condition: TreeEntry.Condition, of index: Int) {
    bytes[places[index]] = condition.rawValue
  }

  func condition(of index: Int) -> TreeEntry.Condition {
    TreeEntry.Condition(rawValue: bytes[places[index]]) ?? .lost
  }
}
