import Estate
import ScenarioLanguage
import Statistics
import Units

/// A closed-form estimate for a disaster: the largest loss, and the 99th percentile of the recovery time.
package struct WorstCase {
  let scenario: Scenario
  let strategy: Strategy
  /// The disaster that hits production.
  var disaster: Disaster
  let schedules: [WorkloadSchedule]
  let databases: [DatabaseSchedule]
  /// An earlier disaster that left production whole, and the longest time between the two.
  var first: (disaster: Disaster, lead: Duration)?
  /// Whether a restore was interrupted before, so that its volumes are no longer new.
  var isInterrupted = false
  /// The time for which the DR site received nothing before the strike; zero while the copies are in sync.
  var cutOff = Duration.zero

  package init(
    scenario: Scenario, strategy: Strategy, disaster: Disaster, schedules: [WorkloadSchedule],
    databases: [DatabaseSchedule] = []
  ) {
    self.databases = databases
    self.scenario = scenario
    self.strategy = strategy
    self.disaster = disaster
    self.schedules = schedules
  }

  package var rpo: Achieved {
    if let failover {
      let before = cutOff == .zero ? failover.worstLoss : failover.worstLoss(cutOffFor: cutOff)
      return .duration(before + (stopsBeforeMistake(at: failover.site) ? disaster.dwell : .zero))
    }
    guard let next = disaster.followedBy.map({ estimate(of: $0) }), !next.sparesProduction else {
      return lossFromCopies
    }
    return max(lossFromCopies, next.lossFromCopies)
  }

  private var lossFromCopies: Achieved {
    guard losesData else { return .duration(.zero) }
    guard let worst = copies.map(\.worstLoss).min() else { return .unrecoverable }
    return .duration(min(worst + disaster.dwell, lossWithLog ?? .max))
  }

  package var rto: Achieved {
    guard let phases else { return .unrecoverable }
    // With an instant restore the services start before all data is in place.
    let isStarting = firstRead != nil
    // People's times can decide whether a delayed standby takes over: both recoveries are possible.
    let once = max(isStarting ? starting(phases).tail : phases.tail, possiblePhases?.tail ?? .duration(.zero))
    guard let second = disaster.followedBy, let again = phasesAgain(phases, after: second) else {
      return once
    }
    return max(once, again.tail)
  }

  /// The phases of a failover that people's times may allow; `nil` where they do not decide.
  private var possiblePhases: RecoveryPhases? {
    guard failover == nil, var phases = possibleFailover?.phases(people) else { return nil }
    phases.launches = longestLaunchWait
    return phases.stumbling(as: strategy.recovery)
  }

  private var people: [Distribution] {
    [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
  }

  /// The phases of the recovery; `nil` where the services cannot be recovered.
  var phases: RecoveryPhases? {
    if let failover {
      var phases = failover.phases(people, detection: worstDetection)
      phases.launches = longestLaunchWait
      return phases.stumbling(as: strategy.recovery)
    }
    if losesSite, rebuildSite == nil { return nil }
    var phases = RecoveryPhases(scenario: scenario, people: people)
    if losesPower {
      phases.power = (disaster.lasting ?? .zero) + .seconds(1)
    } else {
      phases.replacements = replacements
      phases.launches = longestLaunchWait
    }
    phases.boots = losesSite || losesHost || losesPower
    if losesData {
      guard let best = copies.min(by: { $0.worstLoss < $1.worstLoss }) else { return nil }
      phases.data = time(toRestoreFrom: best)
      phases.restores = restores(in: phases.data)
      phases.data += replayTime(behind: best)
      if disaster.damagesBytes, disaster.dwell > .zero { phases.certify = strategy.recovery.certify }
      if best.comeback > .zero, best.triedBefore == .zero {
        phases.media = best.comeback
      }
    }
    phases.redirect = losesSite ? strategy.recovery.redirect : nil
    return phases.stumbling(as: strategy.recovery)
  }

  /// The detection time of an automatic takeover; `nil` where people decide.
  ///
  /// A witness that knows of an outdated copy leaves the takeover to people.
  private var worstDetection: Duration? {
    guard let recovery = strategy.disasterRecovery else { return nil }
    let isKnownOutdated =
      cutOff > .zero && recovery.automatic?.witness != nil
      && recovery.groups.contains { $0.mode == .storage(.witnessedSynchronous) }
    return isKnownOutdated ? nil : recovery.automatic?.worstDetection
  }

  /// The longer wait of the disaster and of one before it that left production whole.
  private var longestLaunchWait: Duration {
    max(launchWait(after: disaster), first.map { launchWait(after: $0.disaster) } ?? .zero)
  }

  /// Returns the phases of a recovery that restarts when a second disaster strikes during the first.
  private func phasesAgain(
    _ phases: RecoveryPhases, after second: (disaster: Int, after: Distribution)
  ) -> RecoveryPhases? {
    let next = estimate(of: second)
    var again = phases
    if failover == nil, losesData, let best = copies.min(by: { $0.worstLoss < $1.worstLoss }) {
      var repeated = best
      repeated.zeros = interrupted.zeros
      again.data = max(again.data, time(toRestoreFrom: repeated) + replayTime(behind: repeated))
    }
    again.before = second.after
    // A site that took over by itself does so once: people answer what comes after.
    again.people = [scenario.people.detect, scenario.people.declare, scenario.people.decide]
    again.detection = nil
    again.replacements += next.replacements
    again.launches = max(
      again.launches, next.launchWait(after: next.disaster), launchWait(after: next.disaster))
    if next.losesPower { again.power = (next.disaster.lasting ?? .zero) + .seconds(1) }
    again.boots = again.boots || next.losesHost || next.losesPower || next.losesSite
    if next.losesData, let best = next.copies.min(by: { $0.worstLoss < $1.worstLoss }) {
      again.data = max(again.data, next.time(toRestoreFrom: best) + next.replayTime(behind: best))
      again.restores = (again.restores.isEmpty ? next : self).restores(in: again.data)
    }
    return again
  }

  /// Returns the estimate of a second disaster that strikes during the recovery and shows at once.
  private func estimate(of second: (disaster: Int, after: Distribution)) -> WorstCase {
    var next = WorstCase(
      scenario: scenario, strategy: strategy, disaster: scenario.disasters[second.disaster],
      schedules: schedules, databases: databases)
    next.first = (disaster, second.after.longest)
    next.isInterrupted = true
    // Unnoticed damage by the first disaster is in the newest points all the same.
    next.disaster.dwell = disaster.damagesBytes ? disaster.dwell : .zero
    return next
  }

  /// The estimate of a recovery after an interrupted one.
  private var interrupted: WorstCase {
    var worst = self
    worst.isInterrupted = true
    return worst
  }

  private var replacements: [Distribution] {
    switch disaster.target {
    case .site, .sites: rebuildSite.map { [$0.provision] } ?? []
    case .host where losesHost: [strategy.recovery.replaceHost]
    case .device(let device):
      scenario.blueprint.devices[device].kind == .disk
        ? [strategy.recovery.replaceDisk] : [strategy.recovery.replaceDevice]
    case .volumes, .host, .link, .connections, .volumesAndVaults: []
    }
  }

  private var losesPower: Bool { disaster.cause == .powerOutage }
  var losesSite: Bool { !disaster.sites.isEmpty && !losesPower }
  private var losesHost: Bool { disaster.cause == .serverFailure }
  var losesData: Bool { !losesHost && !losesPower }
  var lostSites: [SiteID] { disaster.sites + (first?.disaster.sites ?? []) }

  var rebuildSite: RebuildSite? {
    strategy.recovery.rebuildSite.flatMap { lostSites.contains($0.site) ? nil : $0 }
  }
}

extension Disaster {
  /// Whether no other site reaches a site while the disaster lasts.
  func cutsOff(_ site: SiteID) -> Bool {
    if case .connections(site) = target { return true }
    return sites.contains(site)
  }
}
