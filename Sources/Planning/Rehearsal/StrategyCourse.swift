import Estate
import Units

/// How far one strategy has come in a sweep: its undisturbed world, which stops wherever something strikes, and the copies
/// of it that wait to be struck.
struct StrategyCourse: Sendable {
  /// What is done at one instant.
  struct Stop: Sendable {
    var instant: Instant
    /// Places among the disasters, and among each one's instants.
    var strikes: [(disaster: Int, index: Int)] = []
    /// Whether the copies are looked at.
    var isTrial = false
  }

  /// One of them can be done at any time, by anybody: they know nothing of each other.
  enum Work: Sendable {
    /// Let the world run on to the next stop; there is none yet in the beginning.
    case advance(World?, to: Instant)
    case rehearse(Stop, World)
  }

  struct Findings: Sendable {
    var drills: [(disaster: Int, index: Int, drill: Drill)] = []
    var trials: [LagTrial] = []
  }

  let strategy: Strategy
  private let stops: [Stop]
  private let window: Range<Instant>
  private let objective: Duration
  /// `nil` before the beginning, and while it runs on.
  private var trunk: World?
  private var isRunning = false
  /// How many of the instants to stop at were reached: the start of the window, the stops, the end.
  private var reached = 0
  private var branches: [(stop: Stop, world: World)] = []
  private var metersBefore: Meters?
  private var vaultsBefore: [VaultContents] = []
  private var findings = Findings()
  private var unfinished: Int

  /// - Parameters:
  ///   - instants: of each disaster.
  ///   - isTried: whether the strategy's copies are looked at now and then.
  init(of strategy: Strategy, instants: [[Instant]], trials isTried: Bool, in scenario: Scenario) {
    self.strategy = strategy
    window = scenario.windowStart..<scenario.windowEnd
    objective = scenario.objectives.rpo
    var stops = Self.stops(at: instants)
    if isTried {
      let trials = StrikePlan.spread(LagTrial.count, from: scenario.windowStart, over: scenario.window)
      stops += trials.map { Stop(instant: $0, isTrial: true) }
    }
    self.stops = stops.sorted { $0.instant < $1.instant }
    unfinished = stops.count
  }

  /// Of one instant the disasters in their order.
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

  /// The next thing to do that waits for nothing; the world runs no further ahead than `branchesMaximum` copies of it wait.
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

  /// The world has come to the instant that it was to run on to.
  mutating func arrived(_ world: World) {
    isRunning = false
    trunk = world
    if reached == 0 {
      metersBefore = world.metered
      vaultsBefore = world.vaultContents
      trunk?.meterReplication(against: objective)
    }
    if reached > 0, reached <= stops.count { branches.append((stops[reached - 1], world)) }
    reached += 1
  }

  /// What was found at one of the stops.
  mutating func add(_ new: Findings) {
    findings.drills += new.drills
    findings.trials += new.trials
    unfinished -= 1
  }

  /// What the finished course has come to: the undisturbed world at the end of the window, what it metered in the window,
  /// and everything found, in order. The course keeps none of it.
  mutating func takeResult() -> (
    world: World, metered: Meters, vaultsBefore: [VaultContents], findings: Findings
  ) {
    guard isFinished, let world = trunk.take(), let metersBefore else {
      preconditionFailure("a course has a result when it is finished")
    }
    var sorted = Findings()
    swap(&sorted, &findings)
    sorted.drills.sort { ($0.disaster, $0.index) < ($1.disaster, $1.index) }
    sorted.trials.sort { ($0.instant, $0.pair) < ($1.instant, $1.pair) }
    return (world, world.metered - metersBefore, vaultsBefore, sorted)
  }
}
