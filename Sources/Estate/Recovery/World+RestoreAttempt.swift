/// The volumes of a service before an attempt to restore them.
public struct RestoreTarget: Sendable {
  let volumes: [(id: VolumeID, state: VolumeState)]
  let restored: RestoredVolumes?
}

extension World {
  /// The volumes of a service as an attempt to restore them finds them.
  public func restoreTarget(of service: ServiceID) -> RestoreTarget {
    RestoreTarget(
      volumes: blueprint.services[service].volumes.map { ($0, volumes[$0]) },
      restored: backups[restored: service])
  }

  /// Discards all that an attempt to restore a service wrote, so that the next one moves as much again.
  public mutating func discardRestore(of service: ServiceID, to target: RestoreTarget) {
    for (id, state) in target.volumes { volumes[id].discardRestore(to: state) }
    backups[restored: service] = target.restored
  }
}
