import Backup
import Estate
import ScenarioLanguage
import Schedules
import Statistics
import Storage
import Units

/// Estimates for restoring data from snapshots, backups and journals.
extension WorstCase {
  /// A copy that survives the disaster.
  struct Copy {
    var worstLoss: Duration
    /// The way from the copy to the volumes.
    var path: RestorePath
    /// Whether all bytes are restored. With `false`, only the differing ones are.
    var isWhole = true
    /// The interval of the recovery points.
    var interval: Duration
    /// The size of the blocks of which two points share some.
    var sharedBlock = PagedImage.pageSize
    /// The blocks of other points that are read too, because small gaps are read rather than skipped.
    var readAlong = ByteCount.zero
    /// The time until media are at the place of the restore.
    var comeback = Duration.zero
    /// The time in which points at hand are tried in vain before the media are called for.
    var triedBefore = Duration.zero
    /// The time to write zeros onto volumes that hold other bytes.
    var zeros = Duration.zero
    /// The time for which a copy under way at the strike uses the same devices and links.
    var rival = Duration.zero
  }

  var copies: [Copy] { snapshots + strategy.backups.flatMap(copies) + rewinds }

  private var snapshots: [Copy] {
    guard let policy = strategy.snapshots, disaster.damagesBytes else { return [] }
    if case .volumesAndVaults(_, let credentials) = disaster.target, credentials == policy.credentials {
      return []
    }
    let interval = longestGap(policy.schedule)
    let slowest = harmedVolumes.map { scenario.blueprint.devices[$0.device].rate }.min()
    let latency = harmedVolumes.map { scenario.blueprint.devices[$0.device].latency }.max() ?? .zero
    // Blocks that differ are read and written on one device.
    let path = RestorePath(stages: [(slowest ?? .bytesPerSecond(2)).halved], latency: latency)
    return [Copy(worstLoss: interval, path: path, isWhole: false, interval: interval)]
  }

  private func copies(of policy: BackupPolicy) -> [Copy] {
    if policy.window != nil || policy.hold > .zero || policy.courier != nil { return shipped(by: policy) }
    let interval = longestGap(policy.schedule)
    let source = scenario.blueprint.devices[scenario.blueprint.volumes[0].device]
    let bytes = schedules.mostChanged(
      in: interval, blockSize: policy.chunking.maximum, at: scenario.scale)
    let first = rate(between: source, and: device(of: policy.vault))
    var copies: [Copy] = []
    let local = PeriodicCopy(slotInterval: interval, duration: first.time(for: bytes))
    let rival = disaster.damagesBytes ? first.time(for: bytes) : .zero
    func copy(in vault: VaultID, _ worst: Duration, besides rival: Duration) -> Copy {
      Copy(
        worstLoss: worst, path: path(from: vault, policy), interval: local.interval,
        sharedBlock: policy.chunking.maximum, readAlong: readAlong(policy), zeros: zeros, rival: rival)
    }
    let delay = pruneDelay(of: policy, copying: bytes, every: interval, at: first)
    if spares(policy.vault, isLocked: policy.lock != nil) {
      copies.append(copy(in: policy.vault, local.worstLoss + delay, besides: rival))
    }
    if let replica = policy.replica, spares(replica, isLocked: policy.lock != nil) {
      let second = rate(between: device(of: policy.vault), and: device(of: replica))
      // With a schedule of its own a copy waits for the next slot, at most.
      let hold = policy.replicaSchedule.map(longestGap) ?? .zero
      let remote = local.copiedOn(hold: hold, transfer: second.time(for: bytes))
      copies.append(
        copy(
          in: replica, remote.worstLoss + delay + partedFor(policy.vault, replica),
          besides: rival + second.time(for: bytes)))
    }
    return copies
  }

  /// Returns the longest delay of a copy that starts while its vault is pruned.
  ///
  /// The prune works on the same devices and processors. It reads and writes at most all that the vault holds, and a
  /// copy is at most as late as the next one.
  private func pruneDelay(
    of policy: BackupPolicy, copying bytes: ByteCount, every interval: Duration, at rate: ByteRate
  ) -> Duration {
    guard policy.prune != nil else { return .zero }
    let used = scenario.blueprint.volumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    let slots = (scenario.windowEnd - scenario.start).nanoseconds / interval.nanoseconds + 1
    let stored = used + bytes * slots
    return min(interval, rate.time(for: stored) * 2)
  }

  /// Returns the bytes read in gaps. A gap of up to 16 KiB is read rather than skipped.
  func readAlong(_ policy: BackupPolicy) -> ByteCount {
    guard policy.chunking.usualSize <= 16 << 10 else { return .zero }
    return schedules.mostWritten(in: scenario.windowEnd - scenario.start)
  }

  /// Returns the longest time without copies from a vault to its replica, because an earlier disaster cut
  /// their connection.
  func partedFor(_ vault: VaultID, _ replica: VaultID) -> Duration {
    guard let first else { return .zero }
    let sites = [device(of: vault).site, device(of: replica).site]
    switch first.disaster.target {
    case .link(let link):
      return scenario.blueprint.link(between: sites[0], and: sites[1]) == link ? first.lead : .zero
    case .connections(let site): return sites.contains(site) && sites[0] != sites[1] ? first.lead : .zero
    case .site, .sites, .device, .volumes, .host, .volumesAndVaults: return .zero
    }
  }

  /// Whether the disaster leaves a vault readable.
  func spares(_ vault: VaultID, isLocked: Bool) -> Bool {
    let device = scenario.blueprint.vaults[vault].device
    if lostSites.contains(scenario.blueprint.devices[device].site) { return false }
    switch disaster.target {
    case .device(let lost): return device != lost
    case .volumesAndVaults(_, let credentials):
      return isLocked || scenario.blueprint.vaults[vault].credentials != credentials
    case .volumes, .host, .site, .sites, .link, .connections: return true
    }
  }

  func device(of vault: VaultID) -> Device {
    scenario.blueprint.devices[scenario.blueprint.vaults[vault].device]
  }

  func rate(between a: Device, and b: Device) -> ByteRate {
    let link = scenario.blueprint.link(between: a.site, and: b.site).map { scenario.blueprint.links[$0].rate }
    return [a.rate, b.rate, link].compactMap { $0 }.min() ?? a.rate
  }

  /// Returns the longest time between two slots of a rule within the run.
  func longestGap(_ timetable: Timetable) -> Duration {
    let slots = BackupSchedule(timetable, from: scenario.start).slots.prefix { $0 <= scenario.windowEnd }
    var previous = scenario.start
    var longest = Duration.seconds(1)
    for slot in slots {
      longest = max(longest, slot - previous)
      previous = slot
    }
    return max(longest, scenario.windowEnd - previous)
  }

  // MARK: Rewinding a copy at the DR site

  /// The journals and remote snapshots that reach back beyond the damage and the people's response.
  private var rewinds: [Copy] {
    guard disaster.damagesBytes, let recovery = strategy.disasterRecovery else { return [] }
    return recovery.groups.compactMap { policy in
      let kept = policy.volumes(of: scenario.blueprint)
      guard !lostSites.contains(policy.site),
        harmed.allSatisfy({ service in
          scenario.blueprint.services[service].volumes.allSatisfy(kept.contains)
        })
      else { return nil }
      return rewind(of: policy, recovery)
    }
  }

  /// The bytes that the disaster itself writes. A journal records them like any other write.
  private var damage: ByteCount {
    disaster.share.of(harmedVolumes.reduce(.zero) { $0 + $1.used.of($1.size) })
  }

  private func rewind(of policy: ReplicationPolicy, _ recovery: DisasterRecovery) -> Copy? {
    let people = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
      .reduce(disaster.dwell) { $0 + $1.tail }
    let interval: Duration
    switch policy.mode {
    case .hostIO(let mode):
      // Three quarters of the journal stay when the oldest entries are folded.
      let room = ByteCount(policy.journalMaximum.bytes / 4 * 3)
      guard schedules.mostWritten(in: people) + damage < room else { return nil }
      interval = if case .asynchronous(let time?) = mode { time } else { .seconds(1) }
    case .storage(.interval(let time)) where time * Int64(policy.keptSnapshots) > people + time:
      interval = time
    case .storage, .application, .activeActive: return nil
    }
    let estimate = FailoverEstimate(
      scenario: scenario, recovery: recovery, site: policy.site, schedules: schedules,
      databases: databases)
    guard estimate.hasCopyInTime else { return nil }
    return Copy(
      worstLoss: estimate.worstLoss, path: path(back: policy), isWhole: false, interval: interval)
  }
}
