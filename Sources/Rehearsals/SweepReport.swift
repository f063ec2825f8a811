import Estate
import RecoveryPlanning
import ScenarioLanguage
import Statistics
import Units

/// The results of a sweep, without costs.
public struct SweepReport: Sendable {
  public var scenario: Scenario
  public var provenance: Provenance
  /// The strategies, in the scenario's order.
  public var strategies: [StrategyReport]
  /// The precision reached; `nil` when none was requested.
  public var precision: PrecisionOutcome?

  package init(scenario: Scenario, provenance: Provenance, strategies: [StrategyReport]) {
    self.scenario = scenario
    self.provenance = provenance
    self.strategies = strategies
  }
}

/// The information needed to reproduce a run.
public struct Provenance: Sendable {
  /// The version of firedrill.
  public var version: String
  /// SHA-256 of the scenario file, its overrides and the files it names, in hexadecimal.
  public var digest: String
  /// The command's arguments that change results, in order: file, seed, scale, overrides, strategy, disaster, instant.
  public var arguments: [String]
  /// Every value that the scenario states.
  public var settings: [ScenarioFile.Value]

  /// The defaults of the keys that the scenario omits.
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
  /// The usage metered without disasters, from the first to the last instant at which one could strike.
  public var metered: Meters
  /// The replication without disasters; `nil` where nothing is replicated.
  public var replication: ReplicationReport?
  /// The overhead on production; `nil` where nothing was written.
  public var overhead: ProductionOverhead?
  /// The growth of the vaults while they were metered.
  public var vaults: [VaultGrowth] = []
  /// The fill of vaults and links over time; `nil` where it was not sampled.
  public var fill: FillCourse?
  /// The disasters, in the scenario's order.
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

/// The results of the protection without disasters, over the whole run.
public struct ProtectionReport: Codable, Sendable {
  public var snapshotsTaken: Int
  /// The backups that went on after their first window; `nil` without windows.
  public var backupsContinued: Int?
  /// The number of backups that were acknowledged.
  public var backupsTaken: Int
  /// The number of slots skipped because a run was in progress.
  public var slotsSwallowed: Int
  public var backupsFailed: Int
  /// The reasons of failed backups; their counts add up to `backupsFailed`.
  public var failures: [CountedReason]
  /// The longest time from a snapshot to the acknowledgement, including any replica; `nil` without backups.
  public var longestBackup: Duration?
  /// The size of all vaults of the strategy at the end of the run, at full size.
  public var vaultBytes: ByteCount
  /// The results of the log archives; `nil` without any.
  public var logArchive: LogArchiveRecord?
  /// The digest of all events in the trunk of the run.
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
  /// The drills, in the order of their instants.
  public var drills: [Drill]
  public var estimate: ClosedFormEstimate
  /// The summary of the achieved RPO; `nil` when the disaster never struck.
  ///
  /// The values are the upper bounds of the achieved RPOs.
  public var rpo: Summary?
  /// The summary of the lower bounds of the achieved RPO.
  public var rpoAtLeast: Summary?
  /// The greatest distance between the bounds in a drill; `nil` when nothing was recovered.
  public var resolution: Duration?
  public var rto: Summary?
  public var rpoVerdict: Verdict
  public var rtoVerdict: Verdict
  /// The verdicts on the required share of recoveries, for each objective and both; `nil` when the disaster
  /// never struck.
  public var rpoLevel: LevelVerdict?
  public var rtoLevel: LevelVerdict?
  public var level: LevelVerdict?
  /// The return of each tier of services; empty without tiers.
  public var tiers: [TierReport]

  /// Summarises the drills of one disaster.
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
    tiers = objectives.tiers.map { TierReport($0, drills: drills, level: objectives.level) }
  }

  /// The worst of the verdicts on both objectives and on those of the tiers.
  public var verdict: Verdict { tiers.map(\.verdict).reduce(max(rpoVerdict, rtoVerdict), max) }
}

/// The result of comparing a measured value with its objective, from best to worst.
public enum Verdict: String, CaseIterable, Hashable, Comparable, Sendable {
  case notAssessed
  /// Every drill met the objective by its upper bound.
  case met
  /// The objective lies between the bounds of the worst drill. A finer run would decide; the verdict is never
  /// a pass.
  case unresolved
  /// Some drill missed the objective by its lower bound.
  case breached
  /// Some drill recovered nothing usable.
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

extension SweepReport {
  /// Returns the disasters for which some strategy's drills are not precise enough.
  func open(for goal: PrecisionGoal) -> [String] {
    let reports = strategies.flatMap(\.disasters)
    return scenario.disasters.map(\.name).filter { name in
      reports.contains {
        $0.disaster.name == name && !$0.drills.isEmpty && !goal.isReached(rpo: $0.rpo, rto: $0.rto)
      }
    }
  }

  /// Adds the drills of another batch of the same sweep.
  mutating func add(_ batch: SweepReport) {
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
