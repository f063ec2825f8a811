import Estate
import Storage
import Units

/// Estimates of the time until the data is restored.
extension WorstCase {
  /// The services whose data must be restored.
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

  /// Returns the time to restore from a copy. If the start of the damage is unknown, points are restored and
  /// scanned: the newest, then by bisection, then the newest clean one again. Each step of the bisection goes
  /// half as far as the previous one and moves the blocks that differ.
  func time(toRestoreFrom copy: Copy) -> Duration {
    // Where points at hand are tried first, the call for media is part of the restore.
    if copy.triedBefore > .zero { return copy.triedBefore + copy.comeback + reading(copy) }
    return reading(copy)
  }

  private func reading(_ copy: Copy) -> Duration {
    let used = harmedVolumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    let written = min(used, schedules.mostWritten(in: scenario.windowEnd - scenario.start))
    // The last block of a volume is moved whole.
    let blocks = copy.path.block * Int64(harmedVolumes.count)
    let moved = copy.isWhole ? used + blocks + min(used, copy.readAlong) : min(used, differing(from: copy))
    let jobs = Int64(max(1, harmed.count))
    let once = copy.zeros + copy.rival + copy.path.time(for: moved, scattered: written, jobs: jobs)
    guard disaster.damagesBytes, disaster.dwell > .zero else { return besideOthers(once) }
    let points = max(1, (scenario.windowEnd - scenario.start).nanoseconds / copy.interval.nanoseconds)
    let tries = Int64(2 + Int64.bitWidth - points.leadingZeroBitCount)
    let steps = (1...tries).map { bytes(between: copy, halved: $0, atMost: used) }.reduce(.zero, +)
    let search = copy.path.time(for: steps, scattered: min(steps, written * 2), jobs: jobs * tries)
    return besideOthers(once + search) + scan * tries
  }

  /// Returns the bytes that a step of the search moves. Each step goes half as far as the one before.
  private func bytes(between copy: Copy, halved times: Int64, atMost used: ByteCount) -> ByteCount {
    let span = (scenario.windowEnd - scenario.start) / (1 << min(times, 62))
    let changed = schedules.mostChanged(
      in: max(copy.interval, span), blockSize: copy.sharedBlock, at: scenario.scale)
    return min(used, changed)
  }

  /// The parts of a restore's time by service, as large as their bytes.
  func restores(in time: Duration) -> [Duration] {
    let bytes = harmed.map { service in
      scenario.blueprint.services[service].volumes.reduce(ByteCount.zero) {
        $0 + scenario.blueprint.volumes[$1].used.of(scenario.blueprint.volumes[$1].size)
      }
    }
    let all = bytes.reduce(ByteCount.zero, +)
    guard all > .zero else { return [] }
    return zip(harmed, bytes).filter { $0.1 > .zero }.map { _, part in
      Duration(saturatingNanoseconds: Double(time.nanoseconds) * Double(part.bytes) / Double(all.bytes))
    }
  }

  /// Returns the bytes that differ from a copy: the damage by the disaster and the blocks written since the point.
  private func differing(from copy: Copy) -> ByteCount {
    let page = scenario.scale.unscaled(ByteCount(PagedImage.pageSize))
    // A page of the run counts whole, at either end of the damage too.
    return harmedVolumes.reduce(ByteCount.zero) { $0 + disaster.share.of($1.used.of($1.size)) + page * 2 }
      + schedules.mostChanged(
        in: copy.worstLoss + disaster.dwell, blockSize: PagedImage.pageSize, at: scenario.scale)
  }

  /// The time to scan all services, as many at once as are restored at once.
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
