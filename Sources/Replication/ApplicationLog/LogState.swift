import Storage
import Units

/// What a side of log replication keeps of the log.
public struct LogState: Sendable {
  /// A record, when it came, and the bytes of the whole log up to its end.
  public struct Kept: Sendable {
    public var record: LogRecord
    public var instant: Instant
    public var endBytes: Int64
  }

  /// Records from the oldest that is kept; each stands at its count from 1.
  public private(set) var records = ChunkedQueue<Kept>(startingAt: 1)
  /// The position of the last record ever appended here.
  public private(set) var last: UInt64 = 0
  /// The position of the last record that the application at this side has applied.
  public internal(set) var applied: UInt64 = 0
  /// Where the present name of the log began: before it this side and its peers had one log.
  public internal(set) var fork: UInt64 = 0
  private var endBytes: Int64 = 0

  public init() {}

  /// A log that goes on behind a position, for a side that begins as a copy.
  public init(continuingAfter position: UInt64) { (last, applied, fork) = (position, position, position) }

  /// Why a record cannot come next; `nil` when it can.
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

  /// Bytes of the records at places `start ..< end`.
  func bytes(_ places: Range<UInt64>) -> ByteCount {
    ByteCount(bytes(before: places.upperBound) - bytes(before: places.lowerBound))
  }

  private func bytes(before place: UInt64) -> Int64 {
    if place >= records.end { return endBytes }
    return records[place].endBytes - Int64(records[place].record.bytes.count)
  }

  /// The place of the first record behind a position, which must lie in what is kept; else `nil`.
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
}
