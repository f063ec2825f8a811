import Estate
import Units

/// How long it takes until the data is back.
extension WorstCase {
  /// The services whose data has to be brought back.
  var harmed: [ServiceID] {
    let services = scenario.blueprint.services.indices.map(ServiceID.init)
    return services.filter { service in
      let plan = scenario.blueprint.services[service]
      return switch disaster.target {
      case .volumes(let ids), .volumesAndVaults(let ids, _): plan.volumes.contains(where: ids.contains)
      case .host(let host): plan.host == host && !plan.volumes.isEmpty
      case .device(let device): plan.volumes.contains { scenario.blueprint.volumes[$0].device == device }
      case .site, .sites, .link, .connections: true
      }
    }
  }

  var harmedVolumes: [VolumePlan] {
    harmed.flatMap { scenario.blueprint.services[$0].volumes }.map { scenario.blueprint.volumes[$0] }
  }

  /// Where nobody knows since when the bytes are wrong, points are restored and scanned: the newest, then by bisection, then
  /// the newest clean one once more. Each step of the bisection goes half as far as the one before, so that all of them move
  /// twice what was written in the run, at most.
  func time(toRestoreFrom copy: Copy) -> Duration {
    // Manifests, indexes and what nothing else overlaps with.
    let handling = copy.latency * 64
    let used = harmedVolumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    let written = min(used, schedules.mostWritten(in: scenario.windowEnd - scenario.start))
    let moved = copy.isWhole ? used + min(used, copy.readAlong) : min(used, differing(from: copy, used))
    // A hundredth more, since the last pieces are computed and written when nothing is read any more.
    let once = copy.rate.time(for: moved) * 101 / 100
    guard disaster.damagesBytes, disaster.dwell > .zero else { return once + handling }
    let points = max(1, (scenario.windowEnd - scenario.start).nanoseconds / copy.interval.nanoseconds)
    let tries = Int64(2 + Int64.bitWidth - points.leadingZeroBitCount)
    return once + copy.rate.time(for: written) * 2 + (scan + handling) * tries
  }

  /// The damage of the disaster, and the writes since the point.
  private func differing(from copy: Copy, _ used: ByteCount) -> ByteCount {
    disaster.share.of(used) + schedules.mostWritten(in: copy.worstLoss + disaster.dwell)
  }

  /// All services are scanned, as many at once as are restored at once.
  private var scan: Duration {
    let scans = harmed.map { service in
      strategy.recovery.scanRate.time(
        for: scenario.blueprint.services[service].volumes.reduce(ByteCount.zero) {
          $0 + scenario.blueprint.volumes[$1].used.of(scenario.blueprint.volumes[$1].size)
        })
    }
    let longest = scans.max() ?? .zero
    if scans.count <= strategy.recovery.concurrentRestores { return longest }
    return scans.reduce(.zero, +) / Int64(strategy.recovery.concurrentRestores) + longest
  }
}
