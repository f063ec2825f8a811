import Database
import Units

extension Strike {
  /// The mistaken statement that this cause means for a database; `nil` for causes that damage bytes instead.
  fileprivate var mistake: Mistake? {
    switch cause {
    case .accidentalDeletion: .deletion(share)
    case .applicationUpdateError: .wrongBalances(share)
    default: nil
    }
  }
}

extension World {
  /// Runs the mistaken statements of a strike and returns the volumes whose bytes are damaged instead. Those
  /// are volumes without a database, and volumes whose database did not accept the statement.
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
