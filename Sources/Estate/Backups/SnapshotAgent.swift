import Retention
import Schedules
import Storage
import Units

/// A local snapshot: the contents of all volumes at one instant, on the devices that hold the volumes.
struct SnapshotPoint: Sendable {
  let instant: Instant
  /// The images by volume; `nil` where the snapshot was lost with its device.
  var images: [PagedImage?]
  /// The number of the last write in the snapshot, by volume.
  let writes: [Int]
  /// The change up to the next snapshot at full size, by volume. `nil` without a next snapshot, or with a gap
  /// between them.
  var changed: [ByteCount?]
}

extension SnapshotPoint {
  /// Returns the change of a volume up to a later snapshot, at full size; `nil` where either lacks the
  /// volume.
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

/// The agent that takes and keeps snapshots in a running estate.
///
/// Invariants: the snapshots are in the order of their instants, and each has a place for every volume.
struct SnapshotAgent: Sendable {
  let policy: SnapshotPolicy
  let schedule: BackupSchedule
  private(set) var points: [SnapshotPoint] = []
  /// The number of snapshots taken so far, kept or not.
  private(set) var taken = 0
  /// The space of the snapshots beside the live volumes, up to `meteredUntil`.
  private var stored = StoredTime.zero
  private var meteredUntil: Instant

  init(policy: SnapshotPolicy, at start: Instant) {
    self.policy = policy
    schedule = BackupSchedule(policy.schedule, from: start)
    meteredUntil = start
  }

  /// Takes a snapshot and drops those that the policy no longer keeps.
  mutating func take(_ point: SnapshotPoint, _ schedules: [WorkloadSchedule]) {
    meterStorage(until: point.instant, beside: point, schedules)
    taken += 1
    append(point, schedules)
    let decisions = policy.retention.decide(
      on: points.enumerated().map { RetentionPoint(id: $0.offset, instant: $0.element.instant) },
      at: point.instant, in: schedule.timetable.zone)
    keep(decisions.filter(\.isKept).map(\.point.id), schedules)
  }

  /// Meters the storage so far. Call this before snapshots are added or removed.
  ///
  /// - Parameter live: the volumes as a snapshot now would hold them.
  private mutating func meterStorage(
    until now: Instant, beside live: SnapshotPoint, _ schedules: [WorkloadSchedule]
  ) {
    stored = stored(until: now, beside: live, schedules)
    meteredUntil = now
  }

  /// Returns the metered storage. The present size is charged for the whole time since the last change,
  /// because snapshots only grow between changes. At most the data overwritten between two snapshots is
  /// charged too early.
  func stored(
    until now: Instant, beside live: SnapshotPoint, _ schedules: [WorkloadSchedule]
  ) -> StoredTime {
    var sum = stored
    sum.add(heldBytes(beside: live, schedules), for: now - meteredUntil)
    return sum
  }

  /// Returns the bytes held by copy-on-write: pages that differ in a later snapshot or on the live volume.
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

  private mutating func append(_ point: SnapshotPoint, _ schedules: [WorkloadSchedule]) {
    if let last = points.indices.last { countChanges(from: last, to: point, schedules) }
    points.append(point)
  }

  /// Drops all other points.
  ///
  /// - Parameter places: ascending.
  private mutating func keep(_ places: [Int], _ schedules: [WorkloadSchedule]) {
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

  mutating func deleteAll() { points.removeAll() }

  /// Destroys the images of volumes on a device.
  mutating func lose(volumesOn device: DeviceID, in volumes: [VolumeState]) {
    for point in points.indices {
      for index in volumes.indices where volumes[index].device == device { points[point].images[index] = nil }
    }
  }

  /// Traps unless the snapshots are in order, and none is of the future.
  func checkInvariants(at now: Instant) {
    precondition(
      zip(points, points.dropFirst()).allSatisfy { $0.instant < $1.instant },
      "snapshots are in the order of their instants")
    precondition(points.last.map { $0.instant <= now } ?? true, "no snapshot is of the future")
    precondition(
      points.allSatisfy { $0.images.count == $0.writes.count && $0.images.count == $0.changed.count },
      "a snapshot has a place for every volume")
    precondition(taken >= points.count && meteredUntil <= now, "snapshots are taken and metered up to now")
  }
}
