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
    fabric.checkInvariants(events)
    ledger.checkInvariants(at: now)
    backups.checkInvariants(
      jobs.checkInvariants(), at: now, isThorough: checks.isMultiple(of: Self.thoroughInterval))
    checkVolumes()
    checkSplitBrain()
  }

  // MARK: Volumes

  private func checkVolumes() {
    for id in volumes.indices.map(VolumeID.init) {
      let volume = volumes[id]
      volume.checkInvariants()
      if volume.database == nil {
        precondition(
          ledger.acknowledgedWrites(of: id) <= volume.progress.issued, "only issued writes are acknowledged")
      }
      for copy in volume.copies {
        precondition(fabric[copy.pair].volumes[copy.place] == id, "a volume knows its place in a group")
      }
      precondition(
        (volume.sharing == nil) == (ledger.twoSites[id] == nil), "the ledger knows who serves a volume")
    }
  }

  // MARK: Replication

  /// The clients of an old primary that still serves reach it by the volumes of its group.
  private func checkSplitBrain() {
    for pair in fabric.groups {
      let isApart = fabric.isApart(pair)
      precondition(
        fabric[pair].volumes.allSatisfy { (volumes[$0].leftCopy?.pair == pair) == isApart },
        "the volumes of a group know whether its old primary serves")
    }
  }
}
