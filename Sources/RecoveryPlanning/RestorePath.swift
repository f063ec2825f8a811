import Estate
import Units

/// The way of restored bytes from a copy to the volumes, as the rates of its stages.
///
/// The stages overlap: once the first bytes have passed all of them, the slowest stage is always busy. Until then, and
/// after its last byte, it waits for the others. A job keeps a limited number of bytes on the way, and no more of them
/// wait.
struct RestorePath {
  /// The rate of the slowest stage, at full size.
  let slowest: ByteRate
  /// The rates of the other stages.
  private let others: [ByteRate]
  /// The latency of one request.
  let latency: Duration
  /// The bytes on the way of one job, and those of its smallest requests.
  ///
  /// Without them, a sixteenth of all bytes is on the way.
  private let pieces: (inFlight: ByteCount, inSmallRequests: ByteCount)?

  /// The size of the largest block at full size, by which a volume's data is rounded up.
  fileprivate(set) var block = ByteCount.zero

  /// - Parameter stages: The rates of the stages, at least one.
  init(
    stages: [ByteRate], latency: Duration, pieces: (inFlight: ByteCount, inSmallRequests: ByteCount)? = nil
  ) {
    let sorted = stages.sorted()
    guard let slowest = sorted.first else { preconditionFailure("a way has a stage") }
    self.slowest = slowest
    others = Array(sorted.dropFirst())
    self.latency = latency
    self.pieces = pieces
  }

  /// Returns the longest time to move some bytes.
  ///
  /// - Parameters:
  ///   - scattered: The bytes that lie apart from their neighbours and are read in small requests.
  ///   - jobs: The number of jobs that move the bytes, perhaps one after another.
  func time(for bytes: ByteCount, scattered: ByteCount, jobs: Int64) -> Duration {
    let inFlight = pieces?.inFlight ?? ByteCount(max(1, bytes.bytes / 16))
    let waiting = min(bytes, ByteCount(saturating: inFlight.bytes, times: jobs))
    let rounds = bytes.bytes / max(1, inFlight.bytes)
    let smallRounds = scattered.bytes / max(1, pieces?.inSmallRequests.bytes ?? .max)
    // A hundredth more for heads, indexes and block lists; 64 requests of a job depend on one another.
    return slowest.time(for: bytes) * 101 / 100 + others.reduce(.zero) { $0 + $1.time(for: waiting) }
      + latency * (rounds + smallRounds + jobs * 64)
  }
}

extension ByteCount {
  fileprivate init(saturating bytes: Int64, times count: Int64) {
    let (product, overflows) = bytes.multipliedReportingOverflow(by: count)
    self.init(overflows ? .max : product)
  }
}

/// The ways of a disaster's restores.
extension WorstCase {
  /// Returns the way from a vault to the harmed volumes.
  func path(from vault: VaultID, _ policy: BackupPolicy) -> RestorePath {
    let (source, blueprint) = (blueprintDevice(of: vault), scenario.blueprint)
    let targets = targetDevices
    var stages = targets.map { blueprint.devices[$0].rate }.min().map { [$0] } ?? []
    if targets.contains(source) {
      stages = [min(blueprint.devices[source].rate.halved, stages.min() ?? blueprint.devices[source].rate)]
    } else {
      stages.append(blueprint.devices[source].rate)
    }
    stages += links(from: source, to: targets).map(\.rate).min().map { [$0] } ?? []
    stages.append(scenario.speeds.restoring)
    var path = RestorePath(
      stages: stages,
      latency: blueprint.devices[source].latency + (blueprint.links.map(\.latency).max() ?? .zero) * 2,
      pieces: World.restorePieces(of: policy.chunking, at: scenario.scale))
    path.block = scenario.scale.unscaled(ByteCount(policy.chunking.maximum))
    return path
  }

  /// Returns the way from a copy at a DR site back to the harmed volumes.
  func path(back policy: ReplicationPolicy) -> RestorePath {
    let (blueprint, targets) = (scenario.blueprint, targetDevices)
    var stages = [blueprint.devices[policy.device].rate]
    stages += targets.map { blueprint.devices[$0].rate }.min().map { [$0] } ?? []
    stages += links(from: policy.device, to: targets).map(\.rate).min().map { [$0] } ?? []
    return RestorePath(
      stages: stages,
      latency: blueprint.devices[policy.device].latency + (blueprint.links.map(\.latency).max() ?? .zero) * 2)
  }

  /// The devices onto which the harmed volumes are restored.
  private var targetDevices: [DeviceID] {
    if losesSite, let rebuildSite { return [rebuildSite.device] }
    return harmedVolumes.map(\.device)
  }

  private func blueprintDevice(of vault: VaultID) -> DeviceID { scenario.blueprint.vaults[vault].device }

  private func links(from source: DeviceID, to targets: [DeviceID]) -> [Link] {
    let blueprint = scenario.blueprint
    return targets.compactMap {
      blueprint.link(between: blueprint.devices[source].site, and: blueprint.devices[$0].site)
        .map { blueprint.links[$0] }
    }
  }

  /// The time to write zeros onto the unused parts of volumes that hold other bytes. New volumes hold zeros.
  ///
  /// A service with one such volume is restored as if all of its volumes were.
  var zeros: Duration {
    harmed.reduce(.zero) { sum, service in
      let volumes = scenario.blueprint.services[service].volumes.map { scenario.blueprint.volumes[$0] }
      if volumes.allSatisfy(isNew), !isInterrupted { return sum }
      return sum
        + volumes.reduce(.zero) { sum, volume in
          let unused = volume.size - volume.used.of(volume.size)
          let rates = [zeroing, scenario.blueprint.devices[volume.device].rate].compactMap { $0 }
          return sum + rates.reduce(.zero) { $0 + $1.time(for: unused) }
        }
    }
  }

  /// The rate at which all cores copy zeros out; `nil` where that cost is ignored.
  private var zeroing: ByteRate? {
    scenario.speeds.write.map {
      ByteRate(millibytesPerSecond: $0.millibytesPerSecond * Int64(scenario.speeds.cores))
    }
  }

  /// Whether a volume is replaced by a new one before its restore.
  private func isNew(_ volume: VolumePlan) -> Bool {
    if losesSite { return lostSites.contains(scenario.blueprint.devices[volume.device].site) }
    if case .device(let device) = disaster.target { return volume.device == device }
    return false
  }

  /// Returns the duration of a restore beside the writes of the services that go on.
  func besideOthers(_ alone: Duration) -> Duration {
    let targets = targetDevices
    let others = schedules.filter { schedule in
      let volume = scenario.blueprint.volumes[schedule.volume]
      return targets.contains(volume.device)
        && !harmed.contains { scenario.blueprint.services[$0].volumes.contains(schedule.volume) }
    }
    guard !others.isEmpty, let slowest = targets.map({ scenario.blueprint.devices[$0].rate }).min() else {
      return alone
    }
    var time = alone
    for _ in 0..<16 {
      let longer = alone + slowest.time(for: others.mostWritten(in: time))
      if longer <= time { return time }
      time = longer
    }
    return time
  }
}

extension ByteRate {
  /// Half of the rate, for bytes that pass a device twice.
  var halved: ByteRate { ByteRate(millibytesPerSecond: max(1, millibytesPerSecond / 2)) }
}

extension EngineSpeeds {
  /// The rate at which all cores decrypt, decompress and verify blocks.
  fileprivate var restoring: ByteRate {
    // Decryption is as fast as encryption.
    let steps = [encrypt, decompress, digest, read, write].compactMap { $0 }
    let secondsPerByte = steps.reduce(0.0) { $0 + 1 / $1.bytesPerSecond }
    return .bytesPerSecond(max(1, Int64(Double(cores) / secondsPerByte)))
  }
}
