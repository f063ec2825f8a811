import Estate
import Units

/// What a disaster costs at worst under a strategy, by formula.
struct WorstCase {
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
  struct Copy {
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
  var losesSite: Bool { !disaster.sites.isEmpty && !losesPower }
  private var losesHost: Bool { disaster.cause == .serverFailure }
  private var losesData: Bool { !losesHost && !losesPower }
  var lostSites: [SiteID] { disaster.sites + sitesLostBefore }

  var rebuildSite: RebuildSite? {
    strategy.recovery.rebuildSite.flatMap { lostSites.contains($0.site) ? nil : $0 }
  }
}

extension Disaster {
  /// The sites that it takes away, for ever or for a while.
  var sites: [SiteID] {
    switch target {
    case .site(let site): [site]
    case .sites(let sites): sites
    case .volumes, .host, .device, .link, .connections, .volumesAndVaults: []
    }
  }
}
