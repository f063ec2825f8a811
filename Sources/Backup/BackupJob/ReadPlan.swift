import Storage
import Units

/// What a backup has to read, and what it carries forward from the last point.
struct ReadPlan: Sendable {
  private(set) var reads: [(stream: Int, extent: Extent)] = []
  /// The block lists to begin with.
  private(set) var lists: [BlockList] = []

  /// Every block that is carried forward is one that the catalog finds in a pack that stays; others are read again.
  init(_ snapshot: Snapshot, latest: PointContents?, catalog: Catalog, transferSize: Int) {
    for (index, source) in snapshot.streams.enumerated() {
      let description = source.description
      switch description.chunking {
      case .fixed(let size):
        planVolume(index, source, blockSize: size, latest, catalog, transferSize)
      case .contentDefined(_, _, let maximum):
        lists.append(BlockList())
        let length = Int(description.length.bytes)
        append(index, 0..<length, step: max(transferSize, 2 * maximum), length: length)
      }
    }
  }

  private mutating func planVolume(
    _ index: Int, _ source: SourceStream, blockSize: Int, _ latest: PointContents?, _ catalog: Catalog,
    _ transferSize: Int
  ) {
    let length = Int(source.description.length.bytes)
    let count = (length + blockSize - 1) / blockSize
    let base = latest?.list(of: source.description)
    var list = base ?? BlockList(length: length, blockSize: blockSize)
    var changed: [Range<Int>] = [0..<count]
    if base != nil, let extents = source.changed {
      let lost = list.forgetUnknown(in: catalog)
      changed = Self.merge(extents.compactMap { Self.blocks($0, size: blockSize, count: count) }, lost)
    }
    lists.append(list)
    let step = max(1, transferSize / blockSize) * blockSize
    for range in changed {
      append(
        index, (range.lowerBound * blockSize)..<(range.upperBound * blockSize), step: step, length: length)
    }
  }

  private mutating func append(_ stream: Int, _ bytes: Range<Int>, step: Int, length: Int) {
    let end = min(bytes.upperBound, length)
    for start in stride(from: bytes.lowerBound, to: end, by: step) {
      let extent = Extent(offset: ByteCount(start), length: ByteCount(min(step, end - start)))
      reads.append((stream, extent))
    }
  }

  /// The blocks that an extent touches, `nil` for none.
  private static func blocks(_ extent: Extent, size: Int, count: Int) -> Range<Int>? {
    let first = max(0, Int(extent.offset.bytes)) / size
    let end = min(count, (Int(extent.end.bytes) + size - 1) / size)
    return first < end ? first..<end : nil
  }

  /// Ranges that cover two lists of ranges, ascending and apart.
  private static func merge(_ a: [Range<Int>], _ b: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in (a + b).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}

extension PointContents {
  /// The block list of the stream with exactly this description; `nil` when there is none.
  func list(of description: StreamDescription) -> BlockList? {
    point.streams.firstIndex(of: description).map { lists[$0] }
  }
}

extension BlockList {
  /// Returns the blocks that a new point may not refer to, and forgets where segments were stored that it may not.
  mutating func forgetUnknown(in catalog: Catalog) -> [Range<Int>] {
    var unknown: [Range<Int>] = []
    for index in segments.indices {
      if let digest = segments[index].digest, catalog.reusable(digest) == nil {
        forgetDigest(ofSegment: index)
      }
      for (position, block) in segments[index].blocks.enumerated()
      where !block.isZero && catalog.reusable(block.digest) == nil {
        let number = index * Segment.blockCount + position
        if let last = unknown.last, last.upperBound == number {
          unknown[unknown.count - 1] = last.lowerBound..<(number + 1)
        } else {
          unknown.append(number..<(number + 1))
        }
      }
    }
    return unknown
  }
}
