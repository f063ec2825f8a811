import Storage
import Units

/// The log as one side of log replication keeps it.
public struct LogState: Sendable {
  /// A record, its time of arrival, and the size of the log through its end.
  public struct Kept: Sendable {
    public var record: LogRecord
    public var instant: Instant
    public var endBytes: Int64
  }

  /// The kept records; each index is the record's count from 1.
  public private(set) var records = ChunkedQueue<Kept>(startingAt: 1)
  /// The position of the last record appended here.
  public private(set) var last: UInt64 = 0
  /// The position of the last record that this side's application has applied.
  public internal(set) var applied: UInt64 = 0
  /// The position at which the present log began. Up to it, this side and its peers share one log.
  public internal(set) var fork: UInt64 = 0
  private var endBytes: Int64 = 0

  public init() {}

  /// Creates an empty log that continues after a position, for a side that begins as a copy.
  public init(continuingAfter position: UInt64) { (last, applied, fork) = (position, position, position) }

  /// Returns the reason why a record cannot come next; `nil` when it can.
  func objection(to record: LogRecord) -> Refusal? {
    guard record.first == last + 1 else { return record.last <= last ? .duplicate : .gap(after: last) }
    return record.isIntact ? nil : .damaged
  }

  mutating func append(_ record: LogRecord, at now: Instant) {
    precondition(record.first == last + 1, "a log has no gaps")
    endBytes += Int64(record.bytes.count)
    records.append(Kept(record: record, instant: now, endBytes: endBytes))
    last = record.last
  }

  /// Returns the size of the records at places `start ..< end`.
  func bytes(_ places: Range<UInt64>) -> ByteCount {
    ByteCount(bytes(before: places.upperBound) - bytes(before: places.lowerBound))
  }

  private func bytes(before place: UInt64) -> Int64 {
    if place >= records.end { return endBytes }
    return records[place].endBytes - Int64(records[place].record.bytes.count)
  }

  /// Returns the place of the first record after a position; `nil` when the record is no longer kept.
  func place(after position: UInt64) -> UInt64? {
    if position == last { return records.end }
    var low = records.start
    var high = records.end
    while low < high {
      let middle = low + (high - low) / 2
      if records[middle].record.first <= position { low = middle + 1 } else { high = middle }
    }
    guard low < records.end, records[low].record.first == position + 1 else { return nil }
    return low
  }

  mutating func removeAll(before place: UInt64) { records.removeAll(before: place) }

  /// Discards the records behind a position in the kept part of the log.
  mutating func truncate(after position: UInt64) {
    guard position < last, let place = place(after: position) else { return }
    endBytes = bytes(before: place)
    records.removeAll(from: place)
    last = position
  }
}
