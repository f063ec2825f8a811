import Storage
import Units

/// Finds the parts of files in a stretch of the contents stream.
///
/// An image with holes has an extent for every few blocks, so a search from its first extent on would take time
/// with the square of their number. The offset of every 64th one is kept.
struct ExtentFinder: Sendable {
  private static let step = 64

  private let entries: TreeEntries
  /// The offset of each entry's bytes in the contents stream.
  private let starts: [ByteCount]
  /// The bytes before every 64th extent, for the files with more extents than that.
  private let sums: [Int: [ByteCount]]

  init(_ entries: TreeEntries, starts: [ByteCount]) {
    self.entries = entries
    self.starts = starts
    var sums: [Int: [ByteCount]] = [:]
    for index in entries.indices where entries.data(of: index).count > Self.step {
      sums[index] = Self.sums(of: entries.data(of: index))
    }
    self.sums = sums
  }

  private static func sums(of data: FileExtentsView) -> [ByteCount] {
    var sums: [ByteCount] = []
    var sum = ByteCount.zero
    for (number, extent) in data.enumerated() {
      if number % step == 0 { sums.append(sum) }
      sum += extent.length
    }
    return sums
  }

  /// Calls `body` with each part of a file within a stretch of the stream.
  ///
  /// Complexity: O(log n) plus the parts.
  ///
  /// - Parameter body: takes the part's bytes in the stretch, and its offset in the file.
  func forEachPart<E: Error>(
    of file: Int, in stretch: Extent, _ body: (_ bytes: Range<Int>, _ offset: Int) throws(E) -> Void
  ) throws(E) {
    let data = entries.data(of: file)
    var number = 0
    var start = starts[file]
    if let sums = sums[file], stretch.offset > start {
      let place = sums.lastStart(at: stretch.offset - start)
      number = place * Self.step
      start += sums[place]
    }
    while number < data.count, start < stretch.end {
      let extent = data[number]
      let (from, to) = (max(start, stretch.offset), min(start + extent.length, stretch.end))
      if from < to {
        try body(
          Int((from - stretch.offset).bytes)..<Int((to - stretch.offset).bytes),
          Int((extent.offset + (from - start)).bytes))
      }
      start += extent.length
      number += 1
    }
  }
}
