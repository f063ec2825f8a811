import Estate
import Statistics
import Units

/// Estimates of restores that let services start before all of their data is in place.
extension WorstCase {
  /// The time until every service has its first share of data; `nil` where services wait for all of it.
  var firstRead: Duration? {
    guard let instant = strategy.recovery.instant, failover == nil, losesData,
      !disaster.damagesBytes || disaster.dwell == .zero,
      let best = copies.min(by: { $0.worstLoss < $1.worstLoss }), best.isWhole
    else { return nil }
    let bytes = harmedVolumes.reduce(ByteCount.zero) { sum, volume in
      // A block is read whole, at the end of the share and at any scale.
      sum + instant.firstRead.of(volume.used.of(volume.size)) + scenario.scale.unscaled(.mebibytes(1))
    }
    return besideOthers(
      best.rival + best.path.time(for: bytes, scattered: bytes, jobs: Int64(max(1, harmedVolumes.count))))
  }

  /// Returns the phases until the services have started with their first share of data.
  func starting(_ phases: RecoveryPhases) -> RecoveryPhases {
    guard let firstRead else { return phases }
    var phases = phases
    phases.data = firstRead
    phases.restores = restores(in: firstRead)
    return phases
  }

  /// The time until all data is in place; `nil` without an instant restore.
  var fullSpeed: Achieved? {
    guard disaster.followedBy == nil, let firstRead, var phases,
      let path = copies.min(by: { $0.worstLoss < $1.worstLoss })?.path
    else { return nil }
    // Blocks that the run rewrote are scattered over many objects, so the restore reads in more pieces.
    let used = harmedVolumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    let rewritten = min(used, schedules.mostWritten(in: scenario.windowEnd - scenario.start))
    phases.data += firstRead + path.slowest.time(for: rewritten)
    phases.restores = restores(in: phases.data)
    return phases.tail
  }
}
