import Backup
import Estate
import RecoveryPlanning
import ScenarioLanguage
import Units

/// Executes one runbook in a world. Each step begins when its dependencies are done.
struct RunbookExecution {
  /// The inputs of the steps.
  struct Context {
    let scenario: Scenario
    let strategy: Strategy
    let reader: StampReader
  }

  /// A finished step and the timeline entry for which it waited last.
  struct Finished {
    let entry: TimelineEntry
    let waitedFor: Int?
  }

  /// An event of a protection group or of a standby site.
  enum GroupEvent: Hashable {
    case missedHeartbeats(SiteID)
    case promoted(PairID)
    case protected(PairID)
    case drained(PairID)
    case compared(PairID)
  }

  private enum State {
    case waiting
    case queued
    case running(since: Instant)
    /// The step is done. The value has its index in the timeline.
    case done(entry: Int, at: Instant)
  }

  private let runbook: Runbook
  let attempt: Int
  /// Attempts at each step that failed, with the timeline entry of the last one.
  private var failed: [(count: Int, last: (entry: Int, at: Instant)?)]
  /// Steps whose attempt under way is going to fail, at a time that is set.
  private var failing: Set<Int> = []
  /// The volumes before a restore that is going to fail, by step.
  private var discarded: [Int: RestoreTarget] = [:]
  private var states: [State]
  private var searches: [ActivityID: (step: Int, search: PointSearch)] = [:]
  private var scans: [Int: PointSearch] = [:]
  /// The steps that wait for media, with the vaults called.
  private var called: [Int: (service: ServiceID, vaults: [VaultID], at: Instant)] = [:]
  /// The replays under way, by activity.
  private var replays: [ActivityID: (step: Int, service: ServiceID, target: LogReplayTarget)] = [:]
  /// Services whose log is still to be replayed, with the point restored.
  private var awaitingReplay: [ServiceID: RestoredService] = [:]
  /// The steps that wait for an event of a protection group.
  private var awaited: [(event: GroupEvent, step: Int)] = []
  private var finished: [Finished] = []
  private var restored: [RestoredService] = []
  private var entryCount: Int
  /// The services that start before all of their data is in place.
  var instant = InstantRestores()
  /// The last timeline entry of the previous attempt, which a second disaster ended.
  private let predecessor: Int?

  init(runbook: Runbook, attempt: Int, entriesBefore: Int = 0, precededBy predecessor: Int? = nil) {
    self.runbook = runbook
    self.attempt = attempt
    states = runbook.steps.map { _ in .waiting }
    failed = runbook.steps.map { _ in (0, nil) }
    entryCount = entriesBefore
    self.predecessor = predecessor
  }

  var isFinished: Bool {
    states.allSatisfy { if case .done = $0 { true } else { false } }
  }

  mutating func takeFinished() -> [Finished] {
    defer { finished = [] }
    return finished
  }

  mutating func takeRestored() -> [RestoredService] {
    defer { restored = [] }
    return restored
  }

  mutating func begin(in world: inout World, context: Context) throws(RecoveryPlanner.Impossible) {
    try startWhatIsReady(in: &world, context: context)
  }

  /// Stops the running steps. Timers that are still set have no effect.
  mutating func abandon(in world: inout World) {
    world.cancelRestores()
    for (step, state) in states.enumerated() {
      if case .running(let since) = state { note(step, from: since, to: world.now) }
    }
  }

  /// The services with data that the runbook has not yet brought back whole, and the recovery that each needs.
  var unfinishedRecoveries: [(service: ServiceID, recovery: DataRecovery)] {
    zip(runbook.steps, states).compactMap { step, state in
      guard case .restore(let service, let recovery) = step.action else { return nil }
      switch state {
      case .running: return (service, recovery)
      case .done where awaitingReplay[service] != nil: return (service, recovery)
      case .waiting, .queued, .done: return nil
      }
    }
  }

  /// The devices on their way, with the instants at which they are ready.
  var orderedDevices: [(device: DeviceID, ready: Instant)] {
    runbook.steps.indices.compactMap { step in
      guard case .running(let since) = states[step], !failing.contains(step),
        case .change(.replaceDevice(let device), let time) = runbook.steps[step].action
      else { return nil }
      return (device, since + time)
    }
  }

  mutating func timerFired(
    _ token: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard token / Self.stepsMaximum == attempt else { return }
    let step = token % Self.stepsMaximum
    if token == demandToken { return demand(in: &world, context: context) }
    if failing.remove(step) != nil {
      try fail(step, in: &world, context: context)
    } else if let call = called.removeValue(forKey: step) {
      try received(call, step, in: &world, context: context)
    } else if let search = scans.removeValue(forKey: step) {
      try scanned(step, search, in: &world, context: context)
    } else {
      if case .change(let change, _) = runbook.steps[step].action { world.apply(change, context.scenario) }
      try finish(step, in: &world, context: context)
    }
  }

  mutating func restoreEnded(
    _ activity: ActivityID, _ ending: RestoreEnding, in world: inout World,
    context: Context
  ) throws(RecoveryPlanner.Impossible) {
    if try instantRestoreEnded(activity, ending, in: &world, context: context) { return }
    guard let (step, search) = searches.removeValue(forKey: activity) else { return }
    switch ending {
    case .complete where search.needsScan:
      scans[step] = search
      world.setTimer(token(step), after: search.scanTime(in: context))
    case .complete:
      try adopt(search, step, in: &world, context: context)
    case .failed:
      try restoreNext(search.withoutCurrent, step, in: &world, context: context)
    }
  }

  mutating func occurred(
    _ event: GroupEvent, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard let place = awaited.firstIndex(where: { $0.event == event }) else { return }
    try finish(awaited.remove(at: place).step, in: &world, context: context)
  }

  // MARK: Steps

  private mutating func startWhatIsReady(in world: inout World, context: Context) throws(RecoveryPlanner
    .Impossible)
  {
    for step in runbook.steps.indices {
      guard case .waiting = states[step], runbook.steps[step].dependencies.allSatisfy(isDone) else {
        continue
      }
      if case .restore = runbook.steps[step].action {
        states[step] = .queued
      } else {
        try beginAttempt(at: step, in: &world, context: context)
      }
    }
    // One after the other in the runbook's order, as many at once as the strategy allows.
    for step in runbook.steps.indices {
      guard case .queued = states[step], restoresUnderWay < context.strategy.recovery.concurrentRestores
      else { continue }
      try beginAttempt(at: step, in: &world, context: context)
    }
  }

  private var restoresUnderWay: Int {
    runbook.steps.indices.count { step in
      guard case .restore = runbook.steps[step].action, case .running = states[step] else { return false }
      return true
    }
  }

  /// Begins an attempt at a step: one that fails at a time that is set, or the step itself.
  private mutating func beginAttempt(
    at step: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    states[step] = .running(since: world.now)
    if isGoingToFail(step), let time = runbook.steps[step].failures.times[failed[step].count] {
      failing.insert(step)
      world.setTimer(token(step), after: time)
      return
    }
    switch runbook.steps[step].action {
    case .wait(let time), .change(_, let time): world.setTimer(token(step), after: time)
    case .await(let end): world.setTimer(token(step), after: max(.zero, end - world.now))
    case .restore(let service, let recovery):
      if isGoingToFail(step) { discarded[step] = world.restoreTarget(of: service) }
      let search = PointSearch(recovery, among: world.recoveryOptions(for: service), of: service)
      try restoreNext(search, step, in: &world, context: context)
    case .replayLog(let service, let target): replay(service, to: target, step, in: &world, context: context)
    case .missHeartbeats(let site): begin(step, until: .missedHeartbeats(site), in: &world) { _ in }
    case .failOver(let pair, let fences):
      begin(step, until: .promoted(pair), in: &world) {
        fences ? $0.startFailover(of: pair) : $0.startUnfencedFailover(of: pair)
      }
    case .failOverBeforeMistake(let pair):
      begin(step, until: .promoted(pair), in: &world) { $0.startFailoverBeforeMistake(of: pair) }
    case .reprotect(let pair):
      begin(step, until: .protected(pair), in: &world) { $0.startReprotection(of: pair) }
    case .drain(let pair): begin(step, until: .drained(pair), in: &world) { $0.startDraining(of: pair) }
    case .switchOver(let pair):
      begin(step, until: .promoted(pair), in: &world) { $0.startSwitchover(of: pair) }
    case .compare(let pair):
      begin(step, until: .compared(pair), in: &world) { $0.startComparison(of: pair) }
    }
  }

  /// Whether the attempt at a step that is under way, or comes next, fails.
  private func isGoingToFail(_ step: Int) -> Bool {
    failed[step].count < runbook.steps[step].failures.times.count
  }

  /// Ends an attempt that failed and begins the next one, where there is one.
  private mutating func fail(
    _ step: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard case .running(let since) = states[step] else { return }
    let plan = runbook.steps[step]
    note(step, from: since, to: world.now, hasFailed: true)
    failed[step] = (failed[step].count + 1, (entryCount - 1, world.now))
    if plan.failures.areFinal, !isGoingToFail(step) {
      let attempts = failed[step].count == 1 ? "the only attempt" : "all \(failed[step].count) attempts"
      throw RecoveryPlanner.Impossible(
        reason: "\(attempts) at \(plan.phase.reportName) of \(plan.subject) failed")
    }
    try beginAttempt(at: step, in: &world, context: context)
  }

  private mutating func begin(
    _ step: Int, until event: GroupEvent, in world: inout World, start: (inout World) -> Void
  ) {
    awaited.append((event, step))
    start(&world)
  }

  private func isDone(_ step: Int) -> Bool {
    if case .done = states[step] { true } else { false }
  }

  private mutating func finish(
    _ step: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard case .running(let since) = states[step] else { return }
    states[step] = .done(entry: entryCount, at: world.now)
    note(step, from: since, to: world.now)
    try startWhatIsReady(in: &world, context: context)
  }

  private mutating func note(_ step: Int, from start: Instant, to end: Instant, hasFailed: Bool = false) {
    // A repeated attempt waited for the one before it.
    var last = failed[step].last
    for dependency in runbook.steps[step].dependencies where failed[step].last == nil {
      if case .done(let entry, let at) = states[dependency], at > last?.at ?? .init(nanoseconds: .min) {
        last = (entry, at)
      }
    }
    let plan = runbook.steps[step]
    finished.append(
      Finished(
        entry: TimelineEntry(
          phase: plan.phase, subject: plan.subject, start: last?.at ?? start, end: end,
          attempt: failed[step].count + 1, hasFailed: hasFailed),
        waitedFor: last?.entry ?? predecessor))
    entryCount += 1
  }

  // MARK: Data

  mutating func restoreNext(
    _ search: PointSearch, _ step: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard let option = search.current else {
      if callMedia(for: search.service, step, in: &world) { return }
      let name = context.scenario.blueprint.services[search.service].name
      throw RecoveryPlanner.Impossible(reason: search.failure(for: name))
    }
    if let policy = context.strategy.recovery.instant, isInstant(search, from: option, context) {
      return instant.begin(search, from: option, step: step, share: policy.firstRead, in: &world)
    }
    searches[world.startRestore(of: search.service, from: option)] = (step, search)
  }

  /// Calls for media when nothing at hand is usable; returns `false` where there are none.
  private mutating func callMedia(for service: ServiceID, _ step: Int, in world: inout World) -> Bool {
    let home = world.site(of: world.blueprint.services[service].host)
    let vaults = world.vaultsToFetch(for: service, to: home) { _ in true }
    guard let longest = vaults.compactMap({ world.courier(of: $0)?.comeback }).max() else { return false }
    called[step] = (service, vaults, world.now)
    world.setTimer(token(step), after: longest)
    return true
  }

  /// Searches the media that have arrived.
  private mutating func received(
    _ call: (service: ServiceID, vaults: [VaultID], at: Instant), _ step: Int, in world: inout World,
    context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard case .restore(_, let recovery) = runbook.steps[step].action else { return }
    let home = world.site(of: world.blueprint.services[call.service].host)
    for vault in call.vaults { world.receiveMedia(of: vault, at: home, calledAt: call.at) }
    let options = world.recoveryOptions(for: call.service).filter { option in
      call.vaults.contains { option.source == .vault($0) }
    }
    try restoreNext(
      PointSearch(recovery, among: options, of: call.service), step, in: &world, context: context)
  }

  /// Handles the end of a scan. The scan reads the restored bytes like the application, without the ledger.
  private mutating func scanned(
    _ step: Int, _ search: PointSearch, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    let isClean = world.damagedPages(of: search.service, reader: context.reader) == 0
    let next = search.after(isClean: isClean)
    if next.isSettled {
      try adopt(next, step, in: &world, context: context)
    } else {
      try restoreNext(next, step, in: &world, context: context)
    }
  }

  private mutating func adopt(
    _ search: PointSearch, _ step: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    if let target = discarded.removeValue(forKey: step) {
      world.discardRestore(of: search.service, to: target)
      return try fail(step, in: &world, context: context)
    }
    if let option = search.current {
      let service = RestoredService(
        service: search.service, point: option.instant, source: option.source, candidatesTried: search.tried)
      if isReplayed(search.service) {
        awaitingReplay[search.service] = service
      } else {
        restored.append(service)
      }
    }
    try finish(step, in: &world, context: context)
  }

  // MARK: Log

  /// Whether the runbook replays the log of a service.
  private func isReplayed(_ service: ServiceID) -> Bool {
    runbook.steps.contains { if case .replayLog(service, _) = $0.action { true } else { false } }
  }

  private mutating func replay(
    _ service: ServiceID, to target: LogReplayTarget, _ step: Int, in world: inout World, context: Context
  ) {
    guard let base = awaitingReplay[service]?.point else {
      preconditionFailure("a log is replayed after the restore of its base")
    }
    let activity = world.startReplay(of: service, from: base, to: target, reader: context.reader)
    replays[activity] = (step, service, target)
  }

  /// Handles the end of a replay. Log that could not be read is read again; log that cannot be reached is left out.
  mutating func replayEnded(
    _ activity: ActivityID, _ ending: LogReplayEnding, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) {
    guard let (step, service, target) = replays.removeValue(forKey: activity) else { return }
    guard case .complete(let instant) = ending else {
      return replay(service, to: target, step, in: &world, context: context)
    }
    if var point = awaitingReplay.removeValue(forKey: service) {
      point.replayedTo = instant
      restored.append(point)
    }
    try finish(step, in: &world, context: context)
  }

  /// Adopts a service's first share; returns whether the attempt is repeated.
  mutating func adoptRead(
    _ search: PointSearch, _ step: Int, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) -> Bool {
    let isRepeated = discarded[step] != nil
    if !isRepeated { instant.add(search) }
    try adopt(search, step, in: &world, context: context)
    return isRepeated
  }

  /// Whether no service waits for its data any more.
  var hasRestoredAll: Bool {
    runbook.steps.indices.allSatisfy { step in
      if case .restore = runbook.steps[step].action { isDone(step) } else { true }
    }
  }

  private static let stepsMaximum = 1 << 20
  /// The token of the timer for reads on demand, which no step has.
  var demandToken: Int { attempt * Self.stepsMaximum + Self.stepsMaximum - 1 }
  private func token(_ step: Int) -> Int { attempt * Self.stepsMaximum + step }
}
