import Backup
import Simulation
import Storage
import Units

/// The protection of an estate by backups, snapshots and archived logs: the agents that make them, and the vaults.
///
/// Invariants: every agent, archive and vault keeps its own; suspended agents begin nothing; a restored service is one of
/// the blueprint's.
struct BackupService: Sendable {
  typealias Events = EventQueue<Happening>

  /// The executors of the backup policies, in the order of the policies.
  private(set) var agents: [BackupAgent] = []
  private(set) var snapshots: [SnapshotAgent] = []
  private(set) var logArchives: [LogArchive] = []
  private(set) var vaults: [VaultState]
  /// The volumes written by the last restore of each service.
  private var restored: [RestoredVolumes?]
  /// Whether no backup, snapshot or prune begins while people recover services.
  private(set) var isSuspended = false

  /// The key of a simulated vault. It protects nothing, but lets the engine do the work of a real one.
  ///
  /// All jobs share one key, because it keeps the keys that it derived for each job.
  static let masterKey = MasterKey(bytes: [UInt8](repeating: 0x5A, count: 32))

  /// The vaults of an estate, without agents.
  init(_ blueprint: Blueprint, scale: Scale, at start: Instant) {
    vaults = blueprint.vaults.map { VaultState(plan: $0, scale: scale, at: start) }
    restored = blueprint.services.map { _ in nil }
  }

  /// An agent, which is read and changed in place.
  subscript(agent index: Int) -> BackupAgent {
    @inline(__always) _read { yield agents.span[index] }
    @inline(__always) _modify { yield &agents[index] }
  }

  /// A log archive, which is read and changed in place.
  subscript(log index: Int) -> LogArchive {
    @inline(__always) _read { yield logArchives.span[index] }
    @inline(__always) _modify { yield &logArchives[index] }
  }

  /// A vault, which is read and changed in place.
  subscript(vault: VaultID) -> VaultState {
    @inline(__always) _read { yield vaults.span[vault.index] }
    @inline(__always) _modify { yield &vaults[vault.index] }
  }

  /// The volumes that the last restore of a service has written; `nil` without one.
  subscript(restored service: ServiceID) -> RestoredVolumes? {
    get { restored[service] }
    set { restored[service] = newValue }
  }

  // MARK: Policies

  /// Adds an agent for a policy, and schedules its first backup, prune and copy.
  mutating func add(_ policy: BackupPolicy, seed: UInt64, in events: inout Events) {
    let agent = BackupAgent(policy, index: agents.count, seed: seed, from: events.now)
    agents.append(agent)
    let (now, index) = (events.now, agent.index)
    schedule(.backupSlot(index), at: agent.schedule.slot(notBefore: now), in: &events)
    schedule(.pruneSlot(index), at: agent.pruneSchedule?.slot(notBefore: now), in: &events)
    schedule(.replicaSlot(index), at: agent.replicaSchedule?.slot(notBefore: now), in: &events)
  }

  /// Adds an agent that takes snapshots, and schedules its first one.
  mutating func add(_ policy: SnapshotPolicy, in events: inout Events) {
    let agent = SnapshotAgent(policy: policy, at: events.now)
    snapshots.append(agent)
    schedule(
      .snapshotSlot(snapshots.count - 1), at: agent.schedule.slot(notBefore: events.now), in: &events)
  }

  /// Adds the archive of a database's log.
  mutating func add(_ archive: LogArchive, in events: inout Events) {
    logArchives.append(archive)
    if case .segments(let interval) = archive.policy.mode {
      events.schedule(.logSwitch(logArchives.count - 1), at: events.now + interval)
    }
  }

  /// Stops new backups, snapshots and prunes.
  mutating func suspend() { isSuspended = true }

  private func schedule(_ event: Happening, at instant: Instant?, in events: inout Events) {
    if let instant { events.schedule(event, at: instant) }
  }

  // MARK: Backups

  /// Ends a backup with its point, and schedules the next one.
  mutating func endRun(of index: Int, with acknowledgement: Acknowledgement, in events: inout Events) {
    let next = agents[index].endRun(with: acknowledgement, at: events.now)
    schedule(.backupSlot(index), at: next, in: &events)
  }

  /// Ends a backup without a point, and schedules the next one.
  ///
  /// - Parameter isVaultUncertain: Whether the backup may have changed the vault.
  mutating func failRun(
    of index: Int, for reason: String, isVaultUncertain: Bool, in events: inout Events
  ) {
    let next = agents[index].failRun(for: reason, isVaultUncertain: isVaultUncertain, at: events.now)
    schedule(.backupSlot(index), at: next, in: &events)
  }

  mutating func scheduleNextPrune(of index: Int, in events: inout Events) {
    schedule(.pruneSlot(index), at: agents[index].pruneSchedule?.slot(after: events.now), in: &events)
  }

  mutating func scheduleNextCopy(of index: Int, in events: inout Events) {
    schedule(.replicaSlot(index), at: agents[index].replicaSchedule?.slot(after: events.now), in: &events)
  }

  // MARK: Copies of a vault

  /// Ends a copy of an agent's vault; returns whether points that came meanwhile need another.
  mutating func endCopy(
    of index: Int, _ outcome: ReplicateJob.Outcome, in events: inout Events
  ) -> Bool {
    let now = events.now
    agents[index].endCopy()
    guard case .replicated = outcome, let newest = agents[index].newestFreePoint(at: now) else {
      return false
    }
    guard let replica = agents[index].policy.replica else {
      preconditionFailure("only a vault with a replica is copied")
    }
    let vault = vaults[replica]
    if let courier = agents[index].policy.courier {
      if agents[index].ship(where: { vault.holds($0.id) }) {
        events.schedule(.shipmentArrives(index), at: now + courier.transit)
      }
    } else {
      agents[index].notePointsOfReplica { vault.holds($0.id) }
    }
    if agents[index].replica.points.contains(where: { $0.id == newest.id }) {
      agents[index].noteCopied(newest, at: now)
      return false
    }
    return !agents[index].replica.isUnderWay(newest.id) && agents[index].replicaSchedule == nil
  }

  /// Makes the points of the oldest shipment recovery points, unless the vault that expects them is lost.
  mutating func receiveShipment(of index: Int, at now: Instant) {
    guard let replica = agents[index].policy.replica else {
      preconditionFailure("a courier carries points to a replica")
    }
    agents[index].receiveShipment(isLost: vaults[replica].isLost, at: now)
  }

  /// Returns the courier of a vault that no network reaches; `nil` for a vault on the network.
  func courier(of vault: VaultID) -> Courier? {
    // Asked at every request: the agents are looked at where they stand, not in copies.
    for index in agents.indices where agents[index].policy.courier != nil {
      if agents[index].policy.replica == vault { return agents[index].policy.courier }
    }
    return nil
  }

  // MARK: Snapshots

  /// The number of snapshots taken so far, kept or not.
  var snapshotsTaken: Int { snapshots.reduce(0) { $0 + $1.taken } }

  /// Schedules the next snapshot of an agent.
  mutating func scheduleNextSnapshot(of index: Int, in events: inout Events) {
    schedule(.snapshotSlot(index), at: snapshots[index].schedule.slot(after: events.now), in: &events)
  }

  /// Takes a snapshot and drops those that the policy no longer keeps.
  mutating func take(_ point: SnapshotPoint, by index: Int, _ schedules: [WorkloadSchedule]) {
    snapshots[index].take(point, schedules)
  }

  // MARK: Archived logs

  /// Returns the archive of a database's log.
  func logArchive(of id: DatabaseID) -> Int? { logArchives.firstIndex { $0.database == id } }

  /// Whether an archive takes new records.
  func isArchiving(_ index: Int) -> Bool { logArchives[index].end == nil && !isSuspended }

  /// Closes the open segment of an archive for its age, and schedules the next time.
  ///
  /// - Returns: `false` for an archive that takes no more.
  mutating func switchLog(of index: Int, in events: inout Events) -> Bool {
    guard isArchiving(index), case .segments(let interval) = logArchives[index].policy.mode else {
      return false
    }
    events.schedule(.logSwitch(index), at: events.now + interval)
    logArchives[index].closeForAge(at: events.now)
    return true
  }

  /// Returns the size of the next segment to send, which counts as under way; `nil` without one.
  mutating func beginSending(_ index: Int) -> ByteCount? {
    isArchiving(index) ? logArchives[index].beginSending() : nil
  }

  /// Puts the segment that has arrived into its vault; returns `false` when the vault is lost or full.
  mutating func storeSegment(of index: Int, at now: Instant) -> Bool {
    let (policy, pending) = (logArchives[index].policy, logArchives[index].segmentUnderWay)
    guard !vaults[policy.vault].isLost else { return false }
    let operation = VaultOperation.put(
      logArchives[index].key(of: pending.number), pending.segment.bytes, if: .absent,
      lockedUntil: policy.lock.map { now + $0 })
    do throws(StorageError) {
      try vaults[policy.vault].store(
        operation, as: logArchives[index].objects(for: pending.size), nominalSize: pending.size, at: now)
    } catch {
      return false
    }
    logArchives[index].noteStored(at: now)
    return true
  }

  /// Ends archives of databases that have stopped. What is on its way may still arrive.
  mutating func endLogArchives(of stopped: [DatabaseID], at now: Instant) {
    for index in logArchives.indices where stopped.contains(logArchives[index].database) {
      logArchives[index].end(at: now)
    }
  }

  /// Deletes the log that is older than every kept base. Without a base, all of it is kept.
  mutating func pruneLog(at now: Instant) {
    let bases =
      agents.compactMap(\.points.first?.instant) + agents.compactMap(\.replica.points.first?.instant)
      + snapshots.compactMap(\.points.first?.instant)
    guard !isSuspended, let oldest = bases.min() else { return }
    for index in logArchives.indices {
      let vault = logArchives[index].policy.vault
      guard !vaults[vault].isLost else { continue }
      let old = logArchives[index].stored.prefix { $0.closed < oldest }
      let deleted = vaults[vault].delete(
        old.map { ($0.key, logArchives[index].objects(for: $0.size)) }, at: now)
      if !deleted.isEmpty { logArchives[index].removeStored { deleted.contains($0.key) } }
    }
  }

  // MARK: Losses

  /// Deletes everything unlocked in some vaults, like an attacker with their credentials.
  mutating func empty(_ opened: [VaultID], at now: Instant) {
    for vault in opened { vaults[vault].deleteAll(at: now) }
  }

  /// Deletes the snapshots that credentials open.
  mutating func deleteSnapshots(openedBy credentials: String) {
    for index in snapshots.indices where snapshots[index].policy.credentials == credentials {
      snapshots[index].deleteAll()
    }
  }

  /// Destroys the media that were fetched to a site.
  mutating func loseMedia(at site: SiteID) {
    for index in vaults.indices where vaults[index].media?.site == site { vaults[index].lose() }
  }

  /// Destroys the snapshots of volumes on a device.
  mutating func loseSnapshots(on device: DeviceID, of volumes: [VolumeState]) {
    for index in snapshots.indices { snapshots[index].lose(volumesOn: device, in: volumes) }
  }

  // MARK: Invariants

  /// Traps unless the agents, the archives and the vaults are in order, and agree with the running jobs.
  ///
  /// - Parameter isThorough: Whether all objects of the vaults are counted.
  func checkInvariants(_ census: RunningJobs.Census, at now: Instant, isThorough: Bool) {
    for vault in vaults { vault.checkInvariants(at: now, isThorough: isThorough) }
    for agent in agents {
      agent.checkInvariants(at: now)
      check(agent, census)
    }
    for agent in snapshots { agent.checkInvariants(at: now) }
    for archive in logArchives { archive.checkInvariants(at: now) }
    precondition(
      Set(logArchives.map(\.database)).count == logArchives.count, "a database has one archive of its log")
  }

  private func check(_ agent: BackupAgent, _ census: RunningJobs.Census) {
    let running = census.backups.filter { $0.value == agent.index }.map(\.key)
    precondition(running == [agent.activity].compactMap { $0 }, "an agent knows its running backup")
    precondition(
      census.copies.count { $0 == agent.index } == (agent.isReplicating ? 1 : 0),
      "an agent knows whether it copies its vault")
    let prunes = census.prunes.filter { $0.agent == agent.index }.map(\.vault)
    precondition(
      prunes.count { $0 == agent.policy.vault } == (agent.isPruning ? 1 : 0),
      "an agent knows whether it prunes its vault")
    precondition(
      prunes.count { $0 != agent.policy.vault } == (agent.replica.isPruning ? 1 : 0),
      "an agent knows whether it prunes its replica")
  }
}
