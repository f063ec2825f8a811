import Backup
import Retention
import Schedules
import Storage
import Units

/// The executor of one backup policy in a running estate, with its state.
struct BackupAgent: Sendable {
  let policy: BackupPolicy
  let schedule: BackupSchedule
  let pruneSchedule: BackupSchedule?
  /// The acknowledged points that are not pruned, oldest first.
  var points: [RecoveryPoint] = []
  /// The engine's memory of the last backup, and the images of that backup.
  var memory: AgentMemory?
  var lastImages: [PagedImage] = []
  /// The last write in those images, by volume.
  var lastWrites: [Int] = []
  var run: RunningBackup?
  var isReplicating = false
  var isPruning = false
  let replicaSchedule: BackupSchedule?
  var replica = ReplicaState()
  /// The number of jobs begun, of which each has its own salt.
  var jobs: UInt32 = 0
  var record = AgentRecord()
}

/// A running backup.
struct RunningBackup: Sendable {
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
  var failed = 0
  var swallowed = 0
  /// The backups that went on after their first window.
  var continued = 0
  /// The longest time from a snapshot to the acknowledgement or, with a replica, to the end of the copy.
  var longest: Duration?

  /// The reasons of failed runs, in the order of first occurrence.
  var failures: [CountedReason] = []

  mutating func note(failure reason: String) { failures.count(reason) }

  mutating func note(_ duration: Duration) { longest = max(longest ?? duration, duration) }
}

extension World {
  /// Starts to back up all volumes by a policy.
  public mutating func protect(with policy: BackupPolicy) {
    let index = backupAgents.count
    let agent = BackupAgent(
      policy: policy, schedule: BackupSchedule(policy.schedule, from: now),
      pruneSchedule: policy.prune.map { BackupSchedule($0, from: now) },
      replicaSchedule: policy.replicaSchedule.map { BackupSchedule($0, from: now) })
    backupAgents.append(agent)
    if let first = agent.schedule.slot(notBefore: now) { events.schedule(.backupSlot(index), at: first) }
    if let first = agent.pruneSchedule?.slot(notBefore: now) { events.schedule(.pruneSlot(index), at: first) }
    scheduleReplica(index, .first)
  }

  /// Stops new backups, snapshots and prunes while people recover services.
  public mutating func suspendProtection() { protectionIsSuspended = true }

  // MARK: Backup

  mutating func backupSlot(_ index: Int) {
    guard !protectionIsSuspended else { return }
    let images = volumes.map { backupAgents[index].policy.consistency.image(of: $0) }
    let writes = volumes.indices.map {
      writesHeld(by: VolumeID($0), at: backupAgents[index].policy.consistency)
    }
    backupAgents[index].run = RunningBackup(slot: now, images: images, writes: writes)
    guard !volumes.contains(where: \.isLost) else {
      backupAgents[index].record.note(failure: "a volume is lost")
      return endRun(of: index, succeeded: false)
    }
    let agent = backupAgents[index]
    let chunking = agent.policy.chunking
    let streams = images.enumerated().map { place, image in
      SourceStream(
        StreamDescription(
          name: blueprint.volumes[place].name, kind: .volume, length: image.size, chunking: chunking),
        changed: agent.memory == nil
          ? nil : Extent.extents(ofPages: image.pagesChanged(since: agent.lastImages[place])))
    }
    let job = BackupJob(
      Snapshot(instant: now, consistency: agent.policy.consistency, streams: streams), key: masterKey,
      memory: agent.memory, lockedUntil: agent.policy.lock.map { now + $0 }, salt: nextSalt(index),
      options: options(for: agent.policy))
    let id = jobs.add(
      .backup(job, agent: index),
      Activity(
        vault: agent.policy.vault, site: productionSite,
        streams: images.enumerated().map {
          agent.policy.consistency == .inconsistent ? .live(VolumeID($0)) : .snapshot(VolumeID($0), $1)
        },
        share: agent.memory == nil ? .one : changedShare(since: agent, through: writes)))
    enterWindow(index, id)
    tell(id, .begin)
  }

  /// Returns the number of a volume's last write in a backup of this level.
  private func writesHeld(by volume: VolumeID, at consistency: ConsistencyLevel) -> Int {
    consistency == .crashConsistent ? ledger.acknowledgedWrites(of: volume) : volumes[volume].issued
  }

  /// Returns the changed share of the changed blocks at full size. The share is below one where a page of the
  /// run was partly written.
  private func changedShare(since agent: BackupAgent, through writes: [Int]) -> Ratio {
    guard agent.lastWrites.count == writes.count else { return .one }
    let blockPages = max(1, agent.policy.chunking.usualSize / PagedImage.pageSize)
    var (changed, whole) = (ByteCount.zero, Int64(0))
    for (index, schedule) in schedules.enumerated() where agent.lastWrites[index] < writes[index] {
      let change = schedule.changedSize(
        byWrites: (agent.lastWrites[index] + 1)..<(writes[index] + 1), blockPages: blockPages)
      changed += change.size
      whole += schedule.wholePage * Int64(change.blocks * blockPages)
    }
    guard whole > 0 else { return .one }
    return Ratio(billionths: Int64(Int128(changed.bytes) * 1_000_000_000 / Int128(whole)))
  }

  mutating func backupEnded(_ index: Int, _ outcome: BackupJob.Outcome) {
    switch outcome {
    case .acknowledged(let acknowledgement):
      backupAgents[index].memory = acknowledgement.memory
      backupAgents[index].lastImages = backupAgents[index].run?.images ?? []
      backupAgents[index].lastWrites = backupAgents[index].run?.writes ?? []
      backupAgents[index].points.append(acknowledgement.point)
      trace.record(
        at: now, kind: 3, entity: UInt32(index), amount: acknowledgement.point.statistics.stored.bytes)
      endRun(of: index, succeeded: true)
      pruneLog()
      sendOn(acknowledgement.point, of: index)
    case .failed(let failure):
      // The vault's contents are uncertain: the next backup looks for itself.
      backupAgents[index].memory = nil
      let vault = blueprint.vaults[backupAgents[index].policy.vault].name
      backupAgents[index].record.note(failure: failure.reason(vault: vault))
      endRun(of: index, succeeded: false)
    }
  }

  mutating func endRun(of index: Int, succeeded: Bool) {
    guard let run = backupAgents[index].run else { return }
    backupAgents[index].run = nil
    if succeeded {
      backupAgents[index].record.taken += 1
      backupAgents[index].record.note(now - run.slot)
    } else {
      backupAgents[index].record.failed += 1
    }
    let schedule = backupAgents[index].schedule
    guard let next = schedule.slot(afterRunOf: run.slot, endingAt: now) else { return }
    var swallowed = schedule.slot(after: run.slot)
    while let slot = swallowed, slot < next {
      backupAgents[index].record.swallowed += 1
      swallowed = schedule.slot(after: slot)
    }
    events.schedule(.backupSlot(index), at: next)
  }

  // MARK: Replication of the vault

  mutating func replicate(_ index: Int) {
    let policy = backupAgents[index].policy
    guard let replica = policy.replica, !backupAgents[index].isReplicating else { return }
    backupAgents[index].isReplicating = true
    let job = ReplicateJob(
      key: masterKey, excluding: backupAgents[index].replica.expired + heldPoints(index),
      lockedUntil: policy.lock.map { now + $0 }, salt: nextSalt(index),
      options: options(for: policy))
    begin(
      .replicate(job, agent: index),
      Activity(
        vault: policy.vault,
        replica: replica, site: site(of: policy.vault)))
  }

  mutating func replicationEnded(_ index: Int, _ outcome: ReplicateJob.Outcome) {
    backupAgents[index].isReplicating = false
    guard case .replicated = outcome else { return }
    let held = heldPoints(index)
    guard let newest = backupAgents[index].points.last(where: { !held.contains($0.id) }) else { return }
    if let courier = backupAgents[index].policy.courier {
      ship(index, with: courier)
    } else {
      notePointsOfReplica(index)
    }
    if backupAgents[index].replica.points.contains(where: { $0.id == newest.id }) {
      backupAgents[index].record.note(now - newest.instant)
    } else if backupAgents[index].replica.isUnderWay(newest.id) {
      return
    } else if backupAgents[index].replicaSchedule == nil {
      replicate(index)
    }
  }

  // MARK: Prune

  mutating func pruneSlot(_ index: Int) {
    if let next = backupAgents[index].pruneSchedule?.slot(after: now) {
      events.schedule(.pruneSlot(index), at: next)
    }
    guard !protectionIsSuspended else { return }
    pruneReplica(index)
    guard !backupAgents[index].isPruning else { return }
    let agent = backupAgents[index]
    backupAgents[index].isPruning = true
    prune(index, agent.policy.vault, expired: expired(agent.policy.retention, among: agent.points, of: agent))
  }

  func expired(
    _ retention: RetentionPolicy, among points: [RecoveryPoint], of agent: BackupAgent
  ) -> [PointID] {
    retention.decide(
      on: points.map { RetentionPoint(id: $0.id, instant: $0.instant, lockedUntil: $0.lockedUntil) },
      at: now, in: agent.schedule.timetable.zone
    ).filter { !$0.isKept }.map(\.point.id)
  }

  mutating func prune(_ index: Int, _ vault: VaultID, expired: [PointID]) {
    let policy = backupAgents[index].policy
    let job = PruneJob(
      expiring: expired, grace: policy.pruneGrace, key: masterKey, salt: nextSalt(index),
      options: options(for: policy))
    begin(.prune(job, agent: index), Activity(vault: vault, site: site(of: vault)))
  }

  mutating func pruneEnded(_ index: Int, in vault: VaultID?, _ outcome: PruneJob.Outcome) {
    if vault != backupAgents[index].policy.vault { return pruneOfReplicaEnded(index, outcome) }
    backupAgents[index].isPruning = false
    guard case .pruned(let report) = outcome else { return }
    backupAgents[index].points.removeAll { report.expired.contains($0.id) }
    pruneLog()
  }

  // MARK: Particulars

  mutating func nextSalt(_ index: Int) -> JobSalt {
    backupAgents[index].jobs += 1
    var stream = RandomStream(
      seed: seed, stream: "job salts", entity: UInt32(index), index: backupAgents[index].jobs)
    return JobSalt(using: &stream)
  }

  /// Returns the sizes of the engine's transfers at the scale of the run. Small transfers let reading,
  /// computing and storing overlap as at full size.
  func options(for policy: BackupPolicy) -> JobOptions {
    var options = JobOptions()
    options.looksForPacks = false  // A vault of the world loses all of its packs or none.
    options.packSize = 256 << 10
    options.transferSize = max(128 << 10, policy.chunking.usualSize)
    options.gapMaximum = 16 << 10
    options.compressionLevel = Int32(policy.compressionLevel)
    // A backup that pauses between windows keeps its claim on the vault.
    if policy.window != nil { options.lease = .days(60) }
    return options
  }

  /// The site of the backup's reader, which is the site of the first volume.
  private var productionSite: SiteID { blueprint.devices[volumes[0].device].site }

  func site(of vault: VaultID) -> SiteID { blueprint.devices[blueprint.vaults[vault].device].site }

  /// The key of a simulated vault. It protects nothing, but lets the engine do the work of a real one.
  ///
  /// All jobs share one key, because it keeps the keys that it derived for each job.
  var masterKey: MasterKey { Self.sharedMasterKey }
  private static let sharedMasterKey = MasterKey(bytes: [UInt8](repeating: 0x5A, count: 32))
}

extension ConsistencyLevel {
  /// Returns the image of a volume that a backup of this level would copy now.
  fileprivate func image(of volume: VolumeState) -> PagedImage {
    switch self {
    case .crashConsistent: volume.disk.durable
    // The application writes down everything it holds before the snapshot is taken.
    case .applicationConsistent, .inconsistent: volume.disk.image
    }
  }
}

/// A reason in words, with the number of times that it applied.
public struct CountedReason: Codable, Hashable, Sendable {
  public let reason: String
  public var count: Int

  public init(reason: String, count: Int) {
    self.reason = reason
    self.count = count
  }
}

extension [CountedReason] {
  /// Counts a reason; a new one is appended.
  public mutating func count(_ reason: String, times: Int = 1) {
    if let place = firstIndex(where: { $0.reason == reason }) {
      self[place].count += times
    } else {
      append(CountedReason(reason: reason, count: times))
    }
  }
}

extension JobFailure {
  /// Returns the failure of a job in words that name the vault and no object in it.
  fileprivate func reason(vault: String) -> String {
    guard case .storage(let error) = self else { return "vault \(vault): \(self)" }
    switch error.kind {
    case .full: return "vault \(vault) is full"
    case .unavailable: return "vault \(vault), a device or a link did not answer"
    case .locked: return "an object of vault \(vault) is locked"
    case .damaged: return "vault \(vault) is damaged"
    case .notFound: return "an object is missing in vault \(vault)"
    case .conditionFailed: return "another job was writing to vault \(vault)"
    case .invalid: return "a request to vault \(vault) was not valid"
    }
  }
}

/// The results of a world's protection so far.
public struct ProtectionRecord: Hashable, Sendable {
  public var snapshotsTaken = 0
  public var backupsTaken = 0
  public var slotsSwallowed = 0
  public var backupsFailed = 0
  /// The backups that went on after their first window; `nil` without windows.
  public var backupsContinued: Int?
  public var longestBackup: Duration?
  /// The reasons of failed backups; their counts add up to `backupsFailed`.
  public var failures: [CountedReason] = []
  /// The size of the vaults at full size.
  public var vaultBytes = ByteCount.zero
}

extension World {
  /// The results since the start of the run.
  public var protectionRecord: ProtectionRecord {
    var sum = ProtectionRecord()
    sum.snapshotsTaken = snapshotAgents.reduce(0) { $0 + $1.taken }
    for agent in backupAgents {
      sum.backupsTaken += agent.record.taken
      sum.slotsSwallowed += agent.record.swallowed
      sum.backupsFailed += agent.record.failed
      if agent.policy.window != nil {
        sum.backupsContinued = (sum.backupsContinued ?? 0) + agent.record.continued
      }
      for failure in agent.record.failures { sum.failures.count(failure.reason, times: failure.count) }
      sum.longestBackup = [sum.longestBackup, agent.record.longest].compactMap { $0 }.max()
    }
    sum.vaultBytes = vaults.reduce(.zero) { $0 + $1.storedBytes }
    return sum
  }
}
