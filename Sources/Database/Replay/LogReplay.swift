import Storage
import Units

/// A replay of archived log records on a restored database, with SQLite's operations recorded.
///
/// A later request continues the replay, so drills that restore the same base apply each record once.
final class LogReplay {
  private let base: DatabaseImage
  private let replica: Replica
  private let firstTransaction: Int
  private var records: [CommittedChange] = []
  /// The place after the commit of each record.
  private var ends: [Int] = []

  /// Opens a restored database. Throws the errors of a replica.
  init(on image: DatabaseImage) throws(StorageError) {
    replica = try Replica(seededFrom: image, isRecording: true)
    base = replica.image
    firstTransaction = replica.position + 1
  }

  /// Whether these records begin where the base ends and contradict no record applied so far.
  func agrees(with wanted: [CommittedChange]) -> Bool {
    guard wanted.first.map({ $0.position == firstTransaction }) ?? true else { return false }
    return zip(records, wanted).allSatisfy { $0 == $1 }
  }

  /// Applies the records that were not applied before. Throws the errors of a replica.
  func apply(_ wanted: [CommittedChange]) throws(StorageError) {
    for record in wanted.dropFirst(records.count) {
      try replica.apply(record)
      records.append(record)
      ends.append((replica.entries.lastIndex(of: .commit(record.position)) ?? -1) + 1)
    }
  }

  /// Returns the recording of the records applied so far.
  func recording(of primary: Recording) -> Recording {
    Recording(
      replayOf: primary, on: base, transactions: firstTransaction..<(firstTransaction + records.count),
      entries: replica.entries, records: records, ends: ends)
  }
}
