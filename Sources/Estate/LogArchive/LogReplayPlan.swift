import Database
import Units

/// The instant up to which a restored database applies its log.
public enum LogReplayTarget: Hashable, Sendable {
  /// The last record that is left.
  case end
  /// The last record before a mistake made by a statement.
  case beforeMistake
}

/// The log to apply to a restored database.
struct LogReplayPlan: Sendable {
  let database: DatabaseID
  /// The instant of the restored state.
  let base: Instant
  /// The records behind the last transaction of the restored database, without a gap.
  var records: [CommittedChange] = []
  /// The vault's segments with some of these records.
  var segments: [ArchivedSegment] = []
  /// The instant through which the applied log is complete; `nil` where only its records are known.
  var completeThrough: Instant?
  /// The instant of the database's state after the replay.
  var end: Instant
  /// The number of parts of the work that are not done: the chains of the transfer, and the replay.
  var partsLeft = 0
  /// The last transaction of the database after the replay.
  var behind = 0

  init(database: DatabaseID, base: Instant) {
    self.database = database
    self.base = base
    end = base
  }

  /// Whether no record is missing between the last one taken and these.
  func follows(_ next: [CommittedChange]) -> Bool { next.first.map { $0.position <= behind + 1 } ?? true }

  /// Adds the records that follow, up to a position.
  mutating func take(_ next: [CommittedChange], through limit: Int) {
    for record in next where record.position == behind + 1 && record.position <= limit && record.isIntact {
      records.append(record)
      behind += 1
    }
  }
}

/// The result of a replay.
public enum LogReplayEnding: Hashable, Sendable {
  /// The database is in its state at this instant.
  case complete(Instant)
  /// The log could not be read to its end, and may be read again.
  case failed
}
