import Storage
import Units

/// A stream that a backup reads.
public struct SourceStream: Hashable, Sendable {
  public var description: StreamDescription
  /// The extents that may differ from the point in the agent's memory, ascending and not overlapping; `nil` when
  /// nobody kept track, and everything is read. Only streams with fixed blocks are read in part.
  public var changed: [Extent]?

  public init(_ description: StreamDescription, changed: [Extent]? = nil) {
    self.description = description
    self.changed = changed
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
