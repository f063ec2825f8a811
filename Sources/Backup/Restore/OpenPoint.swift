import Storage
import Units

/// A point that has been opened for reading: its manifest, the vault's catalog, and the block lists read so
/// far. Reads of its parts need not look them up again.
public struct OpenPoint: Sendable {
  let manifest: Manifest
  let catalog: Catalog
  /// The segments by stream of the point; `nil` for those unread or lost.
  let segments: [[Segment?]]

  public var point: RecoveryPoint { manifest.point }

  /// The vault's catalog, from which another point can be opened.
  public var knownCatalog: Catalog { catalog }

  /// The number of blocks on the lists read so far. Each takes about fifty bytes of memory.
  public var listedBlocks: Int {
    segments.joined().reduce(0) { $0 + ($1?.blocks.count ?? 0) }
  }

  /// Returns the point without the lists read so far.
  public func withoutLists() -> OpenPoint {
    OpenPoint(
      manifest: manifest, catalog: catalog,
      segments: manifest.segments.map { Array(repeating: nil, count: $0.count) })
  }

  /// Returns the blocks that hold an extent of a stream, ascending; `nil` when a list is unread or lost.
  ///
  /// Complexity: O(segments of the stream).
  public func blocks(holding extent: Extent, ofStream stream: Int) -> [ListedBlock]? {
    let (start, end) = (Int(extent.offset.bytes), Int(extent.end.bytes))
    var blocks: [ListedBlock] = []
    var offset = 0
    for (number, reference) in manifest.segments[stream].enumerated() {
      let next = offset + Int(reference.length.bytes)
      if offset >= end { break }
      if next > start {
        guard let segment = segments[stream][number] else { return nil }
        var position = offset
        for block in segment.blocks {
          if position < end, position + block.length > start {
            blocks.append(ListedBlock(offset: position, length: block.length, isZero: block.isZero))
          }
          position += block.length
        }
      }
      offset = next
    }
    return blocks
  }
}

/// The place of a block in its stream, in bytes.
public struct ListedBlock: Hashable, Sendable {
  public let offset: Int
  public let length: Int
  /// Whether all its bytes are zero. Such a block is not stored.
  public let isZero: Bool

  public var end: Int { offset + length }
}
