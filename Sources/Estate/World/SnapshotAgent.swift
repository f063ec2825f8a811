import Retention
import Schedules
import Storage
import Units

/// A local snapshot: the contents of all volumes at one instant, on the devices that hold the volumes.
struct SnapshotPoint: Sendable {
  let instant: Instant
  /// By volume; `nil` where the snapshot went with its device.
  var images: [PagedImage?]
  /// By volume: the number of the last write that it holds.
  let writes: [Int]
  /// By volume: what the next snapshot has anew, at full size; `nil` while there is none, or one between them is gone.
  var changed: [ByteCount?]
}

extension SnapshotPoint {
  /// What a later snapshot has anew of a volume, at full size; `nil` where one of them does not hold it.
  ///
  /// A page counts in part where its write was cut by one of the snapshots.
  fileprivate func change(
    to next: SnapshotPoint, of volume: Int, _ schedule: WorkloadSchedule
  ) -> ByteCount? {
    guard let image = images[volume], let following = next.images[volume] else { return nil }
    let pages = Int64(following.pagesChanged(since: image).count)
    guard pages > 0, writes[volume] < next.writes[volume] else {
      return ByteCount(pages * schedule.wholePage)
    }
    let written = schedule.changedSize(
      byWrites: (writes[volume] + 1)..<(next.writes[volume] + 1), blockPages: 1)
    return ByteCount(pages * written.size.bytes / Int64(max(1, written.blocks)))
  }
}

/// What takes snapshots in a running estate, and the snapshots that it keeps.
struct SnapshotAgent: Sendable {
  let policy: SnapshotPolicy
  let schedule: BackupSchedule
  var points: [SnapshotPoint] = []
  /// Snapshots taken so far, kept or not.
  var taken = 0
  /// What the snapshots held beside the live volumes, up to `meteredUntil`.
  private var stored = StoredTime.zero
  private var meteredUntil: Instant

  init(policy: SnapshotPolicy, schedule: BackupSchedule, at start: Instant) {
    self.policy = policy
    self.schedule = schedule
    meteredUntil = start
  }

  /// To be called before snapshots come or go.
  ///
  /// - Parameter live: the volumes as a snapshot now would hold them.
  mutating func meterStorage(until now: Instant, beside live: SnapshotPoint, _ schedules: [WorkloadSchedule])
  {
    stored = stored(until: now, beside: live, schedules)
    meteredUntil = now
  }

  /// Since the last change of the snapshots what they hold has only grown, so that its present size is charged for the
  /// whole time: at most what is overwritten between two snapshots is charged too early.
  func stored(
    until now: Instant, beside live: SnapshotPoint, _ schedules: [WorkloadSchedule]
  ) -> StoredTime {
    var sum = stored
    sum.add(heldBytes(beside: live, schedules), for: now - meteredUntil)
    return sum
  }

  /// Copy-on-write keeps a page of a snapshot as long as a later snapshot or the live volume has another in its place.
  private func heldBytes(beside live: SnapshotPoint, _ schedules: [WorkloadSchedule]) -> ByteCount {
    var bytes = ByteCount.zero
    for (index, point) in points.enumerated() {
      let next = index + 1 < points.count ? points[index + 1] : live
      for volume in point.images.indices {
        bytes += point.changed[volume] ?? point.change(to: next, of: volume, schedules[volume]) ?? .zero
      }
    }
    return bytes
  }

  mutating func append(_ point: SnapshotPoint, _ schedules: [WorkloadSchedule]) {
    if let last = points.indices.last { countChanges(from: last, to: point, schedules) }
    points.append(point)
  }

  /// Drops all other points.
  ///
  /// - Parameter places: ascending.
  mutating func keep(_ places: [Int], _ schedules: [WorkloadSchedule]) {
    let all = points
    points = places.map { all[$0] }
    for (index, place) in places.enumerated().dropLast() where places[index + 1] != place + 1 {
      countChanges(from: index, to: points[index + 1], schedules)
    }
    // Whatever followed the newest that stays is gone, and so is the count of what it changed.
    if let last = points.indices.last, places.last != all.indices.last {
      points[last].changed = points[last].changed.map { _ in nil }
    }
  }

  private mutating func countChanges(
    from place: Int, to next: SnapshotPoint, _ schedules: [WorkloadSchedule]
  ) {
    let point = points[place]
    points[place].changed = point.images.indices.map { point.change(to: next, of: $0, schedules[$0]) }
  }

  mutating func lose(volumesOn device: DeviceID, in volumes: [VolumeState]) {
    for point in points.indices {
      for index in volumes.indices where volumes[index].device == device { points[point].images[index] = nil }
    }
  }
}

extension World {
  /// Lets snapshots of all volumes be taken by a policy from now on.
  public mutating func protect(with policy: SnapshotPolicy) {
    let schedule = BackupSchedule(policy.schedule, from: now)
    snapshotAgents.append(SnapshotAgent(policy: policy, schedule: schedule, at: now))
    if let first = schedule.slot(notBefore: now) {
      events.schedule(.snapshotSlot(snapshotAgents.count - 1), at: first)
    }
  }

  /// A snapshot takes no time: it is copy-on-write. What it holds is what a power cut would have left.
  mutating func snapshotSlot(_ index: Int) {
    if let next = snapshotAgents[index].schedule.slot(after: now) {
      events.schedule(.snapshotSlot(index), at: next)
    }
    guard !protectionIsSuspended else { return }
    let point = snapshotNow
    snapshotAgents[index].meterStorage(until: now, beside: point, schedules)
    snapshotAgents[index].taken += 1
    snapshotAgents[index].append(point, schedules)
    let points = snapshotAgents[index].points
    let decisions = snapshotAgents[index].policy.retention.decide(
      on: points.enumerated().map { RetentionPoint(id: $0.offset, instant: $0.element.instant) }, at: now,
      in: snapshotAgents[index].schedule.timetable.zone)
    snapshotAgents[index].keep(decisions.filter(\.isKept).map(\.point.id), schedules)
  }

  /// What a snapshot that is taken now holds.
  var snapshotNow: SnapshotPoint {
    SnapshotPoint(
      instant: now, images: volumes.map { $0.isLost ? nil : $0.disk.durable },
      writes: volumes.indices.map { ledger.acknowledgedWrites(of: VolumeID($0)) },
      changed: volumes.map { _ in nil })
  }
}
