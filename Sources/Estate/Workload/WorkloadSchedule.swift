import Storage
import Synchronization
import Units

/// The writes that an application will issue to its volume in a run, with their times and pages.
///
/// A write of the run represents the real writes since the previous one. Where the run is refined, writes are
/// cut into parts, and each part is a write of its own here.
///
/// The schedule is drawn once, before the run, from the scenario's seed alone. Every strategy and branch
/// shares it, so that they are compared on the same writes. Write n (from 1) is the n-th arrival.
public final class WorkloadSchedule: Sendable {
  public let volume: VolumeID
  public let pageCount: Int
  /// The number of leading pages that hold data when the run begins.
  public let usedPages: Int
  public let pagesPerWrite: Int
  public let flushInterval: Duration
  public let maker: PageMaker
  /// The contents of the volume before the first write.
  public let initialImage: PagedImage
  /// The earliest possible issue time of a write.
  let start: Instant
  /// The issue time of each write, ascending.
  let issued: [Instant]
  /// The first page of each write.
  let firstPages: [UInt32]
  /// The size that a page represents at full size.
  let wholePage: Int64
  /// The total nominal size of the first n writes, by n.
  private let sums: [Int64]
  /// The last write of each page, after every `checkpointInterval` writes.
  private let checkpoints: [[UInt32]]
  private let checkpointInterval: Int
  /// A cache of the last requested writes' bytes, with slots chosen by number.
  private let written: Mutex<[WrittenBytes?]>
  private static let writtenMaximum = ByteCount.mebibytes(8)

  private struct WrittenBytes: Sendable {
    let write: Int
    let bytes: Bytes
  }

  init(
    volume: VolumeID, pageCount: Int, usedPages: Int, pagesPerWrite: Int, flushInterval: Duration,
    maker: PageMaker, initialImage: PagedImage,
    start: Instant, scale: Scale, writes: [ScheduledWrite]
  ) {
    self.volume = volume
    self.initialImage = initialImage
    self.pageCount = pageCount
    self.usedPages = usedPages
    self.pagesPerWrite = pagesPerWrite
    self.flushInterval = flushInterval
    self.maker = maker
    self.start = start
    wholePage = scale.unscaled(ByteCount(PagedImage.pageSize)).bytes
    issued = writes.map(\.at)
    firstPages = writes.map(\.page)
    var sums: [Int64] = [0]
    for write in writes { sums.append(sums[sums.count - 1] + write.nominalSize.bytes) }
    self.sums = sums
    // As many writes as a quarter of the pages: a checkpoint costs a few numbers a write, and is quickly extended.
    checkpointInterval = max(1_024, pageCount / 4)
    var map = [UInt32](repeating: 0, count: pageCount)
    var checkpoints = [map]
    for (index, first) in firstPages.enumerated() {
      for page in Int(first)..<(Int(first) + pagesPerWrite) { map[page] = UInt32(index + 1) }
      if (index + 1) % checkpointInterval == 0 { checkpoints.append(map) }
    }
    self.checkpoints = checkpoints
    let places = Int(Self.writtenMaximum.bytes) / (pagesPerWrite * PagedImage.pageSize)
    written = Mutex(Array(repeating: nil, count: max(1, min(places, writes.count))))
  }

  public var writeCount: Int { issued.count }
  public var bytesPerWrite: ByteCount { ByteCount(pagesPerWrite * PagedImage.pageSize) }

  public func issueInstant(ofWrite number: Int) -> Instant { issued[number - 1] }

  /// Returns the instant after which a write's real writes were issued.
  public func representsSince(ofWrite number: Int) -> Instant { number <= 1 ? start : issued[number - 2] }

  /// Returns the earliest possible acknowledgement time of a write's real writes.
  public func acknowledgedAtEarliest(ofWrite number: Int) -> Instant {
    let since = representsSince(ofWrite: number)
    return flushInterval == .zero ? since : nextFlush(after: since)
  }

  /// Whether the application flushes at an instant: after every write, or at the multiples of its interval.
  func isFlushed(at instant: Instant) -> Bool {
    flushInterval == .zero || (instant - start).nanoseconds % flushInterval.nanoseconds == 0
  }

  /// Returns the application's first flush after an instant, for periodic flushes.
  func nextFlush(after instant: Instant) -> Instant {
    Refinement.flush(atOrBefore: instant, every: flushInterval, from: start) + flushInterval
  }

  /// Returns the nominal size of some writes. Complexity: O(1).
  public func nominalSize(ofWrites numbers: Range<Int>) -> ByteCount {
    ByteCount(sums[numbers.upperBound - 1] - sums[numbers.lowerBound - 1])
  }

  public func nominalSize(ofWrite number: Int) -> ByteCount { nominalSize(ofWrites: number..<(number + 1)) }

  /// Returns the number of writes issued through an instant. Complexity: O(log n).
  public func writeCount(through instant: Instant) -> Int {
    var range = 0..<issued.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = issued[middle] <= instant ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  public func pages(ofWrite number: Int) -> Range<Int> {
    let first = Int(firstPages[number - 1])
    return first..<(first + pagesPerWrite)
  }

  /// Returns the bytes of a write. All branches share the same memory, because the write is the same input to
  /// each.
  public func bytes(ofWrite number: Int) -> Bytes {
    written.withLock { written in
      let place = number % written.count
      if let known = written[place], known.write == number { return known.bytes }
      let bytes = maker.pages(
        PageStamp(volume: volume, page: firstPages[number - 1], write: UInt32(number)), count: pagesPerWrite)
      written[place] = WrittenBytes(write: number, bytes: bytes)
      return bytes
    }
  }

  /// Returns the number of the first write issued after an instant; the count plus one when there is none.
  func firstWrite(after instant: Instant) -> Int {
    var (low, high) = (0, issued.count)
    while low < high {
      let middle = (low + high) / 2
      if issued[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }

  /// Returns the stamp of an undamaged page of this volume; `nil` when any byte differs from the written one.
  ///
  /// Comparing a page with one at hand is several times faster than making it again.
  func stamp(of page: Bytes) -> PageStamp? {
    guard let claimed = PageStamp(claimedBy: page), claimed.volume == volume else { return nil }
    return knownPage(claimed) == page ? claimed : maker.stamp(of: page)
  }

  private func knownPage(_ stamp: PageStamp) -> Bytes? {
    let (page, number) = (Int(stamp.page), Int(stamp.write))
    guard page < pageCount, number <= writeCount else { return nil }
    if number == 0 { return initialImage[page: page] }
    guard pages(ofWrite: number).contains(page) else { return nil }
    let start = (page - pages(ofWrite: number).lowerBound) * PagedImage.pageSize
    return written.withLock { written in
      guard let known = written[number % written.count], known.write == number else { return nil }
      return known.bytes[start..<(start + PagedImage.pageSize)]
    }
  }

  /// Returns the last of the writes 1 to `number` for each page; 0 for untouched pages.
  public func lastWrites(through number: Int) -> [UInt32] {
    var map = checkpoints[number / checkpointInterval]
    var next = number / checkpointInterval * checkpointInterval + 1
    while next <= number {
      for page in pages(ofWrite: next) { map[page] = UInt32(next) }
      next += 1
    }
    return map
  }
}

extension WorkloadSchedule {
  /// The largest full size that one write or part represents. Complexity: O(n).
  public var largestWrite: ByteCount {
    (0..<writeCount).reduce(.zero) { max($0, nominalSize(ofWrite: $1 + 1)) }
  }

  /// Returns the most written within any period of this length, at full size. Complexity: O(n).
  public func mostWritten(in time: Duration) -> ByteCount {
    var (first, most) = (0, ByteCount.zero)
    for last in issued.indices {
      while issued[last] - issued[first] > time { first += 1 }
      most = max(most, nominalSize(ofWrites: (first + 1)..<(last + 2)))
    }
    return most
  }

  /// Returns the largest number of distinct blocks of this size written within any period of this length.
  /// Complexity: O(n).
  public func mostBlocksChanged(in time: Duration, blockSize: Int) -> Int {
    var touches = [Int](repeating: 0, count: (pageCount * PagedImage.pageSize - 1) / blockSize + 1)
    var (first, changed, most) = (1, 0, 0)
    for last in stride(from: 1, through: writeCount, by: 1) {
      for block in blocks(ofWrite: last, blockSize) {
        if touches[block] == 0 { changed += 1 }
        touches[block] += 1
      }
      while issueInstant(ofWrite: last) - issueInstant(ofWrite: first) > time {
        for block in blocks(ofWrite: first, blockSize) {
          touches[block] -= 1
          if touches[block] == 0 { changed -= 1 }
        }
        first += 1
      }
      most = max(most, changed)
    }
    return most
  }

  private func blocks(ofWrite number: Int, _ blockSize: Int) -> Range<Int> {
    let pages = pages(ofWrite: number)
    let (start, end) = (pages.lowerBound * PagedImage.pageSize, pages.upperBound * PagedImage.pageSize)
    return start / blockSize..<(end - 1) / blockSize + 1
  }
}

extension WorkloadSchedule {
  /// Returns the full-size change by some writes, counted in blocks. A block counts at most once, and partly
  /// where writes are cut. Complexity: O(writes).
  ///
  /// At full size, writes to random pages lie in blocks of their own, each of which changes as a whole. A write that
  /// continues the one before it fills the same blocks, so that only its own bytes count.
  func changedSize(byWrites numbers: Range<Int>, blockPages: Int) -> (size: ByteCount, blocks: Int) {
    let whole = wholePage * Int64(blockPages)
    var parts: [Int: Int64] = [:]
    var total = Int64(0)
    var continues = numbers.isEmpty ? false : continuesWrite(numbers.lowerBound)
    for number in numbers {
      let pages = pages(ofWrite: number)
      if number > numbers.lowerBound, pages != self.pages(ofWrite: number - 1) {
        continues = follows(firstPages[number - 1], firstPages[number - 2])
      }
      let perPage = nominalSize(ofWrite: number).bytes / Int64(pages.count)
      let changed = continues ? perPage : perPage * Int64(blockPages)
      for page in pages {
        let block = page / blockPages
        let before = parts[block] ?? 0
        let after = min(whole, before + changed)
        parts[block] = after
        total += after - before
      }
    }
    return (ByteCount(total), parts.count)
  }

  /// Whether a write begins where the write before it ends. The parts of a cut write go to the same pages.
  private func continuesWrite(_ number: Int) -> Bool {
    let first = firstPages[number - 1]
    return follows(first, firstPages[..<(number - 1)].last { $0 != first } ?? 0)
  }

  /// Whether a write to pages from `first` on continues one before it, perhaps from the volume's beginning again.
  private func follows(_ first: UInt32, _ before: UInt32) -> Bool {
    let next = before + UInt32(pagesPerWrite)
    return next == first || (first == 0 && Int(next) + pagesPerWrite > usedPages)
  }
}
