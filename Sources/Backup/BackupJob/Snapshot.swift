import Storage
import Units

/// A stream that a backup reads.
public struct SourceStream: Hashable, Sendable {
  public var description: StreamDescription
  /// The extents that may differ from the point in the agent's memory, ascending and disjoint. With `nil`
  /// everything is read, because changes were not tracked. Only streams with fixed blocks are read in part.
  public var changed: [Extent]?
  /// The extents known to hold zeros, ascending and disjoint, which are not read. Only for streams with fixed
  /// blocks.
  public var holes: [Extent] = []
  /// The pieces of a stream with content-defined blocks, in order; `nil` for one piece.
  public var pieces: [Piece]?

  public init(_ description: StreamDescription, changed: [Extent]? = nil) {
    self.description = description
    self.changed = changed
  }

  /// Creates a stream of content-defined blocks from consecutive pieces.
  public init(name: String, kind: StreamKind, pieces: [Piece]) {
    let length = pieces.reduce(ByteCount.zero) { $0 + $1.length }
    description = StreamDescription(name: name, kind: kind, length: length)
    self.pieces = pieces
  }
}

/// A part of a stream, such as one file of a tree. No block crosses its ends.
public struct Piece: Hashable, Sendable {
  /// The length, above zero.
  public let length: ByteCount
  /// The offset, or a negative number: an optional would take another eight bytes in each of a million pieces.
  private let place: Int64

  /// The offset of the same bytes in the stream of this name in the agent's memory. Their blocks are carried
  /// forward without reading; `nil` when the bytes may differ.
  public var carried: ByteCount? { place < 0 ? nil : ByteCount(place) }

  public init(length: ByteCount, carried: ByteCount? = nil) {
    precondition(length > .zero, "a piece holds something")
    self.length = length
    place = carried?.bytes ?? -1
  }
}

extension Extent {
  /// Returns the extents of pages with ascending numbers, with adjacent pages joined.
  public static func extents(ofPages pages: [Int], size: Int = PagedImage.pageSize) -> [Extent] {
    var extents: [Extent] = []
    for page in pages {
      let offset = ByteCount(page * size)
      if let last = extents.indices.last, extents[last].end == offset {
        extents[last].length += ByteCount(size)
      } else {
        extents.append(Extent(offset: offset, length: ByteCount(size)))
      }
    }
    return extents
  }
}

/// The data to back up: streams of one instant that do not change while they are read.
public struct Snapshot: Hashable, Sendable {
  public var instant: Instant
  public var consistency: ConsistencyLevel
  public var streams: [SourceStream]

  /// Creates a snapshot. Two streams with one name are a programmer error and trap when the backup begins.
  public init(
    instant: Instant, consistency: ConsistencyLevel = .crashConsistent, streams: [SourceStream]
  ) {
    self.instant = instant
    self.consistency = consistency
    self.streams = streams
  }
}

/// An agent's memory from one backup to the next. With it, the next backup reads and stores only changes.
///
/// The memory may be lost. A backup without it reads everything and still stores only new data.
public struct AgentMemory: Sendable {
  public let catalog: Catalog
  public let latest: PointContents
}
