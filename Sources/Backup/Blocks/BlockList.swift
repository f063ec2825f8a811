import Storage
import Units

/// One block of a stream: what it holds, and how many bytes that is.
struct Block: Hashable, Sendable {
  /// Stands for contents of zeros, of which nothing is stored.
  static let zeroDigest = Digest(words: .zero)

  var digest: Digest
  var length: Int

  var isZero: Bool { digest == Self.zeroDigest }
}

/// Consecutive blocks of a stream: the unit in which block lists are stored and shared between points. Byte table:
/// <doc:VaultFormat>.
package struct Segment: Sendable {
  /// A segment of a stream with fixed blocks has so many, the last one perhaps fewer.
  static let blockCount = 256
  /// Segments of a stream with content-defined blocks are cut by content as well, to have between these.
  static let blockCountMinimum = 64
  static let blockCountMaximum = 1_024

  var blocks: [Block]
  /// The digest of `encoded`; `nil` when the segment has changed and is not stored yet.
  var digest: Digest?

  var length: Int { blocks.reduce(0) { $0 + $1.length } }

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

/// A segment as a manifest names it.
struct SegmentReference: Hashable, Sendable {
  var digest: Digest
  var blockCount: Int
  var length: ByteCount
}

/// The blocks of one stream, in order. Unchanged segments share memory with the list they were carried from.
struct BlockList: Sendable {
  private(set) var segments: [Segment]

  init(segments: [Segment] = []) { self.segments = segments }

  var blockCount: Int { segments.reduce(0) { $0 + $1.blocks.count } }

  /// The list of a stream of `length` zeros in blocks of `blockSize`.
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

  /// Puts a block of a list with fixed blocks in place. Complexity: O(1), and one segment when it is shared.
  mutating func set(_ block: Block, at index: Int) {
    let segment = index / Segment.blockCount
    if segments[segment].blocks[index % Segment.blockCount] == block { return }
    segments[segment].blocks[index % Segment.blockCount] = block
    segments[segment].digest = nil
  }

  /// Appends a block to a list with content-defined blocks, beginning a new segment where the digests say so.
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
