import Storage
import Units

/// The hot extents of a group's volumes. Each is recorded durably before the first write to it.
///
/// After a crash of the source, all pages of hot extents count as changed. So an extent goes cold only when
/// all its writes are durable here, and durable at the peer or marked.
public struct ActivityLog: Sendable {
  /// The default extent size: 4 MiB, as in DRBD ("The activity log", user's guide 9.0).
  public static let usualExtentSize = ByteCount.mebibytes(4)
  /// The default number of extents: that of `al-extents` in DRBD 9.
  public static let usualCapacity = 1_237

  struct HotExtent: Hashable, Sendable {
    var volume: Int
    var index: Int
    /// The stream position of the last write to the extent; 0 when the extent was only marked.
    var position: UInt64
    /// The number of the last write to the extent.
    var write: UInt64
    /// The counter of the last use; the lowest was used longest ago.
    var use: UInt64

    /// Whether everything written to the extent is durable here, and at the peer or marked.
    func isSettled(_ position: UInt64, _ flushed: [UInt64]) -> Bool {
      self.position <= position && write <= flushed[volume]
    }
  }

  /// The target number of hot extents. More remain hot while none can go cold.
  let capacity: Int
  let extentSize: ByteCount
  /// The hot extents, by volume and index.
  private(set) var extents: [HotExtent] = []
  private var uses: UInt64 = 0
  /// The hot extents when this list was made, longest unused first. Entries used since then are stale.
  private var aging: [HotExtent] = []
  /// The number of entries of `aging` that were used or went cold. The list itself is not changed, because a
  /// state being recorded shares it.
  private var aged = 0

  public init(capacity: Int, extentSize: ByteCount = usualExtentSize) {
    precondition(extentSize.bytes % Int64(PageSet.pageSize) == 0, "extents of whole pages")
    self.capacity = capacity
    self.extentSize = extentSize
  }

  private func indices(of extent: Extent) -> ClosedRange<Int> {
    let size = extentSize.bytes
    return Int(extent.offset.bytes / size)...Int(max(extent.offset.bytes, extent.end.bytes - 1) / size)
  }

  private func place(_ volume: Int, _ index: Int) -> Int? {
    let place = firstPlace(from: volume, index)
    guard place < extents.count, extents[place].volume == volume, extents[place].index == index else {
      return nil
    }
    return place
  }

  /// Returns the place of the first extent not before this one. Complexity: O(log n).
  private func firstPlace(from volume: Int, _ index: Int) -> Int {
    var low = 0
    var high = extents.count
    while low < high {
      let middle = (low + high) / 2
      if (extents[middle].volume, extents[middle].index) < (volume, index) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Whether a write may go to the device at once.
  func isHot(_ extent: Extent, of volume: Int) -> Bool {
    indices(of: extent).allSatisfy { place(volume, $0) != nil }
  }

  /// Makes an extent hot. The longest unused settled extents go cold.
  ///
  /// - Parameters:
  ///   - position: up to where the stream is durable at the peer.
  ///   - flushed: by volume, the last write that is durable here.
  mutating func heat(
    _ extent: Extent, of volume: Int, settledThrough position: UInt64, flushedThrough flushed: [UInt64]
  ) {
    for index in indices(of: extent) where place(volume, index) == nil {
      while extents.count >= capacity, let coldest = coldest(position, flushed) {
        extents.remove(at: coldest)
      }
      uses += 1
      // Not even a write that is still to get its position may lose its extent.
      extents.insert(
        HotExtent(volume: volume, index: index, position: .max, write: .max, use: uses),
        at: firstPlace(from: volume, index))
    }
  }

  /// Returns the place of the longest unused settled extent.
  private mutating func coldest(_ position: UInt64, _ flushed: [UInt64]) -> Int? {
    guard let oldest = longestUnused() else { return nil }
    if extents[oldest].isSettled(position, flushed) { return oldest }
    var coldest: Int?
    for place in extents.indices where extents[place].isSettled(position, flushed) {
      if coldest.map({ extents[place].use < extents[$0].use }) ?? true { coldest = place }
    }
    return coldest
  }

  /// Returns the place of the longest unused extent. Complexity: O(1) mostly, O(n log n) once the list is
  /// used up.
  private mutating func longestUnused() -> Int? {
    while true {
      while aged < aging.count {
        let oldest = aging[aged]
        if let place = place(oldest.volume, oldest.index), extents[place].use == oldest.use { return place }
        aged += 1
      }
      if extents.isEmpty { return nil }
      aging = extents.sorted { ($0.use, $0.volume, $0.index) < ($1.use, $1.volume, $1.index) }
      aged = 0
    }
  }

  /// Notes a write to hot extents at its stream position.
  mutating func touch(_ extent: Extent, of volume: Int, by write: UInt64, at position: UInt64) {
    uses += 1
    for index in indices(of: extent) {
      guard let place = place(volume, index) else { preconditionFailure("a write into a cold extent") }
      extents[place].position = position
      extents[place].write = write
      extents[place].use = uses
    }
  }

  /// Returns every page of every hot extent.
  func pages(ofVolumes sizes: [ByteCount]) -> [PageSet] {
    var sets = [PageSet](volumes: sizes)
    for hot in extents {
      let first = hot.index * Int(extentSize.bytes) / PageSet.pageSize
      let end = min(first + Int(extentSize.bytes) / PageSet.pageSize, sets[hot.volume].pageCount)
      for page in first..<end { sets[hot.volume].insert(page) }
    }
    return sets
  }

  mutating func removeAll() {
    extents.removeAll()
    aging.removeAll()
    aged = 0
  }
}
