import Storage
import Units

/// One block of a stream: its digest and its length.
struct Block: Hashable, Sendable {
  /// The digest that represents a block of zeros, which is not stored.
  static let zeroDigest = Digest(words: .zero)

  var digest: Digest
  var length: Int

  var isZero: Bool { digest == Self.zeroDigest }
}

/// Consecutive blocks of a stream: the unit in which block lists are stored and shared between points. Byte table:
/// <doc:VaultFormat>.
package struct Segment: Sendable {
  /// The number of blocks in a segment with fixed blocks. The last one may have fewer.
  static let blockCount = 256
  /// The minimum number of blocks in a segment with content-defined blocks, which are cut by content too.
  static let blockCountMinimum = 64
  static let blockCountMaximum = 1_024

  var blocks: [Block]
  /// The digest of `encoded`; `nil` when the segment has changed and is not yet stored.
  var digest: Digest?

  var length: Int { blocks.reduce(0) { $0 + $1.length } }

  /// The number of bytes of `encoded`.
  var encodedCount: Int { 4 + blocks.reduce(0) { $0 + ($1.isZero ? 4 : 36) } }

  package var encoded: Bytes {
    var writer = ByteWriter(capacity: 4 + 36 * blocks.count)
    writer.write(list: blocks) { writer, block in
      writer.write(UInt32(block.length) | (block.isZero ? 1 << 31 : 0))
      if !block.isZero { writer.write(block.digest) }
    }
    return Bytes(writer.bytes)
  }

  init(blocks: [Block]) { self.blocks = blocks }

  package init(_ bytes: Bytes, digest: Digest) throws(JobFailure) {
    var reader = ByteReader(bytes)
    blocks = try reader.readList(minimumSize: 4) { reader throws(JobFailure) in
      let field: UInt32 = try reader.read()
      let digest = field >> 31 == 1 ? Block.zeroDigest : try reader.readDigest()
      return Block(digest: digest, length: Int(field & 0x7FFF_FFFF))
    }
    try reader.end()
    self.digest = digest
  }
}

/// The reference of a manifest to a segment.
struct SegmentReference: Hashable, Sendable {
  var digest: Digest
  var blockCount: Int
  var length: ByteCount
}

/// The blocks of one stream, in order. Unchanged segments share memory with the list that they were carried
/// from.
struct BlockList: Sendable {
  private(set) var segments: [Segment]

  init(segments: [Segment] = []) { self.segments = segments }

  var blockCount: Int { segments.reduce(0) { $0 + $1.blocks.count } }

  /// Creates the list of a stream of `length` zeros in blocks of `blockSize`.
  init(length: Int, blockSize: Int) {
    let segmentLength = Segment.blockCount * blockSize
    segments = stride(from: 0, to: length, by: segmentLength).map { start in
      let end = min(length, start + segmentLength)
      return Segment(
        blocks: stride(from: start, to: end, by: blockSize).map { offset in
          Block(digest: Block.zeroDigest, length: min(blockSize, length - offset))
        })
    }
  }

  /// Sets a block of a list with fixed blocks. Complexity: O(1), and one segment when it is shared.
  mutating func set(_ block: Block, at index: Int) {
    let segment = index / Segment.blockCount
    if segments[segment].blocks[index % Segment.blockCount] == block { return }
    segments[segment].blocks[index % Segment.blockCount] = block
    segments[segment].digest = nil
  }

  /// Appends a block to a list with content-defined blocks. The digests decide where a new segment begins.
  mutating func append(_ block: Block) {
    if segments.isEmpty || isLastSegmentFull {
      // Without the room for more that it had while it grew.
      if let last = segments.last { segments[segments.count - 1].blocks = last.blocks.map(\.self) }
      segments.append(Segment(blocks: []))
    }
    segments[segments.count - 1].blocks.append(block)
  }

  private var isLastSegmentFull: Bool {
    guard let blocks = segments.last?.blocks, let last = blocks.last else { return false }
    return blocks.count >= Segment.blockCountMaximum
      || (blocks.count >= Segment.blockCountMinimum && last.digest.words[3] & 0xFF == 0)
  }

  mutating func setDigest(_ digest: Digest, ofSegment index: Int) { segments[index].digest = digest }
  mutating func forgetDigest(ofSegment index: Int) { segments[index].digest = nil }
}
