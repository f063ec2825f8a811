import Backup
import Storage
import Units

/// The events of backups, snapshots and prunes in a running estate.
extension World {
  /// Starts to back up all volumes by a policy.
  public mutating func protect(with policy: BackupPolicy) { backups.add(policy, seed: seed, in: &events) }

  /// Starts to take snapshots of all volumes by a policy.
  public mutating func protect(with policy: SnapshotPolicy) { backups.add(policy, in: &events) }

  /// Stops new backups, snapshots and prunes while people recover services.
  public mutating func suspendProtection() { backups.suspend() }

  // MARK: Backup

  mutating func backupSlot(_ index: Int) {
    guard !backups.isSuspended else { return }
    let level = backups[agent: index].policy.consistency
    backups[agent: index].beginRun(
      of: volumes.map { level.image(of: $0) },
      through: volumes.indices.map { writesHeld(by: VolumeID($0), at: level) }, at: now)
    guard !volumes.contains(where: \.isLost) else {
      return backups.failRun(
        of: index, for: "a volume is lost", isVaultUncertain: false, in: &events)
    }
    let activity = backups[agent: index].activity(of: schedules, at: productionSite)
    let job = backups[agent: index].makeBackupJob(of: blueprint.volumes.map(\.name))
    let id = jobs.add(.backup(job, agent: index), activity)
    enterWindow(index, id)
    tell(id, .begin)
  }

  /// Returns the number of a volume's last write in a backup of this level.
  private func writesHeld(by volume: VolumeID, at consistency: ConsistencyLevel) -> Int {
    consistency == .crashConsistent ? ledger.acknowledgedWrites(of: volume) : volumes[volume].progress.issued
  }

  mutating func backupEnded(_ index: Int, _ outcome: BackupJob.Outcome) {
    switch outcome {
    case .acknowledged(let acknowledgement):
      let point = acknowledgement.point
      trace.record(at: now, kind: 3, entity: UInt32(index), amount: point.statistics.stored.bytes)
      backups.endRun(of: index, with: acknowledgement, in: &events)
      backups.pruneLog(at: now)
      sendOn(point, of: index)
    case .failed(let failure):
      let vault = blueprint.vaults[backups[agent: index].policy.vault].name
      backups.failRun(
        of: index, for: failure.reason(vault: vault), isVaultUncertain: true, in: &events)
    }
  }

  // MARK: Copies of the vault

  /// Starts the copy of a new point to the replica, now or when the point may leave.
  private mutating func sendOn(_ point: RecoveryPoint, of index: Int) {
    guard let departure = backups[agent: index].sendOn(point, at: now) else { return }
    if departure > now {
      events.schedule(.holdEnds(index), at: departure)
    } else {
      copyVault(of: index)
    }
  }

  mutating func holdEnds(_ index: Int) {
    if !backups.isSuspended { copyVault(of: index) }
  }

  mutating func replicaSlot(_ index: Int) {
    backups.scheduleNextCopy(of: index, in: &events)
    guard !backups.isSuspended, !backups[agent: index].points.isEmpty else { return }
    copyVault(of: index)
  }

  private mutating func copyVault(of index: Int) {
    guard let job = backups[agent: index].beginCopy(at: now) else { return }
    let policy = backups[agent: index].policy
    begin(
      .replicate(job, agent: index),
      Activity(vault: policy.vault, replica: policy.replica, site: site(of: policy.vault)))
  }

  mutating func replicationEnded(_ index: Int, _ outcome: ReplicateJob.Outcome) {
    if backups.endCopy(of: index, outcome, in: &events) { copyVault(of: index) }
  }

  // MARK: Prune

  mutating func pruneSlot(_ index: Int) {
    backups.scheduleNextPrune(of: index, in: &events)
    guard !backups.isSuspended else { return }
    let policy = backups[agent: index].policy
    if let replica = policy.replica, let job = backups[agent: index].beginPruneOfReplica(at: now) {
      begin(.prune(job, agent: index), Activity(vault: replica, site: site(of: replica)))
    }
    if let job = backups[agent: index].beginPrune(at: now) {
      begin(.prune(job, agent: index), Activity(vault: policy.vault, site: site(of: policy.vault)))
    }
  }

  mutating func pruneEnded(_ index: Int, in vault: VaultID?, _ outcome: PruneJob.Outcome) {
    if backups[agent: index].endPrune(of: vault, outcome) { backups.pruneLog(at: now) }
  }

  // MARK: Snapshots

  /// Takes the snapshot of a slot. Copy-on-write takes no time, and the snapshot holds the state that a power
  /// cut would leave.
  mutating func snapshotSlot(_ index: Int) {
    backups.scheduleNextSnapshot(of: index, in: &events)
    guard !backups.isSuspended else { return }
    backups.take(snapshotNow, by: index, schedules)
  }

  /// A snapshot of the present state.
  var snapshotNow: SnapshotPoint {
    SnapshotPoint(
      instant: now, images: volumes.map { $0.isLost ? nil : $0.disk.durable },
      writes: volumes.indices.map { ledger.acknowledgedWrites(of: VolumeID($0)) },
      changed: volumes.map { _ in nil })
  }

  // MARK: Sites

  /// The site of the backup's reader, which is the site of the first volume.
  private var productionSite: SiteID { blueprint.devices[volumes[0].device].site }

  func site(of vault: VaultID) -> SiteID { blueprint.devices[blueprint.vaults[vault].device].site }
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
