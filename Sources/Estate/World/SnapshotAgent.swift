import Retention
import Schedules
import Storage
import Units

/// A local snapshot: the contents of all volumes at one instant, on the devices that hold the volumes.
struct SnapshotPoint: Sendable {
  let instant: Instant
  /// By volume; `nil` where the snapshot went with its device.
  var images: [PagedImage?]
  /// By volume: pages that the next snapshot has anew; `nil` while there is none, or one between them is gone.
  var changedPages: [Int?]
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
  mutating func meterStorage(until now: Instant, beside volumes: [VolumeState]) {
    stored = stored(until: now, beside: volumes)
    meteredUntil = now
  }

  /// Since the last change of the snapshots what they hold has only grown, so that its present size is charged for the
  /// whole time: at most what is overwritten between two snapshots is charged too early.
  func stored(until now: Instant, beside volumes: [VolumeState]) -> StoredTime {
    var sum = stored
    sum.add(heldBytes(beside: volumes), for: now - meteredUntil)
    return sum
  }

  /// Copy-on-write keeps a page of a snapshot as long as a later snapshot or the live volume has another in its place.
  private func heldBytes(beside volumes: [VolumeState]) -> ByteCount {
    var pages = 0
    for (index, point) in points.enumerated() {
      for (volume, image) in point.images.enumerated() {
        guard let image else { continue }
        let next = index + 1 < points.count ? points[index + 1].images[volume] : volumes[volume].disk.durable
        pages += point.changedPages[volume] ?? next?.pagesChanged(since: image).count ?? 0
      }
    }
    return ByteCount(pages * PagedImage.pageSize)
  }

  mutating func append(_ point: SnapshotPoint) {
    if let last = points.indices.last { countChanges(from: last, to: point) }
    points.append(point)
  }

  /// Drops all other points.
  ///
  /// - Parameter places: ascending.
  mutating func keep(_ places: [Int]) {
    let all = points
    points = places.map { all[$0] }
    for (index, place) in places.enumerated().dropLast() where places[index + 1] != place + 1 {
      countChanges(from: index, to: points[index + 1])
    }
    // Whatever followed the newest that stays is gone, and so is the count of what it changed.
    if let last = points.indices.last, places.last != all.indices.last {
      points[last].changedPages = points[last].changedPages.map { _ in nil }
    }
  }

  private mutating func countChanges(from place: Int, to next: SnapshotPoint) {
    points[place].changedPages = zip(points[place].images, next.images).map { image, following in
      guard let image, let following else { return nil }
      return following.pagesChanged(since: image).count
    }
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
    snapshotAgents[index].meterStorage(until: now, beside: volumes)
    snapshotAgents[index].taken += 1
    snapshotAgents[index].append(
      SnapshotPoint(
        instant: now, images: volumes.map { $0.isLost ? nil : $0.disk.durable },
        changedPages: volumes.map { _ in nil }))
    let points = snapshotAgents[index].points
    let decisions = snapshotAgents[index].policy.retention.decide(
      on: points.enumerated().map { RetentionPoint(id: $0.offset, instant: $0.element.instant) }, at: now,
      in: snapshotAgents[index].schedule.timetable.zone)
    snapshotAgents[index].keep(decisions.filter(\.isKept).map(\.point.id))
  }
}
