import Storage
import Units

extension JournalTarget {
  /// Whether the volumes and the journal together hold a consistent state. No resync is in progress, or none
  /// of it is folded.
  var isBaseComplete: Bool { kept.journal.incompleteFrom == nil }

  /// Writes the oldest entries to the volumes when the journal is full. Folding ends at the last point that
  /// frees enough space. Without such a point it folds everything recorded, which drops every point.
  mutating func foldIfFull(_ effects: inout [ReplicationEffect]) {
    guard fold == nil, promotion == nil, kept.journal.bytes > journalMaximum else { return }
    let target = foldingPlace
    guard target >= kept.journal.entries.start else { return }
    if let incomplete = kept.journal.incompleteFrom, target >= incomplete { kept.disk = .inconsistent }
    kept.journal.points.removeAll(before: kept.journal.firstPoint(from: target))
    fold = .recording(through: target)
    effects.append(.record(Ticket(.fold), ByteCount(4_096)))
  }

  /// The last place to fold. Three quarters of the capacity remain in use, as far as points allow.
  private var foldingPlace: UInt64 {
    let goal = kept.journal.bytes - ByteCount(journalMaximum.bytes * 3 / 4)
    var freed = ByteCount.zero
    var place = kept.journal.entries.start
    while place < recordedThrough, freed < goal {
      freed += kept.journal.chargedSize(of: place..<place + 1)
      place += 1
    }
    let points = kept.journal.points
    let next = kept.journal.firstPoint(from: place)
    let end = kept.journal.firstPoint(from: recordedThrough + 1)
    if next < end { return points[next].position }
    if points.start < end, points[end - 1].position >= kept.journal.entries.start {
      return points[end - 1].position
    }
    return place
  }

  mutating func foldStep(_ effects: inout [ReplicationEffect]) {
    switch fold {
    case .recording(let through):
      putIntoVolumes(kept.journal.entries.start..<(through + 1), &effects)
      fold = .writing(through: through, flushesLeft: group.volumes.count)
      for volume in group.volumes.indices { effects.append(.flush(Ticket(.fold), volume: volume)) }
    case .writing(let through, let flushesLeft) where flushesLeft == 1:
      // That they are gone is stored with whatever is stored next; until then they are only folded again.
      kept.journal.removeAll(before: through + 1)
      fold = nil
      if promotion != nil { carryOutPromotion(&effects) } else { foldIfFull(&effects) }
    case .writing(let through, let flushesLeft):
      fold = .writing(through: through, flushesLeft: flushesLeft - 1)
    case nil: break
    }
  }

  /// Writes the last entry of each page to the volumes. The device is charged for all entries.
  private func putIntoVolumes(_ places: Range<UInt64>, _ effects: inout [ReplicationEffect]) {
    for entry in kept.journal.lastChanges(places, of: group.volumes) { effects.append(entry.asWrite) }
  }

  // MARK: Promotion

  mutating func promotionBegan(at now: Instant, _ effects: inout [ReplicationEffect]) {
    carryOutPromotion(&effects)
  }

  /// Returns the last place that the wanted state needs, and the state; `nil` when there is no such state.
  private func place(of point: Promotion.Point) -> (place: UInt64, point: ReplicaPoint)? {
    switch point {
    case .latest: return latest ?? lastPoint
    // Without a point everything that was received is still a prefix, and newer than any point.
    case .lastPoint: return lastPoint ?? latest
    case .position: return nil
    case .point(let number):
      let points = kept.journal.points
      let place = (points.start..<points.end).last { points[$0].point.number == number }
      return place.map { (points[$0].position, points[$0].point) }
    }
  }

  private var lastPoint: (place: UInt64, point: ReplicaPoint)? {
    kept.journal.points.last.map { ($0.position, $0.point) }
  }

  /// The state of everything received; `nil` during a resync, or when nothing was received.
  private var latest: (place: UInt64, point: ReplicaPoint)? {
    guard kept.journal.incompleteFrom == nil, kept.generations.current != .blank else { return nil }
    let instant = kept.journal.entries.last?.instant ?? kept.point.instant
    return (
      kept.journal.entries.end - 1, ReplicaPoint(number: 0, instant: instant, lastWrite: kept.lastWrite)
    )
  }

  /// Writes the journal to the volumes through the wanted place, after other work has ended.
  mutating func carryOutPromotion(_ effects: inout [ReplicationEffect]) {
    guard let promotion, fold == nil, recordingThrough == nil, flushesLeft == 0, !isPromoted else { return }
    if let (place, point) = place(of: promotion.point) {
      promoted = point
      if let incomplete = kept.journal.incompleteFrom, place < incomplete {
        kept.generations = kept.snapshotGenerations
      }
      discard(after: place)
    } else {
      guard promotion.isForced else {
        self.promotion = nil
        let isInconsistent = kept.disk == .inconsistent || kept.generations.current == .blank
        return effects.append(.refused(isInconsistent ? .notConsistent(.inconsistent) : .noSuchPoint))
      }
      kept.wasForced = true
      for volume in kept.marks.indices { kept.marks[volume].insertAll() }
      promoted = ReplicaPoint(number: 0, instant: kept.point.instant, lastWrite: kept.lastWrite)
    }
    putIntoVolumes(kept.journal.entries.start..<kept.journal.entries.end, &effects)
    flushesLeft = group.volumes.count
    for volume in group.volumes.indices { effects.append(.flush(Ticket(.promote, 0), volume: volume)) }
  }

  /// Drops entries that the peer knows to be durable here, and marks their pages as different.
  private mutating func discard(after place: UInt64) {
    kept.journal.mark((place + 1)..<max(place + 1, kept.journal.entries.end), in: &kept.marks)
    kept.journal.removeAll(from: min(kept.journal.entries.end, max(kept.journal.entries.start, place + 1)))
  }

  mutating func promotionStep(_ step: UInt64, _ effects: inout [ReplicationEffect]) {
    if step == 1, let promoted {
      isPromoted = true
      return effects.append(.promoted(promoted))
    }
    flushesLeft -= 1
    guard flushesLeft == 0, let promotion, let promoted else { return }
    kept.term = promotion.term
    kept.lastWrite = promoted.lastWrite
    kept.point = promoted
    kept.disk = .consistent
    kept.journal = Journal()
    kept.generations.fork(as: kept.nextName())
    effects.append(.record(Ticket(.promote, 1), ByteCount(4_096)))
  }
}
