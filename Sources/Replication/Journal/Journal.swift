import Storage
import Units

/// What a DR site received and has not put into its volumes yet, with the points of the group that it can recover.
public struct Journal: Sendable {
  /// The parts of an entry that are looked at often, without its bytes.
  private struct Outline {
    let volume: Int
    /// None where the entry puts nothing into a volume.
    let pages: Range<Int>
    let nominalSize: ByteCount
    let chargedSize: ByteCount

    init(_ entry: Entry) {
      volume = Int(entry.volume)
      pages = entry.changesVolume ? PageSet.pages(of: entry.extent) : 0..<0
      nominalSize = entry.nominalSize
      chargedSize = entry.chargedSize
    }
  }

  /// Entries by their stream position.
  public private(set) var entries = ChunkedQueue<Entry>(startingAt: 1)
  private var outlines = ChunkedQueue<Outline>(startingAt: 1)
  /// The room that the entries take.
  public internal(set) var bytes = ByteCount.zero
  /// Complete points, oldest first, each with its place in the stream.
  public internal(set) var points = ChunkedQueue<JournalPoint>(startingAt: 1)
  /// The end of the last resynchronisation that is complete, or of the range that is only complete with a later one.
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

  /// The room that some entries take.
  func chargedSize(of places: Range<UInt64>) -> ByteCount {
    places.reduce(.zero) { $0 + outlines[$1].chargedSize }
  }

  /// The pages that some entries change.
  func mark(_ places: Range<UInt64>, in marks: inout [PageSet]) {
    for place in places {
      let outline = outlines[place]
      for page in outline.pages { marks[outline.volume].insert(page) }
    }
  }

  /// The last entry for each page among those of some places, oldest first; the sizes of those left
  /// out are added to the others of the same volume.
  func lastChanges(_ places: Range<UInt64>, of volumes: [ByteCount]) -> [Entry] {
    var covered = [PageSet](volumes: volumes)
    var leftOut = volumes.map { _ in ByteCount.zero }
    var last: [UInt64] = []
    for place in places.reversed() {
      let outline = outlines[place]
      if outline.pages.isEmpty { continue }
      if outline.pages.allSatisfy(covered[outline.volume].contains) {
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

  /// The place among the points of the first one at or behind a place of the stream, their end when there is none.
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

/// A state that the journal can recover: everything up to a place in the stream.
public struct JournalPoint: Hashable, Sendable {
  public var position: UInt64
  public var point: RecoveryPoint
}
