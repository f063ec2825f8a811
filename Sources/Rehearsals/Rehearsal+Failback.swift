import Estate
import RecoveryPlanning
import Units

extension Rehearsal {
  /// Continues after a failover and performs the planned failback; `nil` where none is planned or needed.
  mutating func comeBack() -> Failback? {
    guard let recovery = strategy.disasterRecovery, let plan = recovery.failback, let home = productionSite,
      !world.protectionGroups(standingAt: home).isEmpty, let outage = outageStart
    else { return nil }
    let before = (meters: world.meters, entries: timeline.count)
    world.goOn(reader: reader)
    planner.noteRecovered()
    var runbook = planner.planReturn(
      to: home, plan, after: timeUntilReturn(of: home, since: outage), standby: recovery.standby, in: world)
    planner.draws.attempt += 1
    runbook.drawFailures(strategy.recovery.stumbles, planner.draws)
    execution = RunbookExecution(
      runbook: runbook, attempt: planner.draws.attempt, entriesBefore: timeline.count)
    let outcome = carryOutReturn(from: outage, after: before.entries)
    return Failback(
      outcome: outcome, timeline: Array(timeline[before.entries...]), metered: world.meters - before.meters)
  }

  /// Returns the time until a site without power or under maintenance is back. `nil` for a lost site, whose
  /// time the strategy states.
  private func timeUntilReturn(of home: SiteID, since outage: Instant) -> Duration? {
    if let power = world.powerReturn(of: home) { return max(.zero, power - world.now) + .seconds(1) }
    guard let lasting = disaster.lasting, world.isUp(home) else { return nil }
    return disaster.cause == .maintenance ? max(.zero, outage + lasting - world.now) : .zero
  }

  /// The site of the volumes in normal operation.
  var productionSite: SiteID? {
    scenario.blueprint.volumes.first.map { scenario.blueprint.devices[$0.device].site }
  }

  private mutating func carryOutReturn(from outage: Instant, after mark: Int) -> Failback.Outcome {
    var sent: [[ByteCount]] = []
    do throws(RecoveryPlanner.Impossible) {
      try execution.begin(in: &world, context: context)
      while !execution.isFinished {
        guard let occurrence = world.nextOccurrence(through: horizon) else {
          return .failed("the way back takes longer than \(Self.patience)")
        }
        if case .outage = occurrence { return .struckAgain(recoverAgain()) }
        try react(to: occurrence)
        let course = ReturnCourse(timeline[mark...])
        if sent.count == 0, course.siteReturn != nil { sent.append(world.meters.linkBytes) }
        if sent.count == 1, course.stop != nil { sent.append(world.meters.linkBytes) }
      }
    } catch {
      collect()
      return .failed(error.reason)
    }
    return returned(ReturnCourse(timeline[mark...]), from: outage, sent)
  }

  private func returned(
    _ course: ReturnCourse, from outage: Instant, _ sent: [[ByteCount]]
  ) -> Failback.Outcome {
    guard let siteReturn = course.siteReturn, let stop = course.stop, sent.count == 2 else {
      return .failed("the services were never stopped to be moved")
    }
    let bytes = zip(sent[1], sent[0]).reduce(ByteCount.zero) { $0 + $1.0 - $1.1 }
    var returned = Failback.Returned(
      unprotectedWindow: stop - outage, resynchronization: stop - siteReturn,
      resynchronizedBytes: bytes, downtime: course.end - stop, rpo: .zero, lostWrites: 0)
    for service in scenario.blueprint.services {
      let inspection = world.inspect(service.volumes, against: world.now, reader: reader)
      guard inspection.isUsable else { return .failed("\(service.name) came home \(inspection.integrity)") }
      returned.rpo = max(returned.rpo, inspection.earliestMissing.map { stop - $0 } ?? .zero)
      returned.lostWrites += inspection.lostWrites
    }
    return .returned(returned)
  }
}

/// The instants that measure a failback.
private struct ReturnCourse {
  /// The restoration of the production site.
  var siteReturn: Instant?
  /// The stop of the applications at the DR site, with the copy in sync.
  var stop: Instant?
  /// The instant at which every service is verified and reachable at production.
  var end = Instant.epoch

  init(_ timeline: ArraySlice<TimelineEntry>) {
    siteReturn = timeline.first { $0.phase == .reprotect }?.end
    stop = timeline.first { $0.phase == .failback }?.end
    for entry in timeline where entry.phase != .reprotect { end = max(end, entry.end) }
  }
}
