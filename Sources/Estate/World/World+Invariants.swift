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
    backups.checkInvariants(
      jobs.checkInvariants(), at: now, isThorough: checks.isMultiple(of: Self.thoroughInterval))
    checkVolumes()
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
