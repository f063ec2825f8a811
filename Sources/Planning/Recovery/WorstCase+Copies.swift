import Backup
import Estate
import Schedules
import Units

/// What snapshots and backups give back.
extension WorstCase {
  var usedBytes: ByteCount {
    scenario.blueprint.volumes.reduce(.zero) { $0 + $1.used.of($1.size) }
  }

  var copies: [Copy] { snapshots + strategy.backups.flatMap(copies) }

  private var snapshots: [Copy] {
    guard let policy = strategy.snapshots, disaster.damagesBytes else { return [] }
    if case .volumesAndVaults(_, let credentials) = disaster.target, credentials == policy.credentials {
      return []
    }
    return [
      Copy(periodic: PeriodicCopy(slotInterval: longestGap(policy.schedule), duration: .zero), rate: nil)
    ]
  }

  private func copies(of policy: BackupPolicy) -> [Copy] {
    let interval = longestGap(policy.schedule)
    let source = scenario.blueprint.devices[scenario.blueprint.volumes[0].device]
    let bytes = schedules.mostChanged(
      in: interval, blockSize: policy.chunking.maximum, at: scenario.scale)
    let first = rate(between: source, and: device(of: policy.vault))
    var copies: [Copy] = []
    let local = PeriodicCopy(slotInterval: interval, duration: first.time(for: bytes))
    if spares(policy.vault, isLocked: policy.lock != nil) {
      copies.append(Copy(periodic: local, rate: restoreRate(policy.vault)))
    }
    if let replica = policy.replica, spares(replica, isLocked: policy.lock != nil) {
      let second = rate(between: device(of: policy.vault), and: device(of: replica))
      copies.append(
        Copy(periodic: local.copiedOn(transfer: second.time(for: bytes)), rate: restoreRate(replica)))
    }
    return copies
  }

  private func spares(_ vault: VaultID, isLocked: Bool) -> Bool {
    let device = scenario.blueprint.vaults[vault].device
    if lostSites.contains(scenario.blueprint.devices[device].site) { return false }
    switch disaster.target {
    case .device(let lost): return device != lost
    case .volumesAndVaults(_, let credentials):
      return isLocked || scenario.blueprint.vaults[vault].credentials != credentials
    case .volumes, .host, .site, .sites, .link, .connections: return true
    }
  }

  private func device(of vault: VaultID) -> Device {
    scenario.blueprint.devices[scenario.blueprint.vaults[vault].device]
  }

  private func restoreRate(_ vault: VaultID) -> ByteRate {
    let home = losesSite ? rebuildSite?.device : nil
    let target = home ?? scenario.blueprint.volumes[0].device
    return rate(between: device(of: vault), and: scenario.blueprint.devices[target])
  }

  private func rate(between a: Device, and b: Device) -> ByteRate {
    let link = scenario.blueprint.link(between: a.site, and: b.site).map { scenario.blueprint.links[$0].rate }
    return [a.rate, b.rate, link].compactMap { $0 }.min() ?? a.rate
  }

  /// The longest time between two slots of a rule within the run.
  private func longestGap(_ timetable: Timetable) -> Duration {
    let slots = BackupSchedule(timetable, from: scenario.start).slots.prefix { $0 <= scenario.windowEnd }
    var previous = scenario.start
    var longest = Duration.seconds(1)
    for slot in slots {
      longest = max(longest, slot - previous)
      previous = slot
    }
    return max(longest, scenario.windowEnd - previous)
  }
}
