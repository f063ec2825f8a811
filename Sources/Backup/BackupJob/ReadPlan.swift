import Storage
import Units

/// The reads of a backup, and the blocks carried forward from the last point.
struct ReadPlan: Sendable {
  /// One read of a stream.
  struct Read: Sendable {
    let stream: Int
    fileprivate(set) var extent: Extent
    /// The ends of the stream's pieces, in bytes from the beginning of the extent, ascending.
    fileprivate(set) var pieceEnds: [Int] = []
    /// The blocks before the extent that are carried forward, by their numbers in the last point's list.
    var carried: [Range<Int>] = []
  }

  private(set) var reads: [Read] = []
  /// The initial block lists.
  private(set) var lists: [BlockList] = []
  /// The blocks carried forward after the last read of each stream.
  private(set) var tails: [[Range<Int>]] = []
  /// The last point's blocks, by stream; `nil` for streams with fixed blocks.
  private(set) var carriers: [BlockCarrier?] = []

  /// Plans the reads. A block is carried forward only if the catalog lists it in a pack that stays.
  init(_ snapshot: Snapshot, latest: PointContents?, catalog: Catalog, transferSize: Int) {
    for (index, source) in snapshot.streams.enumerated() {
      tails.append([])
      switch source.description.chunking {
      case .fixed(let size):
        planVolume(index, source, blockSize: size, latest, catalog, transferSize)
        carriers.append(nil)
      case .contentDefined(_, _, let maximum):
        lists.append(BlockList())
        var carrier = BlockCarrier(latest?.list(like: source.description), catalog)
        planPieces(index, source, &carrier, step: max(transferSize, 2 * maximum))
        carriers.append(carrier)
      }
    }
  }

  // MARK: Fixed blocks

  private mutating func planVolume(
    _ index: Int, _ source: SourceStream, blockSize: Int, _ latest: PointContents?, _ catalog: Catalog,
    _ transferSize: Int
  ) {
    let length = Int(source.description.length.bytes)
    let count = (length + blockSize - 1) / blockSize
    let base = source.changed == nil ? nil : latest?.list(of: source.description)
    var list = base ?? BlockList(length: length, blockSize: blockSize)
    var changed = Self.blocks(besides: source.holes, size: blockSize, length: length)
    if base != nil, let extents = source.changed {
      let lost = list.forgetUnknown(in: catalog)
      changed = Self.merge(extents.compactMap { Self.blocks($0, size: blockSize, count: count) }, lost)
    }
    lists.append(list)
    let step = max(1, transferSize / blockSize) * blockSize
    for range in changed {
      let end = min(range.upperBound * blockSize, length)
      for start in stride(from: range.lowerBound * blockSize, to: end, by: step) {
        let extent = Extent(offset: ByteCount(start), length: ByteCount(min(step, end - start)))
        reads.append(Read(stream: index, extent: extent))
      }
    }
  }

  /// Returns the blocks that an extent touches; `nil` for none.
  private static func blocks(_ extent: Extent, size: Int, count: Int) -> Range<Int>? {
    let first = max(0, Int(extent.offset.bytes)) / size
    let end = min(count, (Int(extent.end.bytes) + size - 1) / size)
    return first < end ? first..<end : nil
  }

  /// Returns the blocks that are not completely in holes.
  private static func blocks(besides holes: [Extent], size: Int, length: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for hole in holes {
      // A block at the end that is cut short lies in the hole that reaches the end.
      let end = Int(hole.end.bytes) >= length ? (length + size - 1) / size : Int(hole.end.bytes) / size
      let first = (Int(hole.offset.bytes) + size - 1) / size
      guard first < end, start <= first else { continue }
      if start < first { ranges.append(start..<first) }
      start = end
    }
    let count = (length + size - 1) / size
    return start < count ? ranges + [start..<count] : ranges
  }

  /// Returns ranges that cover two lists of ranges, ascending and disjoint.
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

  // MARK: Content-defined blocks

  private mutating func planPieces(
    _ index: Int, _ source: SourceStream, _ carrier: inout BlockCarrier, step: Int
  ) {
    let whole = source.description.length
    let pieces = source.pieces ?? (whole > .zero ? [Piece(length: whole)] : [])
    var open = Read(stream: index, extent: Extent(offset: .zero, length: .zero))
    func close(at offset: Int) {
      if open.extent.length > .zero { reads.append(open) }
      open = Read(stream: index, extent: Extent(offset: ByteCount(offset), length: .zero))
    }
    var offset = 0
    for piece in pieces {
      let end = offset + Int(piece.length.bytes)
      if let blocks = carrier.blocks(of: piece) {
        close(at: end)
        tails[index].append(joining: blocks)
        offset = end
        continue
      }
      while offset < end {
        if open.extent.length == .zero {
          (open.carried, tails[index]) = (tails[index], [])
        }
        let length = min(end - offset, step - Int(open.extent.length.bytes))
        open.extent.length += ByteCount(length)
        offset += length
        if offset == end { open.pieceEnds.append(Int(open.extent.length.bytes)) }
        if Int(open.extent.length.bytes) == step { close(at: offset) }
      }
    }
    close(at: offset)
  }
}

extension PointContents {
  /// Returns the block list of the stream with exactly this description; `nil` when there is none.
  func list(of description: StreamDescription) -> BlockList? {
    point.streams.firstIndex(of: description).map { lists[$0] }
  }

  /// Returns the block list of the stream that differs at most in its length.
  fileprivate func list(like description: StreamDescription) -> BlockList? {
    point.streams.firstIndex {
      $0.name == description.name && $0.kind == description.kind && $0.chunking == description.chunking
    }.map { lists[$0] }
  }
}

extension BlockList {
  /// Returns the blocks that a new point must not refer to, and drops the places of such segments.
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

extension [Range<Int>] {
  /// Appends a range, or extends the last one by it.
  fileprivate mutating func append(joining range: Range<Int>) {
    if let last, last.upperBound == range.lowerBound {
      self[count - 1] = last.lowerBound..<range.upperBound
    } else {
      append(range)
    }
  }
}
