import Storage
import Synchronization
import Units

/// Reads who wrote a page, and remembers the answer for each page of memory: branches share most of their pages.
public final class StampReader: Sendable {
  /// Whole pages only; damaged ones differ in every branch and are not worth remembering.
  private let known = Mutex(ByteMemory<PageStamp>(entries: 65_536))

  let databases = DatabaseReader()

  public init() {}

  /// For each page of an image its stamp's write number; `blank` where it is zeros, `damaged` where it is not exactly
  /// what the workload wrote to this place.
  func writes(in image: PagedImage, of schedule: WorkloadSchedule) -> [UInt32] {
    known.withLock { known in
      (0..<image.pageCount).map { index in
        let page = image[page: index]
        if page.isEmpty { return Self.blank }
        var stamp = known.value(for: page)
        if stamp == nil {
          stamp = schedule.maker.stamp(of: page)
          if let stamp { known.remember(stamp, for: page) } else if page.isZero { return Self.blank }
        }
        guard let stamp, stamp.volume == schedule.volume, stamp.page == UInt32(index) else {
          return Self.damaged
        }
        return stamp.write
      }
    }
  }

  static let blank = UInt32.max
  static let damaged = UInt32.max - 1
}
