import Backup
import Database
import Storage
import Units

/// A piece of a database's log, as one object of a vault.
///
/// | bytes | field |
/// |---|---|
/// | 8 | the instant at which the segment was closed |
/// | 1 | 1 when the segment ends with the last record before that instant, else 0 |
/// | 4 | the number of records |
/// | 8 + 8 + 4 + n each | position, checksum and length of a record, and its changes |
struct LogSegment: Sendable {
  let closed: Instant
  /// Whether the segment ends with the last record before it was closed.
  let isComplete: Bool
  let records: [CommittedChange]

  var bytes: Bytes {
    var writer = ByteWriter()
    writer.write(closed)
    writer.write(UInt8(isComplete ? 1 : 0))
    writer.write(list: records) { writer, record in
      writer.write(UInt64(record.position))
      writer.write(record.checksum)
      writer.write(UInt32(record.bytes.count))
      writer.write(raw: Array(record.bytes.slice))
    }
    return Bytes(writer.bytes)
  }

  init(closed: Instant, isComplete: Bool, records: [CommittedChange]) {
    self.closed = closed
    self.isComplete = isComplete
    self.records = records
  }

  /// Reads a segment; throws `JobFailure.damaged` for anything else.
  init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    closed = try reader.readInstant()
    isComplete = try reader.read(UInt8.self) == 1
    records = try reader.readList(minimumSize: 20) { reader throws(JobFailure) in
      let position = Int(try reader.read(Int64.self))
      let checksum = try reader.read(UInt64.self)
      let count = Int(try reader.read(UInt32.self))
      return CommittedChange(position: position, bytes: try reader.readBytes(count), checksum: checksum)
    }
    try reader.end()
  }
}

/// A segment that the vault has acknowledged.
struct ArchivedSegment: Sendable {
  let key: ObjectKey
  /// The positions of its records; empty when nothing was logged.
  let positions: Range<Int>
  /// The size at full size.
  let size: ByteCount
  let closed: Instant
}
