import Storage
import Synchronization
import Units

/// Reads who wrote a page, and remembers the answer for each page of memory: branches share most of their pages.
///
/// A remembered page is kept alive, so its place in memory cannot become another page's.
public final class StampReader: Sendable {
  private struct Entry {
    let page: Bytes
    let stamp: PageStamp?
  }

  private let known = Mutex<[UInt: Entry]>([:])

  public init() {}

  /// For each page of an image its stamp's write number; `blank` where it is zeros, `damaged` where it is not exactly
  /// what the workload wrote to this place.
  func writes(in image: PagedImage, of schedule: WorkloadSchedule) -> [UInt32] {
    known.withLock { known in
      (0..<image.pageCount).map { index in
        let page = image[page: index]
        if page.isEmpty { return Self.blank }
        let identity = page.identity
        let stamp: PageStamp?
        if let entry = known[identity] {
          stamp = entry.stamp
        } else {
          if page.isZero { return Self.blank }
          stamp = schedule.maker.stamp(of: page)
          known[identity] = Entry(page: page, stamp: stamp)
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
