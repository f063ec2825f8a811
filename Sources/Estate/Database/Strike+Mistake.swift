import Database
import Units

extension Strike {
  /// What a disaster of this cause is to a database: a person or a program that uses it makes a mistake, by a statement.
  /// Others harm the bytes.
  fileprivate var mistake: Mistake? {
    switch cause {
    case .accidentalDeletion: .deletion(share)
    case .applicationUpdateError: .wrongBalances(share)
    default: nil
    }
  }
}

extension World {
  /// Makes the mistakes that the strike means for databases, and returns the volumes whose bytes are harmed all the same: those
  /// of no database, and where nobody makes a statement or SQLite refuses it.
  mutating func makeMistakes(on ids: [VolumeID], by strike: Strike) -> [VolumeID] {
    guard let mistake = strike.mistake, !strike.harmsFiles else { return ids }
    var mistaken: [DatabaseID] = []
    for id in ids {
      guard let database = database(on: id), !mistaken.contains(database) else { continue }
      if make(mistake, on: database, unnoticedFor: strike.dwell) { mistaken.append(database) }
    }
    return ids.filter { id in database(on: id).map { !mistaken.contains($0) } ?? true }
  }
}
