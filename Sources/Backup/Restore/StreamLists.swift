import Storage
import Units

/// The block lists of a point's selected streams, completed segment by segment.
struct StreamLists: Sendable {
  let selected: [Int]
  /// The restored parts of the selected streams, ascending; `nil` for everything.
  private let extents: [Extent]?
  private let manifest: Manifest
  /// The offset of each segment, by stream of the point.
  private let offsets: [[Int]]
  /// The segments by stream of the point; `nil` for those unread or lost.
  private var segments: [[Segment?]]

  /// - Parameter known: The segments that have been read before.
  init(
    _ manifest: Manifest, _ selected: [Int], extents: [Extent]? = nil, known: [[Segment?]]? = nil
  ) {
    self.manifest = manifest
    self.selected = selected
    self.extents = extents
    segments = known ?? manifest.segments.map { Array(repeating: nil, count: $0.count) }
    offsets = manifest.segments.map { references in
      var offset = 0
      return references.map { reference in
        defer { offset += Int(reference.length.bytes) }
        return offset
      }
    }
  }

  /// The needed and unread segments of the selected streams. The owner is the stream, and the position is the number of
  /// the segment.
  var segmentUses: [BlockUse] {
    selected.flatMap { stream in
      manifest.segments[stream].indices.compactMap { number in
        let reference = manifest.segments[stream][number]
        guard segments[stream][number] == nil,
          isAsked(offsets[stream][number], length: Int(reference.length.bytes))
        else { return nil }
        return BlockUse(digest: reference.digest, owner: stream, position: number)
      }
    }
  }

  /// Whether a part of the selected streams is restored. Complexity: O(log n).
  private func isAsked(_ offset: Int, length: Int) -> Bool {
    guard let extents else { return true }
    var low = 0
    var high = extents.count
    while low < high {
      let middle = (low + high) / 2
      if Int(extents[middle].end.bytes) <= offset { low = middle + 1 } else { high = middle }
    }
    return low < extents.count && Int(extents[low].offset.bytes) < offset + length
  }

  /// Returns the point with the segments read so far.
  func opened(_ catalog: Catalog) -> OpenPoint {
    OpenPoint(manifest: manifest, catalog: catalog, segments: segments)
  }

  /// Stores a segment; returns `false` when it contradicts the manifest.
  mutating func put(_ segment: Segment, _ use: BlockUse) -> Bool {
    let reference = manifest.segments[use.owner][use.position]
    guard segment.blocks.count == reference.blockCount, segment.length == Int(reference.length.bytes) else {
      return false
    }
    segments[use.owner][use.position] = segment
    return true
  }

  /// Marks everything in a segment as lost.
  func lose(_ use: BlockUse, into damage: inout DamageCollector) {
    let reference = manifest.segments[use.owner][use.position]
    let extent = Extent(offset: ByteCount(offsets[use.owner][use.position]), length: reference.length)
    damage.lose(stream: use.owner, extent)
  }

  /// Returns the nonzero blocks that are not already in place. The owner is the stream, and the position is
  /// the first byte.
  func blockUses(besides present: StreamLists?) -> [BlockUse] {
    var uses: [BlockUse] = []
    // An array doubles, so that a million uses would for a moment take thrice their memory.
    if extents == nil, present == nil {
      uses.reserveCapacity(selected.reduce(0) { segments[$1].reduce($0) { $0 + ($1?.blocks.count ?? 0) } })
    }
    forEachBlock(besides: present) { stream, offset, block in
      if !block.isZero { uses.append(BlockUse(digest: block.digest, owner: stream, position: offset)) }
    }
    return uses
  }

  /// Returns the zeros of the selected streams that are not already in place, in extents of at most `step`
  /// bytes.
  func zeroExtents(besides present: StreamLists?, step: Int) -> [(stream: Int, extent: Extent)] {
    var extents: [(stream: Int, extent: Extent)] = []
    forEachBlock(besides: present) { stream, offset, block in
      guard block.isZero else { return }
      let length = ByteCount(block.length)
      if let last = extents.last, last.stream == stream, last.extent.end == ByteCount(offset),
        last.extent.length + length <= ByteCount(step)
      {
        extents[extents.count - 1].extent.length += length
      } else {
        extents.append((stream, Extent(offset: ByteCount(offset), length: length)))
      }
    }
    return extents
  }

  private func forEachBlock(
    besides present: StreamLists?, _ body: (_ stream: Int, _ offset: Int, Block) -> Void
  ) {
    for stream in selected {
      var known = present?.blocks(ofStreamNamed: manifest.point.streams[stream].name)[...] ?? []
      forEachBlock(of: stream) { offset, block in
        while let first = known.first, first.offset < offset { known.removeFirst() }
        if let first = known.first, first.offset == offset, first.block == block { return }
        guard isAsked(offset, length: block.length) else { return }
        body(stream, offset, block)
      }
    }
  }

  private func blocks(ofStreamNamed name: String) -> [(offset: Int, block: Block)] {
    var blocks: [(offset: Int, block: Block)] = []
    if let stream = manifest.point.streams.firstIndex(where: { $0.name == name }) {
      forEachBlock(of: stream) { blocks.append(($0, $1)) }
    }
    return blocks
  }

  /// Calls `body` with the known blocks of a stream, ascending.
  private func forEachBlock(of stream: Int, _ body: (_ offset: Int, Block) -> Void) {
    for (start, segment) in zip(offsets[stream], segments[stream]) {
      var offset = start
      for block in segment?.blocks ?? [] {
        body(offset, block)
        offset += block.length
      }
    }
  }

  /// Returns the length of the block at a use's position.
  func length(of use: BlockUse) -> ByteCount {
    let offsets = offsets[use.owner]
    guard let number = offsets.lastIndex(where: { $0 <= use.position }) else { return .zero }
    var offset = offsets[number]
    for block in segments[use.owner][number]?.blocks ?? [] {
      if offset == use.position { return ByteCount(block.length) }
      offset += block.length
    }
    return .zero
  }
}
