import Backup
import Retention
import Schedules
import Storage
import Units

/// The executor of one backup policy in a running estate, with its state.
///
/// Invariants: it runs one backup, one copy of the vault and one prune of each vault at a time; the points of a vault are in
/// order, each once; a remembered backup has an image and a last write of every volume.
struct BackupAgent: Sendable {
  /// The place of the agent among all agents.
  let index: Int
  let policy: BackupPolicy
  let schedule: BackupSchedule
  let pruneSchedule: BackupSchedule?
  let replicaSchedule: BackupSchedule?
  /// The seed of the run, from which every job draws its salt.
  private let seed: UInt64
  /// The acknowledged points that are not pruned, oldest first.
  private(set) var points: [RecoveryPoint] = []
  /// The engine's memory of the last backup; `nil` when the next backup must look for itself.
  private var memory: AgentMemory?
  /// The images of the last backup, and the last write in each of them, by volume.
  private var lastImages: [PagedImage] = []
  private var lastWrites: [Int] = []
  private var run: RunningBackup?
  private(set) var isReplicating = false
  private(set) var isPruning = false
  private(set) var replica = ReplicaState()
  /// The number of jobs begun, of which each has its own salt.
  private var jobs: UInt32 = 0
  private(set) var record = AgentRecord()

  init(_ policy: BackupPolicy, index: Int, seed: UInt64, from start: Instant) {
    self.policy = policy
    self.index = index
    self.seed = seed
    schedule = BackupSchedule(policy.schedule, from: start)
    pruneSchedule = policy.prune.map { BackupSchedule($0, from: start) }
    replicaSchedule = policy.replicaSchedule.map { BackupSchedule($0, from: start) }
  }

  /// The job of the running backup; `nil` while none runs or before its job has begun.
  var activity: ActivityID? { run?.activity }

  // MARK: Backup

  /// Begins the run of a slot with the volumes as the backup will hold them.
  ///
  /// - Parameter writes: The last write in each image.
  mutating func beginRun(of images: [PagedImage], through writes: [Int], at slot: Instant) {
    precondition(run == nil, "an agent runs one backup at a time")
    run = RunningBackup(slot: slot, images: images, writes: writes)
  }

  /// Returns the job of the run that has begun, over volumes with these names.
  mutating func makeBackupJob(of names: [String]) -> BackupJob {
    let run = runUnderWay
    let streams = run.images.enumerated().map { place, image in
      SourceStream(
        StreamDescription(
          name: names[place], kind: .volume, length: image.size, chunking: policy.chunking),
        changed: memory == nil
          ? nil : Extent.extents(ofPages: image.pagesChanged(since: lastImages[place])))
    }
    return BackupJob(
      Snapshot(instant: run.slot, consistency: policy.consistency, streams: streams),
      key: BackupService.masterKey, memory: memory, lockedUntil: policy.lock.map { run.slot + $0 },
      salt: nextSalt(), options: policy.jobOptions)
  }

  /// Returns the state of the run's job at a site before it begins.
  func activity(of schedules: [WorkloadSchedule], at site: SiteID) -> Activity {
    let run = runUnderWay
    return Activity(
      vault: policy.vault, site: site,
      streams: run.images.enumerated().map {
        policy.consistency == .inconsistent ? .live(VolumeID($0)) : .snapshot(VolumeID($0), $1)
      },
      share: memory == nil ? .one : changedShare(through: run.writes, of: schedules))
  }

  /// Returns the changed share of the changed blocks at full size. The share is below one where a page of the
  /// run was partly written.
  private func changedShare(through writes: [Int], of schedules: [WorkloadSchedule]) -> Ratio {
    guard lastWrites.count == writes.count else { return .one }
    let blockPages = max(1, policy.chunking.usualSize / PagedImage.pageSize)
    var (changed, whole) = (ByteCount.zero, Int64(0))
    for (index, schedule) in schedules.enumerated() where lastWrites[index] < writes[index] {
      let change = schedule.changedSize(
        byWrites: (lastWrites[index] + 1)..<(writes[index] + 1), blockPages: blockPages)
      changed += change.size
      whole += schedule.wholePage * Int64(change.blocks * blockPages)
    }
    guard whole > 0 else { return .one }
    return Ratio(billionths: Int64(Int128(changed.bytes) * 1_000_000_000 / Int128(whole)))
  }

  /// Notes the job of the run.
  mutating func beginJob(_ id: ActivityID) {
    precondition(run != nil && run?.activity == nil, "a run has one job")
    run?.activity = id
  }

  /// Counts a run that did not end in its first window.
  mutating func continueRun() {
    if !runUnderWay.isContinued { record.continued += 1 }
    run?.isContinued = true
  }

  /// Ends the run with its point, and returns the next slot; `nil` when no slot follows.
  mutating func endRun(with acknowledgement: Acknowledgement, at now: Instant) -> Instant? {
    let run = runUnderWay
    memory = acknowledgement.memory
    (lastImages, lastWrites) = (run.images, run.writes)
    points.append(acknowledgement.point)
    record.taken += 1
    record.note(now - run.slot)
    return endRun(at: now)
  }

  /// Ends the run without a point, and returns the next slot; `nil` when no slot follows.
  ///
  /// - Parameter isVaultUncertain: Whether the run may have changed the vault, so that the next one looks for itself.
  mutating func failRun(for reason: String, isVaultUncertain: Bool, at now: Instant) -> Instant? {
    if isVaultUncertain { memory = nil }
    record.note(failure: reason)
    return endRun(at: now)
  }

  private mutating func endRun(at now: Instant) -> Instant? {
    let slot = runUnderWay.slot
    run = nil
    guard let next = schedule.slot(afterRunOf: slot, endingAt: now) else { return nil }
    var swallowed = schedule.slot(after: slot)
    while let slot = swallowed, slot < next {
      record.swallowed += 1
      swallowed = schedule.slot(after: slot)
    }
    return next
  }

  private var runUnderWay: RunningBackup {
    guard let run else { preconditionFailure("a run ends once") }
    return run
  }

  // MARK: Copies of the vault

  /// Returns the instant at which the copy of a new point starts; `nil` where no copy follows a backup.
  mutating func sendOn(_ point: RecoveryPoint, at now: Instant) -> Instant? {
    guard policy.replica != nil else { return nil }
    if policy.hold > .zero { replica.hold(point.id, until: now + policy.hold) }
    return replicaSchedule == nil ? now + policy.hold : nil
  }

  /// Begins to copy the vault; returns `nil` without a replica and while a copy is under way.
  mutating func beginCopy(at now: Instant) -> ReplicateJob? {
    guard policy.replica != nil, !isReplicating else { return nil }
    isReplicating = true
    return ReplicateJob(
      key: BackupService.masterKey, excluding: replica.expired + replica.heldPoints(at: now),
      lockedUntil: policy.lock.map { now + $0 }, salt: nextSalt(), options: policy.jobOptions)
  }

  /// Ends a copy of the vault.
  mutating func endCopy() {
    precondition(isReplicating, "a copy of a vault ends once")
    isReplicating = false
  }

  /// Returns the newest point that may leave the vault; `nil` without one.
  mutating func newestFreePoint(at now: Instant) -> RecoveryPoint? {
    let held = replica.heldPoints(at: now)
    return points.last { !held.contains($0.id) }
  }

  /// Adds points of the vault to those of the replica.
  ///
  /// - Parameter isStored: Whether the replica holds a point.
  mutating func notePointsOfReplica(where isStored: (RecoveryPoint) -> Bool) {
    let known = Set(replica.points.map(\.id))
    replica.add(points.filter { !known.contains($0.id) && isStored($0) })
  }

  /// Sends off the media with the points that a copy has written; returns whether there are any.
  ///
  /// - Parameter isWritten: Whether the media hold a point.
  mutating func ship(where isWritten: (RecoveryPoint) -> Bool) -> Bool {
    replica.ship(points.filter { !replica.isKnown($0.id) && isWritten($0) })
  }

  /// Ends the way of the oldest shipment.
  ///
  /// - Parameter isLost: Whether the vault that expects the media is lost.
  mutating func receiveShipment(isLost: Bool, at now: Instant) {
    let shipment = replica.takeShipment()
    if isLost { return }
    replica.add(shipment.points, arrivingAt: now)
    if let newest = shipment.points.map(\.instant).max() { record.note(now - newest) }
  }

  /// Notes the time from a backup's slot to the end of its copy.
  mutating func noteCopied(_ point: RecoveryPoint, at now: Instant) { record.note(now - point.instant) }

  // MARK: Prune

  /// Begins to prune the vault; returns `nil` while a prune is under way.
  mutating func beginPrune(at now: Instant) -> PruneJob? {
    if isPruning { return nil }
    isPruning = true
    return pruneJob(expiring: expired(policy.retention, among: points, at: now))
  }

  /// Begins to prune the replica by its own retention; returns `nil` for an empty one and during a prune.
  mutating func beginPruneOfReplica(at now: Instant) -> PruneJob? {
    guard policy.replica != nil, !replica.isPruning, !replica.points.isEmpty else { return nil }
    replica.beginPrune()
    let retention = policy.replicaRetention ?? policy.retention
    return pruneJob(expiring: expired(retention, among: replica.points, at: now))
  }

  private mutating func pruneJob(expiring expired: [PointID]) -> PruneJob {
    PruneJob(
      expiring: expired, grace: policy.pruneGrace, key: BackupService.masterKey, salt: nextSalt(),
      options: policy.jobOptions)
  }

  private func expired(
    _ retention: RetentionPolicy, among points: [RecoveryPoint], at now: Instant
  ) -> [PointID] {
    retention.decide(
      on: points.map { RetentionPoint(id: $0.id, instant: $0.instant, lockedUntil: $0.lockedUntil) },
      at: now, in: schedule.timetable.zone
    ).filter { !$0.isKept }.map(\.point.id)
  }

  /// Ends a prune of the agent's vault or of its replica; returns whether it removed the expired points.
  mutating func endPrune(of vault: VaultID?, _ outcome: PruneJob.Outcome) -> Bool {
    var removed: [PointID]?
    if case .pruned(let report) = outcome { removed = report.expired }
    if vault != policy.vault {
      replica.endPrune(of: removed, keepingNamesOf: points.map(\.id))
    } else {
      precondition(isPruning, "a prune ends once")
      isPruning = false
      if let removed { points.removeAll { removed.contains($0.id) } }
    }
    return removed != nil
  }

  private mutating func nextSalt() -> JobSalt {
    jobs += 1
    var stream = RandomStream(seed: seed, stream: "job salts", entity: UInt32(index), index: jobs)
    return JobSalt(using: &stream)
  }

  // MARK: Invariants

  /// Traps unless the points are in order, each once, and none is of the future.
  func checkInvariants(at now: Instant) {
    for points in [points, replica.points] {
      precondition(
        zip(points, points.dropFirst()).allSatisfy { $0.instant <= $1.instant },
        "points are in the order of their instants")
      precondition(Set(points.map(\.id)).count == points.count, "an agent knows a point once")
      precondition(points.last.map { $0.instant <= now } ?? true, "no point is of the future")
    }
    precondition(
      lastImages.count == lastWrites.count, "a backup has an image and a last write of every volume")
    precondition(memory == nil || !lastImages.isEmpty, "an agent remembers a backup with its images")
    precondition(run.map { $0.slot <= now } ?? true, "a backup runs after its slot")
    precondition(policy.replica != nil || replica.isEmpty, "only a vault with a replica sends points on")
    replica.checkInvariants(at: now)
  }
}

/// A running backup.
private struct RunningBackup: Sendable {
  let slot: Instant
  let images: [PagedImage]
  /// The last write in the images, by volume.
  let writes: [Int]
  var activity: ActivityID?
  /// Whether the backup did not end in its first window.
  var isContinued = false
}

/// The results of an agent so far.
struct AgentRecord: Hashable, Sendable {
  var taken = 0
  /// The backups that went on after their first window.
  var continued = 0
  var swallowed = 0
  /// The longest time from a snapshot to the acknowledgement or, with a replica, to the end of the copy.
  var longest: Duration?
  /// The reasons of failed runs, in the order of first occurrence.
  var failures: [CountedReason] = []

  /// The number of failed runs.
  var failed: Int { failures.reduce(0) { $0 + $1.count } }

  mutating func note(failure reason: String) { failures.count(reason) }

  mutating func note(_ duration: Duration) { longest = max(longest ?? duration, duration) }
}

extension BackupPolicy {
  /// The sizes of the engine's transfers at the scale of the run. Small transfers let reading, computing and
  /// storing overlap as at full size.
  fileprivate var jobOptions: JobOptions {
    var options = JobOptions()
    options.looksForPacks = false  // A vault of the world loses all of its packs or none.
    options.packSize = 256 << 10
    options.transferSize = max(128 << 10, chunking.usualSize)
    options.gapMaximum = 16 << 10
    options.compressionLevel = Int32(compressionLevel)
    // A backup that pauses between windows keeps its claim on the vault.
    if window != nil { options.lease = .days(60) }
    return options
  }
}
