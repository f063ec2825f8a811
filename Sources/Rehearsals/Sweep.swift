import Estate
import RecoveryPlanning
import ScenarioLanguage
import Statistics
import Storage
import Units

/// Rehearses every disaster at every instant under every strategy.
///
/// Each strategy's world is simulated once without disasters. Wherever one strikes, a copy of the world is
/// struck instead. The copies are independent, so they are rehearsed concurrently and the report is the same
/// for any number of jobs.
public struct Sweep: Sendable {
  /// The selected part of a scenario. A drill that runs alone has the same result as in the whole run.
  public struct Selection: Sendable {
    public var strategy: String?
    /// The selected strategies; empty for all.
    public var strategies: [String] = []
    public var disaster: String?
    public var instant: Instant?

    public init(strategy: String? = nil, disaster: String? = nil, instant: Instant? = nil) {
      self.strategy = strategy
      self.disaster = disaster
      self.instant = instant
    }

    /// Returns the selected strategies of a scenario, in its order.
    func strategies(of scenario: Scenario) -> [Strategy] {
      scenario.strategies.filter {
        (strategy == nil || $0.name == strategy)
          && (strategies.isEmpty || strategies.contains($0.name))
      }
    }
  }

  public struct Progress: Sendable {
    public var drillsDone: Int
    public var drillsTotal: Int
    /// The current strategy.
    public var strategy: String
  }

  private let scenario: Scenario
  private let provenance: Provenance
  private let disasters: [Disaster]
  /// The instants of each selected disaster.
  private var instants: [[Instant]]
  private var strategies: [Strategy]
  /// The instants of one shard, by strategy and disaster; `nil` for all.
  private var shares: [[Range<Int>]]?
  /// Whether only drills run, without trial failovers and without production's overhead.
  package var isDrillsOnly = false
  /// Whether the worlds check their invariants after every event, which tests ask for.
  package var checksInvariants = false
  private let schedules: [WorkloadSchedule]
  private let databases: [DatabaseSchedule]
  private let images: [PagedImage]
  /// The reader of single drills. The branches of each strategy's world have one of their own.
  private let reader = StampReader()

  /// Draws the workloads and instants. Unknown names in the selection select nothing.
  public init(_ scenario: Scenario, provenance: Provenance, selection: Selection = Selection()) {
    self.scenario = scenario
    self.provenance = provenance
    disasters = scenario.disasters.filter { selection.disaster == nil || $0.name == selection.disaster }
    strategies = selection.strategies(of: scenario)
    instants = disasters.map { disaster in
      if let instant = selection.instant { return [instant] }
      let all = (disaster.strikes ?? scenario.strikes).instants(of: disaster, in: scenario)
      // Where nothing is hit, one drill shows it.
      return disaster.isMiss ? Array(all.prefix(1)) : all
    }
    do throws(StorageError) {
      (schedules, databases, images) = try WorkloadSchedule.draw(
        scenario.blueprint, scale: scenario.scale, seed: scenario.seed, start: scenario.start,
        end: scenario.workloadEnd,
        refinement: scenario.refinement(strikes: scenario.allStrikes(and: selection.instant)))
    } catch {
      preconditionFailure("a scenario that was checked has room for its databases: \(error)")
    }
  }

  /// The number of drills in the run.
  public var drillCount: Int {
    shares.map { $0.joined().reduce(0) { $0 + $1.count } }
      ?? instants.reduce(0) { $0 + $1.count } * strategies.count
  }

  /// Returns the sweep over one shard's drills. Strategies are distributed in turn, and a strategy shared by
  /// several shards is cut between two drills.
  public func restricted(to shard: Shard) -> Sweep {
    precondition(scenario.precision == nil, "batches depend on all drills before")
    let counts = instants.map(\.count)
    let each = counts.reduce(0, +)
    let dealt = (0..<shard.count).flatMap { first in
      stride(from: first, to: strategies.count, by: shard.count)
    }
    let range = shard.range(of: each * strategies.count)
    var part = self
    (part.strategies, part.shares) = ([], [])
    for place in strategies.indices {
      let start = (dealt.firstIndex(of: place) ?? 0) * each
      var first = start
      let ranges = counts.map { count in
        defer { first += count }
        let own = range.clamped(to: first..<first + count)
        return own.lowerBound - first..<own.upperBound - first
      }
      guard range.overlaps(start..<start + each) else { continue }
      part.strategies.append(strategies[place])
      part.shares?.append(ranges)
    }
    return part
  }

  private func instants(ofStrategyAt place: Int) -> [[Instant]] {
    guard let shares else { return instants }
    return zip(instants, shares[place]).map { Array($0[$1]) }
  }

  /// Runs every drill, at most `jobs` at a time. With a goal of precision, further batches run until the goal
  /// or the budget is reached.
  public func run(jobs: Int, progress: @Sendable (Progress) -> Void = { _ in }) async -> SweepReport {
    var report = await runBatch(
      jobs: jobs, bare: isDrillsOnly ? nil : bareLedger, progress: progress)
    guard let goal = scenario.precision else { return report }
    var batches = 1
    while let next = batch(batches, after: report, goal) {
      report.add(await next.runBatch(jobs: jobs, bare: nil, progress: progress))
      batches += 1
    }
    report.precision = PrecisionOutcome(goal: goal, batches: batches, open: report.open(for: goal))
    return report
  }

  /// Returns the same sweep at other instants of the disasters that are not precise enough. All strategies
  /// get the same instants for paired comparison; `nil` when no batch is needed or the budget is spent.
  private func batch(_ number: Int, after report: SweepReport, _ goal: PrecisionGoal) -> Sweep? {
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

  /// Runs the strategies side by side, as many as there are jobs. No job is idle while a world warms up.
  ///
  /// - Parameter bare: when production acknowledged what without any protection; `nil` when that was told in another batch.
  private func runBatch(
    jobs: Int, bare: Ledger?, progress: @Sendable (Progress) -> Void
  ) async -> SweepReport {
    let jobs = max(1, jobs)
    var courses = strategies.enumerated().map { place, strategy in
      StrategyCourse(
        of: strategy, instants: instants(ofStrategyAt: place),
        trials: bare != nil && strategy.disasterRecovery != nil,
        reader: StampReader(beside: reader), in: scenario)
    }
    var reports: [StrategyReport?] = strategies.map { _ in nil }
    var done = 0
    await withTaskGroup(of: (course: Int, result: WorkResult).self) { group in
      var running = 0
      while true {
        while running < jobs, let (course, work) = nextWork(of: &courses, jobs: jobs) {
          let (strategy, reader) = (courses[course].strategy, courses[course].reader)
          group.addTask { (course, perform(work, under: strategy, reader)) }
          running += 1
        }
        guard let (course, result) = await group.next() else { break }
        running -= 1
        done += take(result, into: &courses[course])
        progress(
          Progress(drillsDone: done, drillsTotal: drillCount, strategy: courses[course].strategy.name))
        if courses[course].isFinished { reports[course] = report(of: &courses[course], bare: bare) }
      }
    }
    return SweepReport(
      scenario: scenario, provenance: provenance, strategies: reports.compactMap { $0 })
  }

  // MARK: Work

  private enum WorkResult: Sendable {
    case arrived(World)
    case rehearsed(StrategyCourse.Findings)
  }

  /// Returns the first available work of any course. At most `jobs` courses run at once.
  private func nextWork(
    of courses: inout [StrategyCourse], jobs: Int
  ) -> (course: Int, work: StrategyCourse.Work)? {
    var underWay = 0
    for index in courses.indices where !courses[index].isFinished {
      underWay += 1
      if underWay > jobs { return nil }
      if let work = courses[index].nextWork(branchesMaximum: jobs) { return (index, work) }
    }
    return nil
  }

  private func perform(
    _ work: StrategyCourse.Work, under strategy: Strategy, _ reader: StampReader
  ) -> WorkResult {
    switch work {
    case .advance(let trunk, let instant):
      var world = trunk ?? world(under: strategy)
      world.run(through: max(world.now, instant))
      return .arrived(world)
    case .rehearse(let stop, let branch):
      let drills = stop.strikes.map { strike in
        var rehearsal = Rehearsal(
          scenario, strategy: strategy, disaster: disasters[strike.disaster], on: branch, reader: reader,
          includesReturn: strategy.disasterRecovery?.failback?.isRehearsed(at: stop.instant) ?? false)
        return (strike.disaster, strike.index, rehearsal.run())
      }
      let trials = stop.isTrial ? LagTrial.all(on: branch, reader: reader) : []
      return .rehearsed(StrategyCourse.Findings(drills: drills, trials: trials))
    }
  }

  /// Adds a result to its course and returns the number of new drills.
  private func take(_ result: WorkResult, into course: inout StrategyCourse) -> Int {
    switch result {
    case .arrived(let world):
      course.arrived(world)
      return 0
    case .rehearsed(let findings):
      course.add(findings)
      return findings.drills.count
    }
  }

  // MARK: Single drills

  /// Returns the undisturbed world of a strategy at an instant, advanced from an earlier one; `nil` starts at
  /// the beginning.
  package func world(under strategy: Strategy, at instant: Instant, from earlier: World?) -> World {
    var world = earlier ?? self.world(under: strategy)
    precondition(world.now <= instant, "a world does not run backwards")
    world.run(through: instant)
    return world
  }

  /// Rehearses a disaster on a copy of a world.
  ///
  /// - Parameter scenario: the sweep's scenario, or one with other people; `nil`: the sweep's own.
  package func drill(
    of disaster: Disaster, under strategy: Strategy, on world: World, in scenario: Scenario? = nil
  ) -> Drill {
    var rehearsal = Rehearsal(
      scenario ?? self.scenario, strategy: strategy, disaster: disaster, on: world, reader: reader,
      includesReturn: false)
    return rehearsal.run()
  }

  private func report(of course: inout StrategyCourse, bare: Ledger?) -> StrategyReport {
    let (world, metered, vaultsBefore, fill, findings) = course.takeResult()
    let strategy = course.strategy
    var report = StrategyReport(
      strategy: strategy, protection: ProtectionReport(of: world), metered: metered,
      replication: ReplicationReport(of: world, trials: findings.trials),
      overhead: bare.flatMap { overhead(of: strategy, world.ledger, against: $0) },
      disasters: disasters.enumerated().map { place, disaster in
        DisasterReport(
          disaster, drills: findings.drills.filter { $0.disaster == place }.map(\.drill),
          objectives: scenario.objectives,
          estimate: ClosedFormEstimate(
            of: disaster, under: strategy, in: scenario, schedules: schedules, databases: databases))
      })
    report.vaults = VaultGrowth.all(
      of: strategy, in: scenario, from: vaultsBefore, to: world.vaultContents)
    report.fill = fill
    return report
  }

  private func overhead(of strategy: Strategy, _ ledger: Ledger, against bare: Ledger) -> ProductionOverhead?
  {
    var overhead = ProductionOverhead(
      of: ledger, against: bare, schedules: schedules, databases: databases,
      in: scenario.windowStart..<scenario.windowEnd)
    overhead?.grain = ProductionOverhead.grain(of: strategy, in: scenario, schedules: schedules)
    return overhead
  }

  /// The ledger of production without protection.
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
    world.checksInvariants = checksInvariants
    guard let strategy else { return world }
    if let snapshots = strategy.snapshots { world.protect(with: snapshots) }
    for policy in strategy.backups { world.protect(with: policy) }
    if let archive = strategy.logArchive { world.protect(with: archive) }
    for group in strategy.disasterRecovery?.groups ?? [] { world.protect(with: group) }
    return world
  }
}

extension ProtectionReport {
  init(of world: World) {
    let record = world.protectionRecord
    self.init(
      snapshotsTaken: record.snapshotsTaken, backupsTaken: record.backupsTaken,
      slotsSwallowed: record.slotsSwallowed,
      backupsFailed: record.backupsFailed, longestBackup: record.longestBackup,
      vaultBytes: record.vaultBytes, trace: world.trace.description, failures: record.failures)
    backupsContinued = record.backupsContinued
    logArchive = world.logArchiveRecord
  }
}

extension Scenario {
  /// Returns every instant at which each disaster may strike in any batch. A single drill is thus refined
  /// like the whole run.
  ///
  /// - Parameter instant: one at which something strikes beside these.
  func allStrikes(and instant: Instant?) -> [[Instant]] {
    disasters.map { disaster in
      let plan = disaster.strikes ?? strikes
      var batches = 1
      if let precision, case .spread(let count) = plan { batches = max(1, precision.drillsMaximum / count) }
      return (0..<batches).flatMap { plan.instants(of: disaster, in: self, batch: $0) }
        + (instant.map { [$0] } ?? [])
    }
  }
}
