import Storage
import Units

/// A stream that a backup reads.
public struct SourceStream: Hashable, Sendable {
  public var description: StreamDescription
  /// The extents that may differ from the point in the agent's memory, ascending and not overlapping; `nil` when
  /// nobody kept track, and everything is read. Only streams with fixed blocks are read in part.
  public var changed: [Extent]?
  /// The extents that are known to hold zeros, ascending and not overlapping, and need not be read; of streams with
  /// fixed blocks.
  public var holes: [Extent] = []
  /// What a stream with content-defined blocks is made of, in order; `nil`: one piece.
  public var pieces: [Piece]?

  public init(_ description: StreamDescription, changed: [Extent]? = nil) {
    self.description = description
    self.changed = changed
  }

  /// A stream of content-defined blocks that is the pieces, one after the other.
  public init(name: String, kind: StreamKind, pieces: [Piece]) {
    let length = pieces.reduce(ByteCount.zero) { $0 + $1.length }
    description = StreamDescription(name: name, kind: kind, length: length)
    self.pieces = pieces
  }
}

/// A part of a stream, such as one file of a tree: no block reaches beyond it.
public struct Piece: Hashable, Sendable {
  /// More than zero.
  public var length: ByteCount
  /// Where the stream of the same name of the point in the agent's memory holds the same bytes: its blocks are then
  /// carried forward, and nothing is read. `nil` when they may differ.
  public var carried: ByteCount?

  public init(length: ByteCount, carried: ByteCount? = nil) {
    precondition(length > .zero, "a piece holds something")
    self.length = length
    self.carried = carried
  }
}

extension Extent {
  /// The extents of pages of `size` bytes with ascending numbers, adjacent ones made one.
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

/// What is to be backed up: streams that do not change while they are read, all of one instant.
public struct Snapshot: Hashable, Sendable {
  public var instant: Instant
  public var consistency: ConsistencyLevel
  public var streams: [SourceStream]

  /// Two streams of one name are a programmer error and trap when the backup begins.
  public init(
    instant: Instant, consistency: ConsistencyLevel = .crashConsistent, streams: [SourceStream]
  ) {
    self.instant = instant
    self.consistency = consistency
    self.streams = streams
  }
}

/// What an agent keeps from one backup to the next, so that the next reads and stores only what has changed.
///
/// It may be lost: a backup without it reads everything and still stores only what is new.
public struct AgentMemory: Sendable {
  public let catalog: Catalog
  public let latest: PointContents
}
