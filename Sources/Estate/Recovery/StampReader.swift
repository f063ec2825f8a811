import Storage
import Synchronization
import Units

/// Reads the stamps of pages. A cache by page and leaf in memory helps, because branches share most of them.
public final class StampReader: Sendable {
  fileprivate struct Memory: Sendable {
    var pages = PlaceMemory<Bytes, PageStamp>(bits: 14)
    var leaves = PlaceMemory<PagedImage.Leaf, LeafReading>(bits: 11)
  }

  /// The writes that the pages of one leaf hold, at one place of one volume.
  fileprivate struct LeafReading: Sendable {
    let volume: VolumeID
    let firstPage: Int
    let writes: [UInt32]
  }

  /// The readings of undamaged leaves. Damage differs in every branch, so caching it would not help.
  private let known = Mutex(Memory())

  let databases = DatabaseReader()

  public init() {}

  /// Returns the write number on the stamp of each page. The value is `blank` for zeros and `damaged` for
  /// bytes that differ from the workload's write.
  func writes(in image: PagedImage, of schedule: WorkloadSchedule) -> [UInt32] {
    var writes: [UInt32] = []
    writes.reserveCapacity(image.leafCount * PagedImage.leafPages)
    known.withLock { known in
      for index in 0..<image.leafCount {
        writes += known.writes(in: image.leaf(index), at: index * PagedImage.leafPages, of: schedule)
      }
    }
    writes.removeLast(writes.count - image.pageCount)
    return writes
  }

  static let blank = UInt32.max
  static let damaged = UInt32.max - 1
  private static let blankLeaf = [UInt32](repeating: blank, count: PagedImage.leafPages)
}

extension StampReader.Memory {
  mutating func writes(in leaf: PagedImage.Leaf, at firstPage: Int, of schedule: WorkloadSchedule) -> [UInt32]
  {
    if leaf.pages.isEmpty { return StampReader.blankLeaf }
    if let reading = leaves.value(for: leaf), reading.volume == schedule.volume,
      reading.firstPage == firstPage
    {
      return reading.writes
    }
    let writes = leaf.pages.enumerated().map { write(in: $1, at: firstPage + $0, of: schedule) }
    if !writes.contains(StampReader.damaged) {
      leaves.remember(
        StampReader.LeafReading(volume: schedule.volume, firstPage: firstPage, writes: writes), for: leaf)
    }
    return writes
  }

  private mutating func write(in page: Bytes, at index: Int, of schedule: WorkloadSchedule) -> UInt32 {
    if page.isEmpty { return StampReader.blank }
    var stamp = pages.value(for: page)
    if stamp == nil {
      stamp = schedule.stamp(of: page)
      if let stamp {
        pages.remember(stamp, for: page)
      } else if page.isZero {
        return StampReader.blank
      }
    }
    guard let stamp, stamp.volume == schedule.volume, stamp.page == UInt32(index) else {
      return StampReader.damaged
    }
    return stamp.write
  }
}
