import Backup
import Storage
import Units

/// A local snapshot: the contents of all volumes at one instant, on the devices that hold the volumes.
struct SnapshotPoint: Sendable {
  let instant: Instant
  /// By volume; `nil` where the snapshot went with its device.
  var images: [PagedImage?]
}

/// What takes snapshots in a running estate, and the snapshots that it keeps.
struct SnapshotAgent: Sendable {
  let policy: SnapshotPolicy
  let schedule: BackupSchedule
  var points: [SnapshotPoint] = []
  /// Snapshots taken so far, kept or not.
  var taken = 0

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
    snapshotAgents.append(SnapshotAgent(policy: policy, schedule: schedule))
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
    snapshotAgents[index].taken += 1
    snapshotAgents[index].points.append(
      SnapshotPoint(instant: now, images: volumes.map { $0.isLost ? nil : $0.disk.durable }))
    let points = snapshotAgents[index].points
    let decisions = snapshotAgents[index].policy.retention.decide(
      on: points.enumerated().map { RetentionPoint(id: $0.offset, instant: $0.element.instant) }, at: now)
    snapshotAgents[index].points = decisions.filter(\.isKept).map { points[$0.point.id] }
  }
}
