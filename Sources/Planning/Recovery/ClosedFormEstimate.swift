import Backup
import Estate
import Units

extension ClosedFormEstimate {
  /// The worst case by formula for a disaster under a strategy.
  ///
  /// RPO: interval plus copy time of the best chain of copies that the disaster spares (`PeriodicCopy`), plus the dwell
  /// time where the damage went unnoticed; where the DR site takes over, what was not yet there (`FailoverEstimate`).
  /// RTO: the 99th percentile of each phase, one after the other, and the used bytes at the slowest rate between the
  /// copy and its target. A disaster that leaves production whole costs nothing by itself; what it took away is missing
  /// at the one that follows it.
  package init(
    of disaster: Disaster, under strategy: Strategy, in scenario: Scenario, schedules: [WorkloadSchedule]
  ) {
    var estimator = Estimator(
      scenario: scenario, strategy: strategy, disaster: disaster, schedules: schedules)
    if disaster.cause == .maintenance {
      self.init(rpo: .duration(.zero), rto: .duration(estimator.plannedStop))
      return
    }
    if estimator.sparesProduction {
      guard let next = disaster.followedBy else {
        if let apart = estimator.splitBrain {
          self.init(rpo: .duration(apart.loss), rto: .duration(apart.redirect))
        } else {
          self.init(rpo: .duration(estimator.lossOfServingSite), rto: .duration(estimator.stall))
        }
        return
      }
      estimator.sitesLostBefore = disaster.sites
      estimator.cutOff = estimator.cutOff(for: next.after.tail)
      estimator.disaster = scenario.disasters[next.disaster]
    }
    self.init(rpo: estimator.rpo, rto: estimator.rto)
  }
}

private struct Estimator {
  let scenario: Scenario
  let strategy: Strategy
  /// The one that hurts production.
  var disaster: Disaster
  let schedules: [WorkloadSchedule]
  /// By a disaster before it.
  var sitesLostBefore: [SiteID] = []
  /// How long nothing came to the DR site before it struck; zero while the copies are in sync.
  var cutOff = Duration.zero

  init(scenario: Scenario, strategy: Strategy, disaster: Disaster, schedules: [WorkloadSchedule]) {
    self.scenario = scenario
    self.strategy = strategy
    self.disaster = disaster
    self.schedules = schedules
  }

  /// A copy that is still there after the disaster.
  private struct Copy {
    var periodic: PeriodicCopy
    /// At full size, from the copy to its target; `nil` where nothing has to be moved.
    var rate: ByteRate?
  }

  var rpo: Achieved {
    if let failover {
      return .duration(cutOff == .zero ? failover.worstLoss : failover.worstLoss(cutOffFor: cutOff))
    }
    guard losesData else { return .duration(.zero) }
    guard let worst = copies.map(\.periodic.worstLoss).min() else { return .unrecoverable }
    return .duration(worst + disaster.dwell)
  }

  var rto: Achieved {
    let people = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
      .reduce(Duration.zero) { $0 + $1.tail }
    if let failover {
      return .duration((strategy.disasterRecovery?.automatic?.worstDetection ?? people) + failover.worstTime)
    }
    if losesSite, rebuildSite == nil { return .unrecoverable }
    var time = losesPower ? max(people, disaster.lasting ?? .zero) : people + replacement
    if losesData {
      guard let best = copies.min(by: { $0.periodic.worstLoss < $1.periodic.worstLoss }) else {
        return .unrecoverable
      }
      if let rate = best.rate { time += rate.time(for: usedBytes) }
    }
    let boots = losesSite || losesHost || losesPower
    time += scenario.serviceTimes.reduce(Duration.zero) { sum, times in
      sum + (boots ? times.boot.tail : .zero) + times.appRecovery.tail
    }
    time += scenario.serviceTimes.map { $0.verify.tail + $0.warmUp.tail }.max() ?? .zero
    return .duration(time + (losesSite ? strategy.recovery.redirect.tail : .zero))
  }

  private var replacement: Duration {
    switch disaster.target {
    case .site, .sites: rebuildSite?.provision.tail ?? .zero
    case .host where losesHost: strategy.recovery.replaceHost.tail
    case .device(let device):
      scenario.blueprint.devices[device].kind == .disk
        ? strategy.recovery.replaceDisk.tail : strategy.recovery.replaceDevice.tail
    case .volumes, .host, .link, .connections, .volumesAndVaults: .zero
    }
  }

  private var losesPower: Bool { disaster.cause == .powerOutage }
  private var losesSite: Bool { !disaster.sites.isEmpty && !losesPower }
  private var losesHost: Bool { disaster.cause == .serverFailure }
  private var losesData: Bool { !losesHost && !losesPower }
  private var lostSites: [SiteID] { disaster.sites + sitesLostBefore }

  private var rebuildSite: RebuildSite? {
    strategy.recovery.rebuildSite.flatMap { lostSites.contains($0.site) ? nil : $0 }
  }

  // MARK: Disaster recovery

  /// `nil` where the DR site cannot help: replication of blocks carries wrong bytes as faithfully as right ones.
  private var failover: FailoverEstimate? {
    guard let recovery = strategy.disasterRecovery,
      let site = recovery.standbySites(of: scenario.blueprint).first(where: {
        !lostSites.contains($0) && isRight(at: $0, recovery)
      })
    else { return nil }
    return FailoverEstimate(scenario: scenario, recovery: recovery, site: site, schedules: schedules)
  }

  private func isRight(at site: SiteID, _ recovery: DisasterRecovery) -> Bool {
    guard disaster.damagesBytes else { return true }
    let blueprint = scenario.blueprint
    let harmed = blueprint.services.filter { service in
      switch disaster.target {
      case .volumes(let ids), .volumesAndVaults(let ids, _): service.volumes.contains(where: ids.contains)
      case .host(let host): service.host == host && !service.volumes.isEmpty
      case .device, .site, .sites, .link, .connections: false
      }
    }
    return harmed.allSatisfy { recovery.spares($0, from: disaster.cause, at: site, in: blueprint) }
  }

  /// Whether every service goes on: what is lost is a link, or a site where none runs.
  var sparesProduction: Bool {
    switch disaster.target {
    case .link, .connections: true
    case .device where disaster.cause == .failSlow: true
    case .site, .sites:
      !scenario.blueprint.services.contains {
        disaster.sites.contains(scenario.blueprint.hosts[$0.host].site)
      }
    case .volumes, .host, .device, .volumesAndVaults: false
    }
  }

  /// How long writes wait that must not be acknowledged without the DR site: until it is back, or until people decide to
  /// do without it.
  var stall: Duration {
    guard let groups = strategy.disasterRecovery?.groups,
      groups.contains(where: { $0.mode.waitsForPeer && cuts($0) })
    else { return .zero }
    return disaster.lasting
      ?? [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
      .reduce(.zero) { $0 + $1.tail }
  }

  /// A planned move, or the whole time of the work where there is nowhere to move to.
  var plannedStop: Duration {
    let starts = scenario.serviceTimes.reduce(Duration.zero) { $0 + $1.appRecovery.tail }
    let checks = scenario.serviceTimes.map { $0.verify.tail + $0.warmUp.tail }.max() ?? .zero
    guard let recovery = strategy.disasterRecovery else {
      let boots = scenario.serviceTimes.map(\.boot.tail).max() ?? .zero
      return (disaster.lasting ?? .zero) + boots + starts + checks
    }
    return starts + checks + recovery.standby.redirect.tail
  }

  /// What a standby site that takes over while production serves loses, and how long its clients need to find it: the whole
  /// time of the cut, with all that was not there before; `nil` where it does not come to that.
  var splitBrain: (loss: Duration, redirect: Duration)? {
    guard let recovery = strategy.disasterRecovery, let automatic = recovery.automatic,
      automatic.witness == nil,
      recovery.groups.contains(where: cuts), let lasting = disaster.lasting, lasting > automatic.patience,
      let site = recovery.standbySites(of: scenario.blueprint).first
    else { return nil }
    let failover = FailoverEstimate(scenario: scenario, recovery: recovery, site: site, schedules: schedules)
    return (failover.worstLoss(cutOffFor: lasting), failover.worstTime)
  }

  /// What was acknowledged where it was written alone, at a site that serves too and is lost.
  var lossOfServingSite: Duration {
    guard let recovery = strategy.disasterRecovery else { return .zero }
    return disaster.sites.map {
      FailoverEstimate(scenario: scenario, recovery: recovery, site: $0, schedules: schedules)
        .worstLossOfServingSite
    }.max() ?? .zero
  }

  /// How long nothing has come to the DR site when `time` has passed since this disaster.
  func cutOff(for time: Duration) -> Duration {
    guard let groups = strategy.disasterRecovery?.groups, groups.contains(where: cuts) else { return .zero }
    return min(time, disaster.lasting ?? time)
  }

  /// Whether the disaster parts the production site from the DR site, or one in between from either.
  private func cuts(_ policy: ReplicationPolicy) -> Bool {
    if case .slow = disaster.course { return false }
    guard let recovery = strategy.disasterRecovery else { return false }
    let blueprint = scenario.blueprint
    return recovery.chain(to: policy).contains { policy in
      switch disaster.target {
      case .link(let link): recovery.link(to: policy, in: blueprint) == link
      case .connections(let site):
        [recovery.source(of: policy, in: blueprint), policy.site].contains(site)
      default: disaster.sites.contains(policy.site)
      }
    }
  }

  // MARK: Snapshots and backups

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
    let bytes = schedules.mostWritten(in: interval, at: scenario.scale)
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
}

extension Disaster {
  /// The sites that it takes away, for ever or for a while.
  fileprivate var sites: [SiteID] {
    switch target {
    case .site(let site): [site]
    case .sites(let sites): sites
    case .volumes, .host, .device, .link, .connections, .volumesAndVaults: []
    }
  }
}
