import Units

/// What a DR site received and has not put into its volumes yet, with the points of the group that it can recover.
public struct Journal: Sendable {
  /// Entries by their stream position.
  public internal(set) var entries = ChunkedQueue<Entry>(startingAt: 1)
  /// What the entries take.
  public internal(set) var bytes = ByteCount.zero
  /// Complete points, oldest first, each with its place in the stream.
  public internal(set) var points = ChunkedQueue<JournalPoint>(startingAt: 1)
  /// The end of the last resynchronisation that is complete, or of the range that is only complete with a later one.
  var incompleteFrom: UInt64?

  init() {}

  mutating func append(_ entry: Entry) {
    entries.append(entry)
    bytes += entry.chargedSize
  }

  mutating func removeAll(before position: UInt64) {
    for place in entries.start..<max(entries.start, position) {
      bytes -= entries[place].chargedSize
    }
    entries.removeAll(before: position)
  }

  mutating func removeAll(from position: UInt64) {
    for place in min(position, entries.end)..<entries.end { bytes -= entries[place].chargedSize }
    entries.removeAll(from: position)
    points.removeAll(from: firstPoint(from: position))
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
