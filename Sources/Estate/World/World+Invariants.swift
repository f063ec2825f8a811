import Units

/// The relations that hold after every event, whatever a disaster does to the estate. Each part checks its own state,
/// and the world what relates two parts.
extension World {
  /// Every so many checks include those that count a whole vault.
  private static let thoroughInterval: UInt64 = 64

  /// Traps with a reason unless the state is one that events can lead to.
  public func checkInvariants() {
    infrastructure.checkInvariants(events)
    premises.checkInvariants(at: now)
    productionWatch.checkInvariants(at: now)
    ledger.checkInvariants(at: now)
    for index in vaults.indices {
      vaults[index].checkInvariants(
        at: now, isThorough: checks.isMultiple(of: Self.thoroughInterval))
    }
    checkVolumes()
    checkAgents()
    for index in pairs.indices { check(PairID(index)) }
  }

  // MARK: Volumes

  private func checkVolumes() {
    for id in volumes.indices.map(VolumeID.init) {
      let volume = volumes[id]
      precondition(volume.flushing <= volume.issued, "only issued writes are flushed")
      precondition(volume.turnedAway >= 0, "writes that were turned away are counted")
      if volume.database == nil {
        precondition(
          ledger.acknowledgedWrites(of: id) <= volume.issued, "only issued writes are acknowledged")
      }
      for copy in volume.copies {
        precondition(pairs[copy.pair].volumes[copy.place] == id, "a volume knows its place in a group")
      }
      precondition(
        (volume.sharing == nil) == (ledger.twoSites[id] == nil), "the ledger knows who serves a volume")
    }
  }

  // MARK: Agents

  private func checkAgents() {
    let census = jobs.checkInvariants()
    for (index, agent) in backupAgents.enumerated() {
      agent.checkInvariants(at: now)
      let running = census.backups.filter { $0.value == index }.map(\.key)
      precondition(
        running == [agent.run?.activity].compactMap { $0 }, "an agent knows its running backup")
      precondition(
        census.copies.count { $0 == index } == (agent.isReplicating ? 1 : 0),
        "an agent knows whether it copies its vault")
      let prunes = census.prunes.filter { $0.agent == index }.map(\.vault)
      precondition(
        prunes.count { $0 == agent.policy.vault } == (agent.isPruning ? 1 : 0),
        "an agent knows whether it prunes its vault")
      precondition(
        prunes.count { $0 != agent.policy.vault } == (agent.replica.isPruning ? 1 : 0),
        "an agent knows whether it prunes its replica")
    }
    for agent in snapshotAgents {
      precondition(
        zip(agent.points, agent.points.dropFirst()).allSatisfy { $0.instant < $1.instant },
        "snapshots are in the order of their instants")
    }
  }

  // MARK: Replication

  private func check(_ id: PairID) {
    pairs.withUnsafeBufferPointer { pairs in pairs[id.index].checkInvariants(events) }
    let pair = pairs[id]
    for fed in pair.cascade.feeds {
      precondition(pairs[fed].cascade.feeder == id, "the copies of a cascade know each other")
    }
    // An old primary that still serves is isolated, and its clients' writes reach it by their volumes.
    if !pair.isActive, pair.nodes[pair.standing].engine?.isSource == true {
      precondition(
        pair.volumes.allSatisfy { volumes[$0].leftCopy?.pair == id },
        "of two primaries the older one is known to be left")
    }
  }
}

extension BackupAgent {
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
  }
}
