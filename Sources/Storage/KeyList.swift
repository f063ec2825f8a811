/// The keys of a listing, ascending, in chunks that it shares with the store and with other listings.
///
/// A store in memory answers thousands of listings that differ in few keys; a copy of them all would cost more than
/// anything that is done with them.
public struct KeyList: Sendable {
  /// The chunks, none of them empty.
  private var chunks: [ArraySlice<ObjectKey>] = []
  public private(set) var count = 0

  public init() {}

  /// - Parameter keys: ascending.
  public init(_ keys: [ObjectKey]) { append(keys[...]) }

  /// Appends keys that follow all others.
  mutating func append(_ keys: ArraySlice<ObjectKey>) {
    guard !keys.isEmpty else { return }
    chunks.append(keys)
    count += keys.count
  }

  /// Returns the keys that another list lacks. Complexity: O(keys of both).
  public func subtracting(_ other: KeyList) -> [ObjectKey] {
    var rest: [ObjectKey] = []
    var (chunk, place) = (0, other.chunks.first?.startIndex ?? 0)
    for keys in chunks {
      for key in keys {
        var isHeld = false
        while chunk < other.chunks.count {
          // Equality is decided first, because keys that were copied share memory.
          isHeld = other.chunks[chunk][place] == key
          if !isHeld, other.chunks[chunk][place] > key { break }
          place += 1
          if place == other.chunks[chunk].endIndex {
            chunk += 1
            place = chunk < other.chunks.count ? other.chunks[chunk].startIndex : 0
          }
          if isHeld { break }
        }
        if !isHeld { rest.append(key) }
      }
    }
    return rest
  }

  /// Returns the keys that an older list lacks, and those that only it has. Complexity: O(chunks), and O(keys) of
  /// the chunks that the lists do not share.
  public func changes(since older: KeyList) -> (added: [ObjectKey], removed: [ObjectKey]) {
    let (own, others) = (Set(chunks.map(ChunkAddress.init)), Set(older.chunks.map(ChunkAddress.init)))
    let new = KeyList(of: chunks.filter { !others.contains(ChunkAddress($0)) })
    let old = KeyList(of: older.chunks.filter { !own.contains(ChunkAddress($0)) })
    return (new.subtracting(old), old.subtracting(new))
  }

  private init(of chunks: [ArraySlice<ObjectKey>]) {
    self.chunks = chunks
    count = chunks.reduce(0) { $0 + $1.count }
  }
}

extension KeyList: BidirectionalCollection {
  /// The place of a key in its chunk.
  public struct Index: Comparable, Sendable {
    fileprivate let chunk: Int
    fileprivate let place: Int

    public static func < (a: Index, b: Index) -> Bool { (a.chunk, a.place) < (b.chunk, b.place) }
  }

  public var startIndex: Index { Index(chunk: 0, place: chunks.first?.startIndex ?? 0) }
  public var endIndex: Index { Index(chunk: chunks.count, place: 0) }

  public subscript(position: Index) -> ObjectKey { chunks[position.chunk][position.place] }

  public func index(after index: Index) -> Index {
    if index.place + 1 < chunks[index.chunk].endIndex {
      return Index(chunk: index.chunk, place: index.place + 1)
    }
    let next = index.chunk + 1
    return next < chunks.count ? Index(chunk: next, place: chunks[next].startIndex) : endIndex
  }

  public func index(before index: Index) -> Index {
    if index.chunk < chunks.count, index.place > chunks[index.chunk].startIndex {
      return Index(chunk: index.chunk, place: index.place - 1)
    }
    return Index(chunk: index.chunk - 1, place: chunks[index.chunk - 1].endIndex - 1)
  }
}

/// The place of a chunk in memory. Two chunks that are kept are the same when their addresses are.
private struct ChunkAddress: Hashable {
  private let start: UInt
  private let count: Int

  init(_ chunk: ArraySlice<ObjectKey>) {
    start = chunk.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    count = chunk.count
  }
}
