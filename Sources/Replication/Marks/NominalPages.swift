import Storage
import Units

/// The nominal sizes of marked pages that were only partly written since they were last sent.
///
/// In a scaled rehearsal one page represents many, and a write may change a part of them. Sending the page is
/// charged for that part. A page that is not noted here is charged whole.
struct NominalPages: Sendable {
  private struct Place: Hashable {
    let volume: Int
    let page: Int
  }

  /// The nominal size of a whole page.
  private let whole: ByteCount
  private var parts: [Place: ByteCount] = [:]

  /// - Parameter weight: the bytes that one byte of a page represents.
  init(weight: Int64) { whole = ByteCount(PageSet.pageSize) * weight }

  /// Notes a write to pages. Call this before the pages are marked.
  mutating func note(_ size: ByteCount, to pages: Range<Int>, of volume: Int, in marks: PageSet) {
    let share = ByteCount(size.bytes / Int64(max(1, pages.count)))
    for page in pages {
      let place = Place(volume: volume, page: page)
      let known = parts[place]
      if marks.contains(page), known == nil { continue }
      let sum = (known ?? .zero) + share
      parts[place] = sum < whole ? sum : nil
    }
  }

  /// Returns the nominal size of some pages and counts them as whole from now on.
  mutating func take(_ pages: Range<Int>, of volume: Int) -> ByteCount {
    if parts.isEmpty { return whole * Int64(pages.count) }
    return pages.reduce(.zero) { sum, page in
      sum + (parts.removeValue(forKey: Place(volume: volume, page: page)) ?? whole)
    }
  }
}
