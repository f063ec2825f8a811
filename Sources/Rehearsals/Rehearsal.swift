import Estate
import RecoveryPlanning
import ScenarioLanguage
import Units

/// Rehearses one disaster on a branch of a world: strikes, then runs the runbook until all services are back.
struct Rehearsal {
  let scenario: Scenario
  let strategy: Strategy
  let disaster: Disaster
  let reader: StampReader
  private let struckAt: Instant
  let horizon: Instant
  /// Whether the drill includes the failback.
  private let includesReturn: Bool

  var world: World
  var planner: RecoveryPlanner
  var execution: RunbookExecution
  private(set) var outageStart: Instant?
  /// The instant at which every service was back, with or without all of its data in place.
  private var recoveredAt: Instant?
  private var metersAtOutage: Meters?
  private var windowAtOutage: JournalWindow?
  private(set) var timeline: [TimelineEntry] = []
  /// The entry for which each timeline entry waited last.
  private var waitedFor: [Int?] = []
  private var restored: [RestoredService] = []
  /// Whether the disaster is over without any outage, and nothing remains to wait for.
  private var isCalm = false
  /// The instant at which every copy held all writes issued before the end of the fault.
  private var protectedAgain: Instant?
  private var isSecondDisasterSet = false

  /// The limit on recovery time. A recovery that takes longer counts as failed.
  static let patience = Duration.days(60)

  /// - Parameters:
  ///   - branch: a copy of the world, at the instant of the strike.
  ///   - includesReturn: whether a failover is followed by the way back, where the strategy plans one.
  init(
    _ scenario: Scenario, strategy: Strategy, disaster: Disaster, on branch: World, reader: StampReader,
    includesReturn: Bool = true
  ) {
    self.includesReturn = includesReturn
    self.scenario = scenario
    self.strategy = strategy
    self.disaster = disaster
    self.reader = reader
    struckAt = branch.now
    world = branch
    horizon = branch.now + disaster.dwell + Self.patience
    let draws = RecoveryDraws(seed: scenario.seed, disaster: disaster.name, strike: branch.now)
    planner = RecoveryPlanner(scenario, strategy: strategy, detect: disaster.detect, draws: draws)
    execution = RunbookExecution(runbook: Runbook(), attempt: 0)
  }

  /// Runs the drill to its end. The result depends only on the branch and the scenario's seed.
  mutating func run() -> Drill {
    world.meterReplication(against: scenario.objectives.rpo)
    startWatch()
    let failure: String?
    if disaster.cause == .maintenance {
      failure = maintain()
    } else {
      strike(disaster, dwell: disaster.dwell, "strike")
      if !world.hasOutageAhead { awaitCalm() }
      failure = recover()
    }
    var drill = conclude(failure)
    if includesReturn, case .recovered = drill.outcome { drill.failback = comeBack() }
    return drill
  }

  private var isMaintained: Bool { disaster.cause == .maintenance }

  /// Rehearses planned work: people start at once, and the outage begins when they stop the services.
  private mutating func maintain() -> String? {
    guard case .site(let site) = disaster.target, let lasting = disaster.lasting else {
      preconditionFailure("maintenance is of a site, for some time")
    }
    do throws(RecoveryPlanner.Impossible) {
      try begin(planner.planMaintenance(of: site, lasting: lasting, in: world))
    } catch {
      return error.reason
    }
    return recover()
  }

  /// Runs the recovery; returns the reason for a failure, or `nil` when every service is back.
  private mutating func recover() -> String? {
    while let occurrence = world.nextOccurrence(through: horizon) {
      do throws(RecoveryPlanner.Impossible) {
        try react(to: occurrence)
      } catch {
        collect()
        return error.reason
      }
      if isMaintained, world.hasOutageAhead { _ = noteOutage() }
      if isCalm { return nil }
      guard outageStart != nil, execution.isFinished else { continue }
      recoveredAt = recoveredAt ?? world.now
      if execution.instant.isFinished { return nil }
    }
    return "the recovery takes longer than \(Self.patience)"
  }

  mutating func react(to occurrence: Occurrence) throws(RecoveryPlanner.Impossible) {
    switch occurrence {
    case .outage: try beginAttempt()
    case .timer(let token) where token == Self.secondDisasterToken: strikeAgain()
    case .timer(let token) where token == Self.calmToken: awaitProtection()
    case .timer(let token) where token == Self.givingUpToken: isCalm = outageStart == nil
    case .protectedAgain: noteProtection()
    case .promoted(let group): try promoted(group)
    case .productionIsLost(let site): try takeOver(at: site)
    case .quorumIsLost, .copyIsOutdated: try leaveToPeople()
    case .oldPrimaryIsFenced: try leaveOldPrimary()
    case .promotionRefused(let group, let reason): try beginWithout(group, reason)
    case .drained(let group): try execution.occurred(.drained(group), in: &world, context: context)
    case .protected(let group): try execution.occurred(.protected(group), in: &world, context: context)
    case .compared(let group, true): try execution.occurred(.compared(group), in: &world, context: context)
    case .compared(let group, false):
      throw RecoveryPlanner.Impossible(
        reason: "both sides of '\(world.name(of: group))' hold different bytes")
    case .timer(let token): try execution.timerFired(token, in: &world, context: context)
    case .replayed(let activity, let ending):
      try execution.replayEnded(activity, ending, in: &world, context: context)
    case .restored(let activity, let ending):
      try execution.restoreEnded(activity, ending, in: &world, context: context)
    }
    collect()
  }

  /// Starts a new attempt without a group whose copy must not take over.
  private mutating func beginWithout(_ group: PairID, _ reason: String) throws(RecoveryPlanner.Impossible) {
    planner.noteRefusedFailover(to: world.standingSite(of: group))
    guard strategy.snapshots != nil || !strategy.backups.isEmpty || world.standbySites.count > 1 else {
      throw RecoveryPlanner.Impossible(reason: "the copy at the DR site must not take over: \(reason)")
    }
    try beginAttempt()
  }

  var context: RunbookExecution.Context {
    RunbookExecution.Context(scenario: scenario, strategy: strategy, reader: reader)
  }

  /// Begins a recovery attempt. An outage during a recovery makes people plan again for the present state.
  mutating func beginAttempt() throws(RecoveryPlanner.Impossible) {
    if !noteOutage() || !execution.isFinished {
      execution.abandon(in: &world)
      collect()
      noteUnfinished()
    }
    try begin(try planner.plan(for: world))
  }

  /// Notes for the next plan what an abandoned runbook left half done, and what it ordered.
  private mutating func noteUnfinished() {
    for (service, recovery) in execution.unfinishedRecoveries {
      planner.noteUnfinished(service, needing: recovery)
    }
    for service in execution.instant.unfinished {
      if let point = restored.first(where: { $0.service == service })?.point {
        planner.noteUnfinished(service, needing: .newest(notAfter: point))
      }
    }
    for (device, ready) in execution.orderedDevices { planner.noteOrder(of: device, readyAt: ready) }
  }

  /// Notes the start of the outage; returns `false` when it was noted before.
  mutating func noteOutage() -> Bool {
    guard outageStart == nil else { return false }
    outageStart = world.now
    metersAtOutage = world.meters
    windowAtOutage = world.journalWindow
    setSecondDisaster()
    return true
  }

  mutating func begin(_ runbook: Runbook) throws(RecoveryPlanner.Impossible) {
    planner.draws.attempt += 1
    recoveredAt = nil
    var runbook = runbook
    runbook.drawFailures(strategy.recovery.stumbles, planner.draws)
    execution = RunbookExecution(
      runbook: runbook, attempt: planner.draws.attempt, entriesBefore: timeline.count,
      precededBy: timeline.indices.last)
    try execution.begin(in: &world, context: context)
  }

  /// Recovers from another disaster that struck during the failback.
  mutating func recoverAgain() -> Drill.Outcome {
    outageStart = world.now
    do throws(RecoveryPlanner.Impossible) {
      try beginAttempt()
    } catch {
      return .unrecoverable(error.reason)
    }
    // Not in one expression: what is concluded from is the rehearsal as it is after the recovery.
    let failure = recover()
    return conclude(failure).outcome
  }

  /// Schedules the second disaster once, after the start of the outage or, without one, after the strike.
  private mutating func setSecondDisaster() {
    guard let second = disaster.followedBy, !isSecondDisasterSet else { return }
    isSecondDisasterSet = true
    world.setTimer(Self.secondDisasterToken, after: planner.draws.draw(second.after, "second disaster"))
  }

  /// Waits, while no service is down, until the disaster is over and the copies are complete. A second
  /// disaster may strike before.
  private mutating func awaitCalm() {
    setSecondDisaster()
    let second = disaster.followedBy.map { planner.draws.draw($0.after, "second disaster") } ?? .zero
    // A disaster that does not end by itself is looked at for a while.
    let end = max(disaster.lasting ?? Self.glance, second)
    world.setTimer(Self.calmToken, after: end)
  }

  /// Waits until the copies have caught up after the end of the disaster.
  private mutating func awaitProtection() {
    guard outageStart == nil else { return }
    guard disaster.lasting != nil else { return isCalm = true }
    world.awaitProtection(since: world.now)
    world.setTimer(Self.givingUpToken, after: Self.catchingUpMaximum)
    noteProtection()
  }

  private mutating func noteProtection() {
    guard !world.isProtectionAwaited, protectedAgain == nil else { return }
    protectedAgain = world.now
    isCalm = outageStart == nil
  }

  private mutating func strikeAgain() {
    guard let second = disaster.followedBy else { return }
    // Its damage shows at once: people are looking.
    strike(scenario.disasters[second.disaster], dwell: .zero, "second strike")
  }

  private mutating func strike(_ disaster: Disaster, dwell: Duration, _ purpose: String) {
    planner.note(disaster, at: world.now, in: world)
    var strike = Strike(
      cause: disaster.cause, target: disaster.target, dwell: dwell, share: disaster.share,
      lasting: disaster.lasting ?? .zero, course: course(of: disaster, purpose),
      random: planner.draws.stream(purpose))
    strike.harmsFiles = disaster.harmsFiles
    strike.servers = disaster.servers
    world.strike(strike)
  }

  private func course(of disaster: Disaster, _ purpose: String) -> [Impairment] {
    guard [.linkFault, .failSlow].contains(disaster.cause), let lasting = disaster.lasting else { return [] }
    return disaster.course.impairments(lasting: lasting, from: planner.draws.stream("\(purpose) course"))
  }

  /// Collects the steps that the execution has finished since the last call.
  mutating func collect() {
    for entry in execution.takeFinished() {
      timeline.append(entry.entry)
      waitedFor.append(entry.waitedFor)
    }
    for service in execution.takeRestored() {
      planner.noteRestored(service.service)
      restored.removeAll { $0.service == service.service }
      restored.append(service)
    }
  }

  static let secondDisasterToken = -1
  private static let calmToken = -2
  private static let givingUpToken = -3
  private static let glance = Duration.minutes(10)
  /// The limit on catching up. After this time from the end of a fault, copies are no longer waited for.
  private static let catchingUpMaximum = Duration.hours(12)
}

extension Rehearsal {
  private func conclude(_ failure: String?) -> Drill {
    let start = outageStart ?? struckAt
    var drill = Drill(
      strike: struckAt, outageStart: start, outcome: .unrecoverable(failure ?? ""), timeline: [],
      criticalPath: [],
      attempts: planner.draws.attempt, restored: restored,
      metered: metersAtOutage.map { world.meters - $0 },
      protection: DrillProtection(
        of: world, since: struckAt, restoredAfter: protectedAgain.map { $0 - struckAt }))
    (drill.timeline, drill.criticalPath) = course(since: start)
    drill.takeover = takeover
    drill.media = world.vaultsWithFetchedMedia
    drill.journalWindow = outageStart == nil ? world.journalWindow : windowAtOutage
    guard failure == nil else { return drill }
    var recovered = Drill.Recovered(
      rpo: .zero, rto: isCalm ? .zero : (recoveredAt ?? world.now) - start, lostWrites: 0, lostBytes: .zero)
    for index in scenario.blueprint.services.indices {
      let service = scenario.blueprint.services[index]
      // Writes that an application made when it was asked to stop must be there, too.
      let inspection = world.inspect(
        service.volumes, against: isMaintained ? world.now : start, reader: reader)
      guard inspection.isUsable else {
        drill.outcome = .unrecoverable("\(service.name) came back \(inspection.integrity)")
        return drill
      }
      let bounds = rpoBounds(of: inspection, outage: start)
      recovered.rpo = max(recovered.rpo, bounds.atMost)
      recovered.rpoAtLeast = max(recovered.rpoAtLeast, bounds.atLeast)
      recovered.lostWrites += inspection.lostWrites
      recovered.lostTransactions += inspection.lostTransactions
      recovered.lostBytes += inspection.lostBytes
    }
    if execution.instant.hasBegun, let recoveredAt {
      if let wrong = execution.instant.differingPage(in: world) {
        let name = scenario.blueprint.volumes[wrong.volume].name
        drill.outcome = .unrecoverable(
          "page \(wrong.page) of \(name) was served with other bytes than were restored")
        return drill
      }
      drill.slowService = execution.instant.slowService(until: max(world.now, recoveredAt) - start)
    }
    drill.outcome = .recovered(recovered)
    return drill
  }

  /// Returns the bounds of the achieved RPO. Without an outage, or after a planned stop, every write is
  /// represented exactly.
  private func rpoBounds(
    of inspection: Inspection, outage start: Instant
  ) -> (atLeast: Duration, atMost: Duration) {
    let atLeast = inspection.earliestMissing.map { max(.zero, start - $0) } ?? .zero
    if inspection.earliestMissing == nil, isMaintained || outageStart == nil { return (.zero, .zero) }
    return (atLeast, max(atLeast, inspection.missingSince.map { start - $0 } ?? .zero))
  }

  /// Returns the timeline from the start of the outage, and the indices of its critical path. The path leads
  /// back from the last entry, each time to the entry waited for. After an automatic takeover some steps
  /// began before the outage, so entries are cut at its start.
  private func course(since start: Instant) -> (timeline: [TimelineEntry], criticalPath: [Int]) {
    let later = timeline.indices.filter { timeline[$0].end > start || timeline[$0].start >= start }
    var path: [Int] = []
    var entry = later.max { timeline[$0].end < timeline[$1].end }
    while let index = entry, let place = later.firstIndex(of: index) {
      path.append(place)
      entry = waitedFor[index]
    }
    let entries = later.map { index in
      var entry = timeline[index]
      entry.start = max(entry.start, start)
      return entry
    }
    return (entries, path.reversed())
  }
}
