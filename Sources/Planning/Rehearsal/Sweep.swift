import Estate
import Storage
import Units

/// Rehearses every disaster at every instant under every strategy.
///
/// Each strategy's world is simulated once, without disasters; wherever one strikes, a copy of the world is struck in its
/// stead. Copies know nothing of each other, so they are rehearsed concurrently and the report is the same for any
/// number of jobs.
public struct Sweep: Sendable {
  /// What to leave out of the scenario: a drill that is rehearsed alone comes out as it does among all.
  public struct Selection: Sendable {
    public var strategy: String?
    public var disaster: String?
    public var instant: Instant?

    public init(strategy: String? = nil, disaster: String? = nil, instant: Instant? = nil) {
      self.strategy = strategy
      self.disaster = disaster
      self.instant = instant
    }
  }

  public struct Progress: Sendable {
    public var drillsDone: Int
    public var drillsTotal: Int
    /// The strategy that is being rehearsed.
    public var strategy: String
  }

  private let scenario: Scenario
  private let provenance: Provenance
  private let disasters: [Disaster]
  /// Of each selected disaster.
  private var instants: [[Instant]]
  private let strategies: [Strategy]
  private let schedules: [WorkloadSchedule]
  private let databases: [DatabaseSchedule]
  private let images: [PagedImage]

  /// Draws the workloads and instants. Names of the selection that the scenario does not have select nothing.
  public init(_ scenario: Scenario, provenance: Provenance, selection: Selection = Selection()) {
    self.scenario = scenario
    self.provenance = provenance
    disasters = scenario.disasters.filter { selection.disaster == nil || $0.name == selection.disaster }
    strategies = scenario.strategies.filter { selection.strategy == nil || $0.name == selection.strategy }
    instants = disasters.map { disaster in
      selection.instant.map { [$0] }
        ?? (disaster.strikes ?? scenario.strikes).instants(of: disaster, in: scenario)
    }
    do throws(StorageError) {
      (schedules, databases, images) = try WorkloadSchedule.draw(
        scenario.blueprint, scale: scenario.scale, seed: scenario.seed, start: scenario.start,
        end: scenario.workloadEnd)
    } catch {
      preconditionFailure("a scenario that was checked has room for its databases: \(error)")
    }
  }

  /// How many drills the run consists of.
  public var drillCount: Int { instants.reduce(0) { $0 + $1.count } * strategies.count }

  /// Runs every drill, at most `jobs` at a time; with a goal of precision more batches of as many instants, until it is
  /// reached or its budget is spent.
  public func run(jobs: Int, progress: @Sendable (Progress) -> Void = { _ in }) async -> Report {
    var report = await runBatch(jobs: jobs, bare: bareLedger, progress: progress)
    guard let goal = scenario.precision else { return report }
    var batches = 1
    while let next = batch(batches, after: report, goal) {
      report.add(await next.runBatch(jobs: jobs, bare: nil, progress: progress))
      batches += 1
    }
    report.precision = PrecisionOutcome(goal: goal, batches: batches, open: report.open(for: goal))
    return report
  }

  /// The same sweep at other instants of the disasters that are not known precisely enough; `nil` when there are none, or
  /// the budget is spent. All strategies get the same instants, so that they can be compared in pairs.
  private func batch(_ number: Int, after report: Report, _ goal: PrecisionGoal) -> Sweep? {
    let open = report.open(for: goal)
    var next = self
    next.instants = disasters.enumerated().map { place, disaster in
      let plan = disaster.strikes ?? scenario.strikes
      guard open.contains(disaster.name), case .spread(let count) = plan,
        count * (number + 1) <= goal.drillsMaximum
      else { return [] }
      return plan.instants(of: disaster, in: scenario, batch: number)
    }
    return next.drillCount > 0 ? next : nil
  }

  /// - Parameter bare: when production acknowledged what without any protection; `nil` when that was told in another batch.
  private func runBatch(
    jobs: Int, bare: Ledger?, progress: @Sendable (Progress) -> Void
  ) async -> Report {
    var reports: [StrategyReport] = []
    var done = 0
    for strategy in strategies {
      let report = await rehearse(strategy, jobs: jobs, bare: bare) { drills in
        done += drills
        progress(Progress(drillsDone: done, drillsTotal: drillCount, strategy: strategy.name))
      }
      reports.append(report)
    }
    return Report(scenario: scenario, provenance: provenance, strategies: reports, quantum: quantum)
  }

  // MARK: One strategy

  /// What is done at one instant.
  private struct Stop: Sendable {
    var instant: Instant
    /// Places in `disasters`, and among each one's instants.
    var strikes: [(disaster: Int, index: Int)] = []
    /// Whether the copies are looked at.
    var isTrial = false
  }

  private struct Results: Sendable {
    var drills: [(disaster: Int, index: Int, drill: Drill)] = []
    var trials: [LagTrial] = []
  }

  private func rehearse(
    _ strategy: Strategy, jobs: Int, bare: Ledger?, advanced: (Int) -> Void
  ) async -> StrategyReport {
    let reader = StampReader()
    var trunk = world(under: strategy)
    var drills: [[Drill?]] = instants.map { $0.map { _ in nil } }
    var trials: [LagTrial] = []
    func store(_ results: Results) {
      for result in results.drills { drills[result.disaster][result.index] = result.drill }
      trials += results.trials
      advanced(results.drills.count)
    }
    trunk.run(through: scenario.windowStart)
    let before = trunk.metered
    trunk.meterReplication(against: scenario.objectives.rpo)
    let isTried = bare != nil && strategy.disasterRecovery != nil
    await withTaskGroup(of: Results.self) { group in
      var running = 0
      for stop in stops(withTrials: isTried) {
        trunk.run(through: stop.instant)
        let branch = trunk
        if running == max(1, jobs), let results = await group.next() {
          store(results)
          running -= 1
        }
        group.addTask { rehearse(stop, under: strategy, on: branch, reader: reader) }
        running += 1
      }
      for await results in group { store(results) }
    }
    trunk.run(through: max(trunk.now, scenario.windowEnd))
    return StrategyReport(
      strategy: strategy, protection: ProtectionReport(of: trunk), metered: trunk.metered - before,
      replication: ReplicationReport(of: trunk, trials: trials),
      overhead: bare.flatMap { overhead(of: strategy, trunk.ledger, against: $0) },
      disasters: zip(disasters, drills).map { disaster, drills in
        DisasterReport(
          disaster, drills: drills.compactMap { $0 }, objectives: scenario.objectives,
          estimate: ClosedFormEstimate(of: disaster, under: strategy, in: scenario, schedules: schedules))
      })
  }

  private func rehearse(
    _ stop: Stop, under strategy: Strategy, on branch: World, reader: StampReader
  ) -> Results {
    let drills = stop.strikes.map { strike in
      var rehearsal = Rehearsal(
        scenario, strategy: strategy, disaster: disasters[strike.disaster], on: branch, reader: reader,
        includesReturn: strategy.disasterRecovery?.failback?.isRehearsed(at: stop.instant) ?? false)
      return (strike.disaster, strike.index, rehearsal.run())
    }
    return Results(drills: drills, trials: stop.isTrial ? LagTrial.all(on: branch, reader: reader) : [])
  }

  private func stops(withTrials isTried: Bool) -> [Stop] {
    let strikes = instants.enumerated().flatMap { disaster, instants in
      instants.enumerated().map { (instant: $1, disaster: disaster, index: $0) }
    }.sorted { ($0.instant, $0.disaster, $0.index) < ($1.instant, $1.disaster, $1.index) }
    var stops: [Stop] = []
    for strike in strikes {
      if stops.last?.instant != strike.instant { stops.append(Stop(instant: strike.instant)) }
      stops[stops.count - 1].strikes.append((strike.disaster, strike.index))
    }
    guard isTried else { return stops }
    let trials = StrikePlan.spread(LagTrial.count, from: scenario.windowStart, over: scenario.window)
    stops += trials.map { Stop(instant: $0, isTrial: true) }
    return stops.sorted { $0.instant < $1.instant }
  }

  private func overhead(of strategy: Strategy, _ ledger: Ledger, against bare: Ledger) -> ProductionOverhead?
  {
    var overhead = ProductionOverhead(
      of: ledger, against: bare, schedules: schedules, databases: databases,
      in: scenario.windowStart..<scenario.windowEnd)
    overhead?.grain = ProductionOverhead.grain(of: strategy, in: scenario, schedules: schedules)
    return overhead
  }

  /// When production acknowledges what where nothing protects it.
  private var bareLedger: Ledger {
    var world = world(under: nil)
    world.run(through: scenario.windowEnd)
    return world.ledger
  }

  private func world(under strategy: Strategy?) -> World {
    var world = World(
      blueprint: scenario.blueprint, scale: scenario.scale, seed: scenario.seed, schedules: schedules,
      databases: databases, images: images,
      speeds: scenario.speeds, start: scenario.start)
    guard let strategy else { return world }
    if let snapshots = strategy.snapshots { world.protect(with: snapshots) }
    for policy in strategy.backups { world.protect(with: policy) }
    for group in strategy.disasterRecovery?.groups ?? [] { world.protect(with: group) }
    return world
  }

  /// The mean time from one write of the run to the next, of a database from one transaction to the next; where that is least.
  private var quantum: Duration {
    let transactions = databases.map { $0.transactionCount(through: .distantFuture) }
    let written = databases.flatMap(\.plan.volumes)
    let writes = schedules.filter { !written.contains($0.volume) }.map(\.writeCount)
    let span = scenario.windowEnd - scenario.start
    return (transactions + writes).filter { $0 > 0 }.map { span / Int64($0) }.min() ?? span
  }
}

extension ProtectionReport {
  init(of world: World) {
    let record = world.protectionRecord
    self.init(
      snapshotsTaken: record.snapshotsTaken, backupsTaken: record.backupsTaken,
      slotsSwallowed: record.slotsSwallowed,
      backupsFailed: record.backupsFailed, longestBackup: record.longestBackup,
      vaultBytes: world.scale.unscaled(record.vaultBytes), trace: world.trace.description)
  }
}
