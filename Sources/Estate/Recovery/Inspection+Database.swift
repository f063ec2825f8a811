import Database
import Storage
import Units

extension World {
  /// Returns the database whose volumes form the group, if any.
  func database(of group: [VolumeID]) -> DatabaseID? {
    databases.firstIndex { $0.plan.volumes.sorted() == group.sorted() }.map(DatabaseID.init)
  }

  /// Inspects the volumes of a database. A fresh SQLite opens them, and every acknowledged transaction is
  /// checked.
  ///
  /// - Parameter images: in the order of the database's files.
  func inspect(
    _ id: DatabaseID, images: [PagedImage], against instant: Instant, reader: StampReader
  ) -> Inspection {
    var inspection = Inspection(
      integrity: .consistent, earliestMissing: nil, lostWrites: 0, lostBytes: .zero)
    let finding = reader.databases.finding(images, of: databases[id].course)
    if let fault = finding.fault {
      inspection.integrity = .refused(fault)
    } else if finding.strangePages > 0 {
      inspection.integrity = .damaged(pages: finding.strangePages)
    }
    let acknowledged = ledger.transactions(of: id, acknowledgedBefore: instant + .nanoseconds(1))
    let first = ledger.firstTransaction(of: id)
    let held = inspection.isUsable ? max(first - 1, finding.verdict.lastTransaction) : first - 1
    let since = missingSince(behind: held, of: id)
    guard held < acknowledged else {
      if !keepsTail(of: databases[id].plan.data), since <= instant { inspection.note(missingSince: since) }
      return inspection
    }
    let earliest = ledger.acknowledgement(ofTransaction: held + 1, of: id)
    inspection.earliestMissing = earliest
    inspection.note(missingSince: min(since, earliest))
    inspection.lostTransactions = (acknowledged - held) * Int(scale.denominator)
    let recording = databases[id].schedule.recording
    for transaction in (held + 1)...acknowledged {
      for case .write(_, _, let bytes) in recording.entries(of: transaction) {
        inspection.lostWrites += Int(scale.denominator)
        inspection.lostBytes += scale.unscaled(ByteCount(bytes.count))
      }
    }
    return inspection
  }

  /// Returns the earliest instant at which a missing real transaction can have been requested. A replay that
  /// stopped before a mistake holds all that was committed before it.
  private func missingSince(behind held: Int, of id: DatabaseID) -> Instant {
    let since = databases[id].schedule.representsSince(ofTransaction: held + 1)
    guard let replay = databases[id].stoppedReplay, replay.behind == held else { return since }
    return max(since, replay.at)
  }

  /// Returns the number of damaged pages of a database; at least one where SQLite cannot read the volumes.
  func damagedPages(of id: DatabaseID, reader: StampReader) -> Int {
    let images = databases[id].plan.volumes.map { volumes[$0].image }
    let finding = reader.databases.finding(images, of: databases[id].course)
    return max(finding.strangePages, finding.fault == nil ? 0 : 1)
  }
}
