import Backup
import Estate
import Units

extension ClosedFormEstimate {
  /// The worst case by formula for a disaster under a strategy.
  ///
  /// RPO: interval plus copy time of the best chain of copies that the disaster spares (`PeriodicCopy`), plus the dwell
  /// time where the damage went unnoticed. RTO: the 99th percentile of each phase, one after the other, and the
  /// used bytes at the slowest rate between the copy and its target.
  init(of disaster: Disaster, under strategy: Strategy, in scenario: Scenario, schedules: [WorkloadSchedule])
  {
    let estimator = Estimator(
      scenario: scenario, strategy: strategy, disaster: disaster, schedules: schedules)
    self.init(rpo: estimator.rpo, rto: estimator.rto)
  }
}

private struct Estimator {
  let scenario: Scenario
  let strategy: Strategy
  let disaster: Disaster
  let schedules: [WorkloadSchedule]

  /// A copy that is still there after the disaster.
  private struct Copy {
    var periodic: PeriodicCopy
    /// At full size, from the copy to its target; `nil` where nothing has to be moved.
    var rate: ByteRate?
  }

  var rpo: Achieved {
    guard losesData else { return .duration(.zero) }
    guard let worst = copies.map(\.periodic.worstLoss).min() else { return .unrecoverable }
    return .duration(worst + disaster.dwell)
  }

  var rto: Achieved {
    if losesSite, strategy.recovery.rebuildSite == nil { return .unrecoverable }
    var time = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
      .reduce(Duration.zero) { $0 + tail($1) }
    time += replacement
    if losesData {
      guard let best = copies.min(by: { $0.periodic.worstLoss < $1.periodic.worstLoss }) else {
        return .unrecoverable
      }
      if let rate = best.rate { time += rate.time(for: usedBytes) }
    }
    let rebuilds = losesSite || losesHost
    time += scenario.serviceTimes.reduce(Duration.zero) { sum, times in
      sum + (rebuilds ? tail(times.boot) : .zero) + tail(times.appRecovery)
    }
    time += scenario.serviceTimes.map { tail($0.verify) + tail($0.warmUp) }.max() ?? .zero
    return .duration(time + (losesSite ? tail(strategy.recovery.redirect) : .zero))
  }

  private func tail(_ distribution: Distribution) -> Duration { distribution.draw(uniform: 0.99) }

  private var replacement: Duration {
    switch disaster.target {
    case .site: strategy.recovery.rebuildSite.map { tail($0.provision) } ?? .zero
    case .host where losesHost: tail(strategy.recovery.replaceHost)
    case .device(let device):
      tail(
        scenario.blueprint.devices[device].kind == .disk
          ? strategy.recovery.replaceDisk : strategy.recovery.replaceDevice)
    default: .zero
    }
  }

  private var losesSite: Bool { if case .site = disaster.target { true } else { false } }
  private var losesHost: Bool { disaster.cause == .serverFailure }
  private var losesData: Bool { !losesHost }

  private var usedBytes: ByteCount {
    scenario.blueprint.volumes.reduce(.zero) { $0 + $1.used.of($1.size) }
  }

  private var copies: [Copy] { snapshots + strategy.backups.flatMap(copies) }

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
    let bytes = mostWritten(in: interval)
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
    switch disaster.target {
    case .site(let site): return scenario.blueprint.devices[device].site != site
    case .device(let lost): return device != lost
    case .volumesAndVaults(_, let credentials):
      return isLocked || scenario.blueprint.vaults[vault].credentials != credentials
    case .volumes, .host: return true
    }
  }

  private func device(of vault: VaultID) -> Device {
    scenario.blueprint.devices[scenario.blueprint.vaults[vault].device]
  }

  private func restoreRate(_ vault: VaultID) -> ByteRate {
    let home = losesSite ? strategy.recovery.rebuildSite?.device : nil
    let target = home ?? scenario.blueprint.volumes[0].device
    return rate(between: device(of: vault), and: scenario.blueprint.devices[target])
  }

  private func rate(between a: Device, and b: Device) -> ByteRate {
    let link = scenario.blueprint.link(between: a.site, and: b.site).map { scenario.blueprint.links[$0].rate }
    return [a.rate, b.rate, link].compactMap { $0 }.min() ?? a.rate
  }

  /// The longest time between two slots of a rule within the run.
  private func longestGap(_ rule: RecurrenceRule) -> Duration {
    let slots = BackupSchedule(rule, from: scenario.start).slots.prefix { $0 <= scenario.windowEnd }
    var previous = scenario.start
    var longest = Duration.seconds(1)
    for slot in slots {
      longest = max(longest, slot - previous)
      previous = slot
    }
    return max(longest, scenario.windowEnd - previous)
  }

  /// At full size, over all volumes: the most that is written in any such time.
  private func mostWritten(in time: Duration) -> ByteCount {
    schedules.reduce(ByteCount.zero) { sum, schedule in
      sum + scenario.scale.unscaled(schedule.bytesPerWrite * Int64(schedule.mostWrites(in: time)))
    }
  }
}
