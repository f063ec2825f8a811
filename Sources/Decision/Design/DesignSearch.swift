import Documents
import Units

/// Searches a space for the best design that meets every objective.
///
/// The search is a branch and bound in the order of a lower bound. Closed forms exclude designs that cannot
/// meet the objectives. A few strikes refute most others, because a failed drill of a part also fails in the
/// whole. A design is rehearsed in full only when no untried design can be better.
public struct DesignSearch {
  public let catalog: DesignCatalog
  private let rehearsal: DesignRehearsal
  /// The trials, by stage and design.
  private var known: [DesignStage: [DesignTrial?]]
  /// The number of drills rehearsed, and of strategies set up for them.
  public private(set) var drills = 0
  /// The callback for every new trial, so that an interrupted search can resume.
  package var keep: (TrialRecord) -> Void = { _ in }
  private let progress: @Sendable (String) -> Void

  /// The number of designs rehearsed side by side.
  private static let batchSize = 16

  public init(
    _ catalog: DesignCatalog, jobs: Int, progress: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.catalog = catalog
    self.progress = progress
    rehearsal = DesignRehearsal(jobs: jobs)
    known = DesignStage.allCases.reduce(into: [:]) { $0[$1] = catalog.designs.map { _ in nil } }
  }

  /// The rank of a design; smaller is better.
  package struct Rank: Comparable {
    package var first: Int64
    package var second: Int64 = 0

    package static func < (a: Rank, b: Rank) -> Bool { (a.first, a.second) < (b.first, b.second) }
  }

  /// The quantity to minimise.
  package enum Goal {
    case cost
    case outage
    case change

    /// Returns the best rank that a trial could give the design.
    fileprivate func floor(of design: Design) -> Rank {
      switch self {
      case .cost: Rank(first: design.bounds.cost.minorUnits)
      case .outage: Rank(first: .min)
      case .change: Rank(first: Int64(design.changes), second: design.bounds.cost.minorUnits)
      }
    }

    fileprivate func rank(of design: Design, _ trial: DesignTrial) -> Rank {
      let cost = trial.cost.minorUnits
      switch self {
      case .cost: return Rank(first: cost)
      case .outage:
        let outage = trial.achieved(.rto, at: .one).duration?.nanoseconds ?? .max
        return Rank(first: outage, second: cost)
      case .change: return Rank(first: Int64(design.changes), second: cost)
      }
    }
  }

  // MARK: Search

  /// Returns the best designs that a full rehearsal certified, best first. The list may have fewer than
  /// `wanted`.
  package mutating func best(
    _ goal: Goal, meeting requirement: DesignRequirement, wanted: Int = 1, among: [Design]? = nil
  ) async throws(InputError) -> [Design] {
    var open = (among ?? catalog.designs).filter { requirement.refutation(of: $0.bounds) == nil }
      .sorted { (goal.floor(of: $0), $0.number) < (goal.floor(of: $1), $1.number) }[...]
    var waiting: [(rank: Rank, design: Design)] = []
    var found: [Design] = []
    while found.count < wanted, !open.isEmpty || !waiting.isEmpty {
      if let next = waiting.first, open.first.map({ goal.floor(of: $0) >= next.rank }) ?? true {
        waiting.removeFirst()
        if try await isCertified(next.design, requirement) { found.append(next.design) }
        continue
      }
      let batch = Array(open.prefix(Self.batchSize))
      open = open.dropFirst(batch.count)
      for (design, trial) in zip(batch, try await trials(of: batch, at: .few)) {
        guard requirement.refutation(of: trial) == nil else { continue }
        waiting.append((goal.rank(of: design, trial), design))
      }
      waiting.sort { ($0.rank, $0.design.number) < ($1.rank, $1.design.number) }
    }
    return found
  }

  /// Whether a full rehearsal meets every objective. A partial rehearsal often refutes that.
  private mutating func isCertified(
    _ design: Design, _ requirement: DesignRequirement
  ) async throws(InputError) -> Bool {
    if requirement.counts.contains(where: { $0 > 32 }) {
      let part = try await trials(of: [design], at: .more)[0]
      guard requirement.refutation(of: part) == nil else { return false }
    }
    return requirement.miss(of: try await trials(of: [design], at: .full)[0]) == nil
  }

  // MARK: Trials

  private mutating func trials(
    of designs: [Design], at stage: DesignStage
  ) async throws(InputError) -> [DesignTrial] {
    let new = designs.filter { known[stage]?[$0.number] == nil }
    let progress = progress
    let label = stage == .full ? "certifying a design" : "comparing \(new.count) designs"
    if !new.isEmpty {
      let trials = try await rehearsal.trials(of: new, at: stage) {
        progress("\(label), \($0.drillsDone) of \($0.drillsTotal) drills")
      }
      for (design, trial) in zip(new, trials) {
        let record = TrialRecord(number: design.number, stage: stage, trial: trial)
        add(record)
        keep(record)
      }
    }
    return designs.compactMap { known[stage]?[$0.number] }
  }

  /// Adds a trial.
  package mutating func add(_ record: TrialRecord) {
    known[record.stage]?[record.number] = record.trial
    drills += record.trial.count
  }

  /// Returns the most informative trial of a design; `nil` before the first one.
  package func trial(of design: Design) -> DesignTrial? {
    [DesignStage.full, .more, .few].lazy.compactMap { known[$0]?[design.number] }.first
  }

  package func isRehearsedInFull(_ design: Design) -> Bool { known[.full]?[design.number] != nil }
}

/// A trial with its stage and design.
public struct TrialRecord: Codable, Sendable {
  package var number: Int
  package var stage: DesignStage
  package var trial: DesignTrial

  /// Whether all strikes were rehearsed.
  public var isCostly: Bool { stage == .full }
}
