import Storage
import Units

/// The contents of a recovered image, compared byte by byte with the acknowledged writes.
public struct Inspection: Hashable, Sendable {
  /// The relation of the image to states that the application could have left.
  public enum Integrity: Hashable, Sendable {
    /// A prefix in write order over the whole consistency group.
    case consistent
    /// The image holds a write that was issued after the acknowledgement of a missing one.
    case outOfOrder
    /// The image has this number of encrypted, corrupted, deleted or unrestored pages.
    case damaged(pages: Int)
    /// The application rejects the image, or its contents violate the application's rules. The text gives the
    /// reason.
    case refused(String)
  }

  public var integrity: Integrity
  /// The acknowledgement time of the earliest missing acknowledged write; `nil` when none is missing.
  public var earliestMissing: Instant?
  /// The earliest possible acknowledgement time of a missing real write; `nil` when none can be missing.
  ///
  /// A write of the run represents the real writes since the previous one. So the instant precedes
  /// `earliestMissing`, by no more than the resolution of the run there. Writes that no write of the run
  /// represents yet can be missing too.
  public var missingSince: Instant?
  /// The number of lost transactions of databases. The writes of databases count among the writes.
  public var lostTransactions = 0
  /// The number of lost writes at full size, like transactions and bytes.
  public var lostWrites: Int
  public var lostBytes: ByteCount

  public var isUsable: Bool { integrity == .consistent }
}

extension Inspection.Integrity: CustomStringConvertible {
  /// The recovered state, as the end of a sentence.
  public var description: String {
    switch self {
    case .consistent: "consistent"
    case .outOfOrder: "out of the order in which it was written"
    case .damaged(let pages): "with \(pages) damaged pages"
    case .refused(let why): "unsound: \(why)"
    }
  }
}

extension World {
  /// Inspects the volumes of one consistency group against all acknowledgements before `instant`.
  public func inspect(_ group: [VolumeID], against instant: Instant, reader: StampReader) -> Inspection {
    inspect(group, images: group.map { volumes[$0].image }, against: instant, reader: reader)
  }

  /// Inspects images of the volumes of one consistency group, in its order.
  package func inspect(
    _ group: [VolumeID], images: [PagedImage], against instant: Instant, reader: StampReader
  ) -> Inspection {
    if let database = database(of: group) {
      let inOrder = databases[database].plan.volumes.map { id in zip(group, images).first { $0.0 == id }?.1 }
      return inspect(database, images: inOrder.compactMap { $0 }, against: instant, reader: reader)
    }
    let held = zip(group, images).map { reader.writes(in: $1, of: schedules[$0]) }
    var inspection = Inspection(
      integrity: .consistent, earliestMissing: nil, lostWrites: 0, lostBytes: .zero)
    let damaged = zip(group, held).reduce(0) { $0 + damagedPages($1.1, of: schedules[$1.0]) }
    if damaged > 0 { inspection.integrity = .damaged(pages: damaged) }
    let newest = newestIssue(in: zip(group, held).filter { volumes[$0.0].sharing == nil })
    inspectShared(zip(group, held).filter { volumes[$0.0].sharing != nil }, until: instant, into: &inspection)
    for (volume, writes) in zip(group, held) where volumes[volume].sharing == nil {
      // Everything acknowledged before the newest write in the image was issued must be there.
      let required =
        newest.map { ledger.writes(of: volume, acknowledgedBefore: $0) } ?? ledger.firstWrite(of: volume) - 1
      let expected = ledger.expected(through: required, of: schedules[volume])
      let inOrder = zip(writes, expected).allSatisfy { held, expected in
        held >= expected  // damaged and blank pages compare as newest: they are counted above
      }
      if !inOrder, inspection.integrity == .consistent { inspection.integrity = .outOfOrder }
      let first = inOrder ? required + 1 : ledger.firstWrite(of: volume)
      count(missing: writes, of: volume, from: first, until: instant, into: &inspection)
    }
    guard inspection.integrity == .outOfOrder else { return inspection }
    return inspectEarlier(group, images: images, holding: held, against: instant, reader: reader)
      ?? inspection
  }

  /// Returns the inspection against the earlier course, for images that precede the present one. `nil` where
  /// they are not so old. Such a copy remained unchanged when another one took over.
  private func inspectEarlier(
    _ group: [VolumeID], images: [PagedImage], holding held: [[UInt32]], against instant: Instant,
    reader: StampReader
  ) -> Inspection? {
    let isOld = zip(group, held).allSatisfy { volume, writes in
      writes.allSatisfy { $0 >= StampReader.damaged || $0 < ledger.firstWrite(of: volume) }
    }
    guard isOld, let past = ledger.beforeCourse(of: group) else { return nil }
    var earlier = self
    earlier.ledger = past
    var inspection = earlier.inspect(group, images: images, against: instant, reader: reader)
    for (volume, writes) in zip(group, held) {
      count(
        missing: writes, of: volume, from: ledger.firstWrite(of: volume), until: instant, into: &inspection)
    }
    return inspection
  }

  /// Returns the number of pages of a volume that its application would refuse to read.
  func damagedPages(of volume: VolumeID, reader: StampReader) -> Int {
    damagedPages(reader.writes(in: volumes[volume].image, of: schedules[volume]), of: schedules[volume])
  }

  /// Counts pages that hold neither the workload's writes nor, where nothing was written, zeros.
  private func damagedPages(_ writes: [UInt32], of schedule: WorkloadSchedule) -> Int {
    var count = 0
    for (page, write) in writes.enumerated() {
      if page < schedule.usedPages ? write >= StampReader.damaged : write != StampReader.blank { count += 1 }
    }
    return count
  }

  /// Returns the issue time of the newest write in any of the volumes; `nil` for their initial contents.
  func newestIssue(in held: [(VolumeID, [UInt32])]) -> Instant? {
    held.compactMap { newestIssue(among: $0.1, of: schedules[$0.0]) }.max()
  }

  func newestIssue(among writes: [UInt32], of schedule: WorkloadSchedule) -> Instant? {
    let newest = writes.reduce(0) { $1 < StampReader.damaged ? max($0, $1) : $0 }
    return newest == 0 ? nil : schedule.issueInstant(ofWrite: Int(newest))
  }

  private func count(
    missing held: [UInt32], of volume: VolumeID, from first: Int, until instant: Instant,
    into inspection: inout Inspection
  ) {
    let schedule = schedules[volume]
    let acknowledged = ledger.writes(of: volume, acknowledgedBefore: instant + .nanoseconds(1))
    let here = stride(from: first, through: acknowledged, by: 1).filter { ledger.isHere($0, of: volume) }
    let expected =
      here.map { ($0, ledger.acknowledgement(ofWrite: $0, of: volume)) }
      + ledger.writesAtLeftSite(of: volume, acknowledgedUntil: instant)
    for (number, at) in expected {
      let isMissing = schedule.pages(ofWrite: number).contains {
        held[$0] < number || held[$0] >= StampReader.damaged
      }
      if isMissing { inspection.count(missing: number, of: schedule, acknowledgedAt: at) }
    }
    let next = acknowledged + 1
    if !keepsTail(of: volume), schedule.acknowledgedAtEarliest(ofWrite: next) <= instant {
      inspection.note(missingSince: schedule.acknowledgedAtEarliest(ofWrite: next))
    }
  }

  /// Whether the volume holds the writes acknowledged after the run's last write. That requires the original
  /// volume, or a copy promoted under a guarantee that covers these writes.
  func keepsTail(of id: VolumeID) -> Bool {
    if volumes[id].isRestored { return false }
    let groups = fabric.groups.filter { fabric[$0].volumes.contains(id) }
    if let active = groups.first(where: { fabric[$0].isActive }) {
      return fabric[active].meter.lastPromise == .peerDurable
        || fabric[active][fabric[active].standing].engine != nil
    }
    guard let moved = groups.first(where: { fabric[$0].serving == ReplicationPair.remote }) else {
      return true
    }
    return fabric[moved].meter.promiseBeforeMove.map { $0 != .localDurable && $0 != .degraded } ?? false
  }
}

extension Inspection {
  mutating func note(missingSince instant: Instant) {
    missingSince = min(missingSince ?? instant, instant)
  }

  /// Counts a missing write.
  mutating func count(missing number: Int, of schedule: WorkloadSchedule, acknowledgedAt at: Instant) {
    earliestMissing = min(earliestMissing ?? at, at)
    note(missingSince: min(at, schedule.acknowledgedAtEarliest(ofWrite: number)))
    let size = schedule.nominalSize(ofWrite: number)
    lostBytes += size
    lostWrites += Int(
      (size.bytes + schedule.bytesPerWrite.bytes - 1) / schedule.bytesPerWrite.bytes)
  }
}
