import Storage
import Units

/// The entries that a DR site received and has not yet written to its volumes, with the recoverable points.
public struct Journal: Sendable {
  /// The frequently used fields of an entry, without its bytes.
  private struct Outline {
    let volume: Int
    /// The changed pages; empty where the entry changes no volume.
    let pages: Range<Int>
    /// Whether the entry replaces its first and last page entirely.
    let hasWholePages: Bool
    let nominalSize: ByteCount
    let chargedSize: ByteCount

    init(_ entry: Entry) {
      volume = Int(entry.volume)
      pages = entry.changesVolume ? PageSet.pages(of: entry.extent) : 0..<0
      hasWholePages = entry.extent.isWholePages
      nominalSize = entry.nominalSize
      chargedSize = entry.chargedSize
    }
  }

  /// The entries by stream position.
  public private(set) var entries = ChunkedQueue<Entry>(startingAt: 1)
  private var outlines = ChunkedQueue<Outline>(startingAt: 1)
  /// The space taken by the entries.
  public internal(set) var bytes = ByteCount.zero
  /// The complete points and their positions in the stream, oldest first.
  public internal(set) var points = ChunkedQueue<JournalPoint>(startingAt: 1)
  /// The first position of an incomplete range: a resync in progress, or a range that needs a later one.
  /// `nil` when there is none.
  var incompleteFrom: UInt64?

  init() {}

  mutating func append(_ entry: Entry) {
    entries.append(entry)
    outlines.append(Outline(entry))
    bytes += entry.chargedSize
  }

  mutating func removeAll(before position: UInt64) {
    bytes -= chargedSize(of: entries.start..<max(entries.start, position))
    entries.removeAll(before: position)
    outlines.removeAll(before: position)
  }

  mutating func removeAll(from position: UInt64) {
    bytes -= chargedSize(of: min(position, entries.end)..<entries.end)
    entries.removeAll(from: position)
    outlines.removeAll(from: position)
    points.removeAll(from: firstPoint(from: position))
  }

  /// Traps unless entries, outlines, bytes and points go together.
  func checkInvariants() {
    precondition(
      entries.start == outlines.start && entries.end == outlines.end, "every entry has an outline")
    precondition(bytes >= .zero && (entries.isEmpty ? bytes == .zero : true), "an empty journal has no bytes")
    if let last = points.last { precondition(last.position < entries.end, "a point lies in the journal") }
    guard entries.count <= 64 else { return }
    precondition(chargedSize(of: entries.start..<entries.end) == bytes, "the entries of a journal add up")
  }

  /// Returns the space taken by some entries.
  func chargedSize(of places: Range<UInt64>) -> ByteCount {
    var size = ByteCount.zero
    outlines.forEachReversed(in: places) { size += $1.chargedSize }
    return size
  }

  /// Marks the pages that some entries change.
  func mark(_ places: Range<UInt64>, in marks: inout [PageSet]) {
    for place in places {
      let outline = outlines[place]
      for page in outline.pages { marks[outline.volume].insert(page) }
    }
  }

  /// Returns the last entry for each page within a range, oldest first. The sizes of omitted entries are
  /// added to others of the same volume.
  func lastChanges(_ places: Range<UInt64>, of volumes: [ByteCount]) -> [Entry] {
    var covered = [PageSet](volumes: volumes)
    var leftOut = volumes.map { _ in ByteCount.zero }
    var last: [UInt64] = []
    outlines.forEachReversed(in: places) { place, outline in
      if outline.pages.isEmpty { return }
      if covered[outline.volume].contains(outline.pages) {
        leftOut[outline.volume] += outline.nominalSize
      } else {
        for page in outline.pages { covered[outline.volume].insert(page) }
        last.append(place)
      }
    }
    return last.reversed().map { place in
      var entry = entries[place]
      entry.nominalSize += leftOut[Int(entry.volume)]
      leftOut[Int(entry.volume)] = .zero
      return entry
    }
  }

  /// Returns the positions of the entries of a volume that later entries do not overwrite entirely, the newest first.
  func visible(_ places: Range<UInt64>, of volume: Int, pages: Int) -> [UInt64] {
    var covered = PageSet(pageCount: pages)
    var visible: [UInt64] = []
    outlines.forEachReversed(in: places) { place, outline in
      guard outline.volume == volume, !outline.pages.isEmpty, !covered.contains(outline.pages) else { return }
      visible.append(place)
      guard outline.hasWholePages else { return }
      for page in outline.pages { covered.insert(page) }
    }
    return visible
  }

  /// Returns the index of the first point at or after a stream position; the end when there is none.
  /// Complexity: O(log n).
  func firstPoint(from position: UInt64) -> UInt64 {
    var range = points.start..<points.end
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        points[middle].position < position
        ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

/// A recoverable state of the journal: everything through a stream position.
public struct JournalPoint: Hashable, Sendable {
  public var position: UInt64
  public var point: ReplicaPoint
}

extension Extent {
  /// Whether it ends and begins where pages do.
  fileprivate var isWholePages: Bool {
    let page = Int64(PageSet.pageSize)
    return offset.bytes % page == 0 && length.bytes % page == 0
  }
}
