import Estate
import ScenarioLanguage
import Units

/// The progress of one strategy in a sweep: its undisturbed world, and the branches that wait for their
/// strikes. The world stops at every instant of a strike.
struct StrategyCourse: Sendable {
  /// The work at one instant.
  struct Stop: Sendable {
    var instant: Instant
    /// The strikes, by index of the disaster and of its instant.
    var strikes: [(disaster: Int, index: Int)] = []
    /// Whether trial failovers run.
    var isTrial = false
    /// Whether the fill of vaults and links is sampled, and nothing else happens.
    var isSample = false
  }

  /// A piece of work. All pieces are independent and may run at any time.
  enum Work: Sendable {
    /// Advances the world to the next stop. The world is `nil` at the beginning.
    case advance(World?, to: Instant)
    case rehearse(Stop, World)
  }

  struct Findings: Sendable {
    var drills: [(disaster: Int, index: Int, drill: Drill)] = []
    var trials: [LagTrial] = []
  }

  let strategy: Strategy
  /// The reader of the branches, which share most of their pages.
  let reader: StampReader
  private let stops: [Stop]
  private let window: Range<Instant>
  private let objective: Duration
  /// The undisturbed world; `nil` before the beginning and while the world advances.
  private var trunk: World?
  private var isRunning = false
  /// The number of stops reached: the start of the window, the strikes and trials, the end.
  private var reached = 0
  private var branches: [(stop: Stop, world: World)] = []
  private var metersBefore: Meters?
  private var vaultsBefore: [VaultContents] = []
  private var fill: FillCourse?
  private let fillStep: Duration
  private var findings = Findings()
  private var unfinished: Int

  /// - Parameters:
  ///   - instants: of each disaster.
  ///   - isTried: whether the strategy's copies are looked at now and then.
  init(
    of strategy: Strategy, instants: [[Instant]], trials isTried: Bool, reader: StampReader,
    in scenario: Scenario
  ) {
    self.strategy = strategy
    self.reader = reader
    window = scenario.windowStart..<scenario.windowEnd
    objective = scenario.objectives.rpo
    var stops = Self.stops(at: instants)
    if isTried {
      let trials = StrikePlan.spread(LagTrial.count, from: scenario.windowStart, over: scenario.window)
      stops += trials.map { Stop(instant: $0, isTrial: true) }
    }
    unfinished = stops.count
    stops += FillCourse.instants(in: scenario).map { Stop(instant: $0, isSample: true) }
    self.stops = stops.sorted { $0.instant < $1.instant }
    fillStep = scenario.window / Int64(FillCourse.steps)
  }

  /// Returns the stops in time order. The disasters of one instant are in their own order.
  private static func stops(at instants: [[Instant]]) -> [Stop] {
    let strikes = instants.enumerated().flatMap { disaster, instants in
      instants.enumerated().map { (instant: $1, disaster: disaster, index: $0) }
    }.sorted { ($0.instant, $0.disaster, $0.index) < ($1.instant, $1.disaster, $1.index) }
    var stops: [Stop] = []
    for strike in strikes {
      if stops.last?.instant != strike.instant { stops.append(Stop(instant: strike.instant)) }
      stops[stops.count - 1].strikes.append((strike.disaster, strike.index))
    }
    return stops
  }

  var isFinished: Bool { unfinished == 0 && reached == stops.count + 2 }

  /// Returns the next piece of work that can start. The world advances only while at most `branchesMaximum`
  /// branches wait.
  mutating func nextWork(branchesMaximum: Int) -> Work? {
    if branches.count < branchesMaximum, !isRunning, reached < stops.count + 2 {
      isRunning = true
      return .advance(trunk.take(), to: nextInstant)
    }
    guard !branches.isEmpty else { return nil }
    let (stop, world) = branches.removeFirst()
    return .rehearse(stop, world)
  }

  private var nextInstant: Instant {
    switch reached {
    case 0: window.lowerBound
    case stops.count + 1: window.upperBound
    default: stops[reached - 1].instant
    }
  }

  /// Notes that the world has reached the requested instant.
  mutating func arrived(_ world: World) {
    isRunning = false
    trunk = world
    if reached == 0 {
      metersBefore = world.metered
      vaultsBefore = world.vaultContents
      fill = FillCourse(from: world, step: fillStep)
      trunk?.meterReplication(against: objective)
    } else if reached > stops.count || stops[reached - 1].isSample {
      fill?.add(world)
    } else {
      branches.append((stops[reached - 1], world))
    }
    reached += 1
  }

  /// Adds the findings of one stop.
  mutating func add(_ new: Findings) {
    findings.drills += new.drills
    findings.trials += new.trials
    unfinished -= 1
  }

  /// Removes and returns the results: the world at the end of the window, its meters, and all findings in
  /// order.
  mutating func takeResult() -> (
    world: World, metered: Meters, vaultsBefore: [VaultContents], fill: FillCourse, findings: Findings
  ) {
    guard isFinished, let world = trunk.take(), let metersBefore, let fill else {
      preconditionFailure("a course has a result when it is finished")
    }
    var sorted = Findings()
    swap(&sorted, &findings)
    sorted.drills.sort { ($0.disaster, $0.index) < ($1.disaster, $1.index) }
    sorted.trials.sort { ($0.instant, $0.pair) < ($1.instant, $1.pair) }
    return (world, world.metered - metersBefore, vaultsBefore, fill, sorted)
  }
}
