import Estate
import Units

/// Everything that a run found out, as a value: each report format is a pure function of it.
public struct Report: Sendable {
  public var scenario: Scenario
  public var provenance: Provenance
  /// In the scenario's order.
  public var strategies: [StrategyReport]
  /// `nil` when no precision was asked for.
  public var precision: PrecisionOutcome?
  /// `nil` until the report is priced.
  public var costs: CostReport?

  package init(scenario: Scenario, provenance: Provenance, strategies: [StrategyReport]) {
    self.scenario = scenario
    self.provenance = provenance
    self.strategies = strategies
  }
}

/// What it takes to reproduce a run.
public struct Provenance: Sendable {
  /// Of firedrill.
  public var version: String
  /// SHA-256 of the scenario file, its overrides and the files it names, in hexadecimal.
  public var digest: String
  /// The command's arguments that change results, in order: file, seed, scale, overrides, strategy, disaster, instant.
  public var arguments: [String]
  /// Every single value that the scenario states.
  public var settings: [ScenarioFile.Value]

  /// What the keys mean that the scenario leaves out.
  public var defaults: [ScenarioFile.Value]

  package init(
    version: String, digest: String, arguments: [String], settings: [ScenarioFile.Value] = [],
    defaults: [ScenarioFile.Value] = []
  ) {
    self.version = version
    self.digest = digest
    self.arguments = arguments
    self.settings = settings
    self.defaults = defaults
  }
}

public struct StrategyReport: Sendable {
  public var strategy: Strategy
  public var protection: ProtectionReport
  /// What was metered while nothing happened, from the first to the last instant at which a disaster could strike.
  public var metered: Meters
  /// `nil` where nothing is replicated.
  public var replication: ReplicationReport?
  /// `nil` where nothing was written.
  public var overhead: ProductionOverhead?
  /// How the vaults grew while they were metered.
  public var vaults: [VaultGrowth] = []
  /// In the scenario's order.
  public var disasters: [DisasterReport]

  package init(
    strategy: Strategy, protection: ProtectionReport, metered: Meters,
    replication: ReplicationReport? = nil, overhead: ProductionOverhead? = nil, disasters: [DisasterReport]
  ) {
    self.strategy = strategy
    self.protection = protection
    self.metered = metered
    self.replication = replication
    self.overhead = overhead
    self.disasters = disasters
  }
}

/// What the protection did while nothing happened, over the whole run.
public struct ProtectionReport: Codable, Sendable {
  public var snapshotsTaken: Int
  /// Backups that were acknowledged.
  public var backupsTaken: Int
  /// Slots that a run in progress swallowed.
  public var slotsSwallowed: Int
  public var backupsFailed: Int
  /// The reasons of failed backups; their counts add up to `backupsFailed`.
  public var failures: [CountedReason]
  /// From the snapshot to the acknowledgement, replica included where there is one; `nil` without backups.
  public var longestBackup: Duration?
  /// At full size, at the end of the run, over all vaults of the strategy.
  public var vaultBytes: ByteCount
  /// The digest of everything that happened in the trunk of the run.
  public var trace: String

  package init(
    snapshotsTaken: Int, backupsTaken: Int, slotsSwallowed: Int, backupsFailed: Int, longestBackup: Duration?,
    vaultBytes: ByteCount, trace: String, failures: [CountedReason] = []
  ) {
    self.failures = failures
    self.snapshotsTaken = snapshotsTaken
    self.backupsTaken = backupsTaken
    self.slotsSwallowed = slotsSwallowed
    self.backupsFailed = backupsFailed
    self.longestBackup = longestBackup
    self.vaultBytes = vaultBytes
    self.trace = trace
  }
}

public struct DisasterReport: Sendable {
  public var disaster: Disaster
  /// In the order of their instants.
  public var drills: [Drill]
  public var estimate: ClosedFormEstimate
  /// `nil` when the disaster struck at no instant.
  ///
  /// Of the upper bounds of the achieved RPOs.
  public var rpo: Summary?
  /// Of the lower bounds.
  public var rpoAtLeast: Summary?
  /// The greatest distance of the two bounds in a drill; `nil` when nothing came back.
  public var resolution: Duration?
  public var rto: Summary?
  public var rpoVerdict: Verdict
  public var rtoVerdict: Verdict
  /// Whether the asked share of all recoveries meets each objective, and both; `nil` when the disaster struck at no instant.
  public var rpoLevel: LevelVerdict?
  public var rtoLevel: LevelVerdict?
  public var level: LevelVerdict?

  /// Sums up the drills of one disaster.
  package init(_ disaster: Disaster, drills: [Drill], objectives: Objectives, estimate: ClosedFormEstimate) {
    self.disaster = disaster
    self.drills = drills
    self.estimate = estimate
    rpo = Sample(drills.map(\.achievedRPO)).map { Summary(of: $0) }
    rpoAtLeast = Sample(drills.map(\.achievedRPOAtLeast)).map { Summary(of: $0) }
    resolution = drills.compactMap(\.resolution).max()
    rto = Sample(drills.map(\.achievedRTO)).map { Summary(of: $0) }
    let proved = rpoAtLeast?.maximum
    rpoVerdict =
      rpo.map { Verdict(of: $0.maximum, atLeast: proved ?? $0.maximum, against: objectives.rpo) }
      ?? .notAssessed
    rtoVerdict =
      rto.map { Verdict(of: $0.maximum, atLeast: $0.maximum, against: objectives.rto) } ?? .notAssessed
    // A miss tells nothing of a strategy.
    let drills = disaster.isMiss ? [] : drills
    rpoLevel = LevelVerdict(drills, at: objectives.level) { $0.rpoVerdict(objectives) }
    rtoLevel = LevelVerdict(drills, at: objectives.level) { $0.rtoVerdict(objectives) }
    level = LevelVerdict(drills, at: objectives.level) { $0.verdict(objectives) }
  }

  /// The worse of the two.
  public var verdict: Verdict { max(rpoVerdict, rtoVerdict) }
}

/// What a planner would have computed without a rehearsal; never in the place of a measured value.
public struct ClosedFormEstimate: Codable, Hashable, Sendable {
  /// The most that is lost: interval plus duration of the best chain of copies that the disaster spares.
  public var rpo: Achieved
  /// The time that 99 of 100 recoveries need at most: a percentile of the sum of all phases, with the bytes to be moved at the
  /// slowest rate on the way.
  public var rto: Achieved

  package init(rpo: Achieved, rto: Achieved) {
    self.rpo = rpo
    self.rto = rto
  }
}

/// How a measured value stands to its objective, from best to worst.
public enum Verdict: String, CaseIterable, Hashable, Comparable, Sendable {
  case notAssessed
  /// Every drill met the objective, by the upper bound of what it achieved.
  case met
  /// The objective lies between the bounds of the worst drill: a finer run would decide. It is never a pass.
  case unresolved
  /// At least one drill missed it, by the lower bound of what it achieved.
  case breached
  /// In at least one drill nothing usable came back.
  case unrecoverable

  /// The word in reports.
  public var name: String { self == .notAssessed ? "not_assessed" : rawValue }

  public static func < (a: Verdict, b: Verdict) -> Bool { a.rank < b.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// - Parameters:
  ///   - maximum: the greatest upper bound among the drills.
  ///   - atLeast: the greatest lower bound.
  package init(of maximum: Achieved, atLeast: Achieved, against objective: Duration) {
    guard let worst = maximum.duration, let proved = atLeast.duration else {
      self = .unrecoverable
      return
    }
    self = worst <= objective ? .met : proved > objective ? .breached : .unresolved
  }
}

extension Report {
  /// The greatest distance between the bounds of an achieved RPO in any drill; zero when every loss is known exactly.
  public var resolution: Duration {
    strategies.flatMap(\.disasters).compactMap(\.resolution).max() ?? .zero
  }

  /// The disasters that some strategy's drills do not tell precisely enough of.
  func open(for goal: PrecisionGoal) -> [String] {
    let reports = strategies.flatMap(\.disasters)
    return scenario.disasters.map(\.name).filter { name in
      reports.contains { $0.disaster.name == name && !$0.drills.isEmpty && !goal.isReached(by: $0) }
    }
  }

  /// Takes over the drills of another batch of the same sweep.
  mutating func add(_ batch: Report) {
    for place in strategies.indices {
      strategies[place].disasters = zip(strategies[place].disasters, batch.strategies[place].disasters).map {
        old, new in
        guard !new.drills.isEmpty else { return old }
        return DisasterReport(
          old.disaster, drills: (old.drills + new.drills).sorted { $0.strike < $1.strike },
          objectives: scenario.objectives, estimate: old.estimate)
      }
    }
  }
}
