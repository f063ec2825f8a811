import Storage
import Units

/// The blocks of a stream of the last point that a new point may refer to. They share the list's memory.
struct BlockCarrier: Sendable {
  /// A block, and the offset of its first byte.
  private struct Place {
    var segment = 0
    var index = 0
    var offset = 0
  }

  private let segments: [Segment]
  /// The number and the offset of each segment's first block, and those after the last segment.
  private let firsts: [(number: Int, offset: Int)]
  private let catalog: Catalog
  /// The place found last. The next one mostly is a little further on.
  private var latest = Place()

  init(_ list: BlockList?, _ catalog: Catalog) {
    segments = list?.segments ?? []
    var firsts = [(number: 0, offset: 0)]
    for segment in segments {
      let last = firsts[firsts.count - 1]
      firsts.append((last.number + segment.blocks.count, last.offset + segment.length))
    }
    self.firsts = firsts
    self.catalog = catalog
  }

  /// Returns the numbers of a carried piece's blocks; `nil` when one is gone, or the piece was not divided
  /// separately.
  mutating func blocks(of piece: Piece) -> Range<Int>? {
    guard let offset = piece.carried, let first = number(at: Int(offset.bytes)),
      let end = number(at: Int((offset + piece.length).bytes)), first < end
    else { return nil }
    var isComplete = true
    forEachBlock(in: first..<end) { block in
      if !block.isZero, catalog.reusable(block.digest) == nil { isComplete = false }
    }
    return isComplete ? first..<end : nil
  }

  /// Calls `body` with the blocks of some numbers, ascending.
  func forEachBlock(in numbers: Range<Int>, _ body: (Block) -> Void) {
    var number = numbers.lowerBound
    var segment = segmentIndex { $0.number <= number }
    while number < numbers.upperBound {
      let blocks = segments[segment].blocks
      let start = number - firsts[segment].number
      let end = min(blocks.count, numbers.upperBound - firsts[segment].number)
      for block in blocks[start..<end] { body(block) }
      number += end - start
      segment += 1
    }
  }

  /// Returns the number of the block at an offset; `nil` when no block begins there.
  ///
  /// The end of the last block counts as the beginning of a further one.
  private mutating func number(at offset: Int) -> Int? {
    guard let end = firsts.last, offset < end.offset else {
      return firsts.last.flatMap { $0.offset == offset ? $0.number : nil }
    }
    if offset < latest.offset || offset >= firsts[latest.segment + 1].offset {
      let segment = segmentIndex { $0.offset <= offset }
      latest = Place(segment: segment, index: 0, offset: firsts[segment].offset)
    }
    let blocks = segments[latest.segment].blocks
    while latest.offset < offset {
      latest.offset += blocks[latest.index].length
      latest.index += 1
    }
    return latest.offset == offset ? firsts[latest.segment].number + latest.index : nil
  }

  /// Returns the last segment whose first block satisfies a monotone predicate. Complexity: O(log n).
  private func segmentIndex(where isBefore: ((number: Int, offset: Int)) -> Bool) -> Int {
    var low = 0
    var high = segments.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if isBefore(firsts[middle]) { low = middle } else { high = middle }
    }
    return low
  }
}
