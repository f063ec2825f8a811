import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// Sizes the resources of one strategy against one disaster, each by a search over rehearsals.
public struct SizeStudy {
  public static let levels: [Ratio] = [.one, .percent(95), .percent(90)]

  private let file: ScenarioFile
  private let settings: [String]
  private let selection: Sweep.Selection
  private let jobs: Int
  /// The resources to size.
  public var resources = SizedResource.allCases
  /// The age that a journal must reach.
  public var reach: Duration
  public var tolerance = Ratio.percent(2)

  private var rehearsals = 0
  /// The cached outcomes, by settings: earlier rehearsals, and the ages of the journal's oldest points.
  private var outcomes: [[String]: SizeOutcome] = [:]
  private var knownReaches: [[String]: [Duration?]] = [:]

  /// - Parameter settings: the changes that `file` was read with.
  public init(
    _ file: ScenarioFile, settings: [String], strategy: String, disaster: String, reach: Duration? = nil,
    jobs: Int
  ) {
    self.file = file
    self.settings = settings
    self.jobs = jobs
    selection = Sweep.Selection(strategy: strategy, disaster: disaster)
    self.reach = reach ?? file.scenario.disasters.map(\.dwell).filter { $0 > .zero }.max() ?? .hours(24)
  }

  private var strategy: Strategy {
    guard let strategy = file.scenario.strategies.first(where: { $0.name == selection.strategy }) else {
      preconditionFailure("a study has a strategy of its scenario")
    }
    return strategy
  }

  // MARK: Searches

  /// Answers all questions. `progress` receives a description before each rehearsal.
  public mutating func run(
    arguments: [String], progress: (String) -> Void = { _ in }
  ) async throws(InputError) -> SizeReport {
    progress("as stated")
    let stated = try await outcome([])
    let statedReaches = resources.contains(.journal) ? try reaches([]) : []
    let links = zip(file.scenario.blueprint.links, stated.links).filter { $0.1 > .zero }.map(\.0)
    let questions = SizeQuestion.all(of: strategy, in: file.scenario, links: links, reach: reach)
    var answers: [SizeAnswer] = []
    for question in questions where resources.contains(question.resource) {
      for level in Self.levels {
        answers.append(try await answer(question, at: level, progress))
      }
    }
    progress("first copy")
    return SizeReport(
      scenario: file.scenario.name, title: file.scenario.title, digest: "\(file.digest)",
      arguments: arguments, strategy: strategy.name, disaster: selection.disaster ?? "",
      objectives: file.scenario.objectives, answers: answers,
      achieved: Self.levels.map { stated.achievement(at: $0) },
      firstCopy: FirstCopySearch(file.scenario, strategy).run(),
      reaches: statedReaches.isEmpty
        ? [] : Self.levels.map { (level: $0, reach: statedReaches.reach(at: $0)) },
      rehearsals: rehearsals)
  }

  private mutating func answer(
    _ question: SizeQuestion, at level: Ratio, _ progress: (String) -> Void
  ) async throws(InputError) -> SizeAnswer {
    var shares: [Int64: Ratio] = [:]
    let search = ThresholdSearch(range: question.range, tolerance: tolerance)
    let threshold = try await search.threshold(from: question.stated) {
      (amount: Int64) async throws(InputError) -> Bool in
      progress("\(question.resource.rawValue) of \(question.text(of: amount)) for \(level)")
      let share = await self.share(keeping: question.goal, with: question.settings(for: amount))
      shares[amount] = share
      return share >= level
    }
    return SizeAnswer(
      question: question, level: level, threshold: threshold,
      shareWithEnough: threshold.enough.flatMap { shares[$0] },
      shareWithTooLittle: threshold.tooLittle.flatMap { shares[$0] })
  }

  // MARK: Rehearsals

  /// Returns the share of drills or instants that meet an objective. Zero where the amounts make no valid
  /// scenario.
  private mutating func share(keeping goal: SizeQuestion.Goal, with changes: [String]) async -> Ratio {
    let objectives = file.scenario.objectives
    do throws(InputError) {
      switch goal {
      case .rpo:
        return try await outcome(changes).drills.share { $0.achievedRPO <= .duration(objectives.rpo) }
      case .rto:
        return try await outcome(changes).drills.share { $0.achievedRTO <= .duration(objectives.rto) }
      case .reach(let least): return try reaches(changes).share { $0.map { $0 >= least } ?? false }
      }
    } catch {
      return .zero
    }
  }

  private mutating func outcome(_ changes: [String]) async throws(InputError) -> SizeOutcome {
    if let known = outcomes[changes] { return known }
    let changed = try ScenarioFile(path: file.path, settings: settings + changes, of: file)
    var sweep = Sweep(
      changed.scenario, provenance: Provenance(version: "", digest: "", arguments: []), selection: selection)
    sweep.isDrillsOnly = true
    let report = await sweep.run(jobs: jobs)
    let drills = report.strategies.flatMap(\.disasters).flatMap(\.drills)
    rehearsals += drills.count
    let outcome = SizeOutcome(
      drills: drills, links: report.strategies.first?.metered.linkBytes ?? [])
    outcomes[changes] = outcome
    return outcome
  }

  /// Returns the ages of the journal's oldest points; empty without a journal.
  private mutating func reaches(_ changes: [String]) throws(InputError) -> [Duration?] {
    if let known = knownReaches[changes] { return known }
    let scenario = try ScenarioFile(path: file.path, settings: settings + changes, of: file).scenario
    guard let strategy = scenario.strategies.first(where: { $0.name == selection.strategy }),
      strategy.disasterRecovery?.groups.contains(where: { $0.journalMaximum > .zero }) ?? false
    else { return [] }
    let sweep = Sweep(
      scenario, provenance: Provenance(version: "", digest: "", arguments: []), selection: selection)
    let count = Int64(40)
    var world: World?
    let reaches = (1...count).map { number -> Duration? in
      let instant = scenario.windowStart + Duration(nanoseconds: scenario.window.nanoseconds / count * number)
      let now = sweep.world(under: strategy, at: instant, from: world)
      world = now
      return now.protectionGroups.compactMap { now.oldestJournalPoint(of: $0) }.max().map { instant - $0 }
    }
    knownReaches[changes] = reaches
    return reaches
  }
}

/// The results of one set of amounts.
private struct SizeOutcome {
  var drills: [Drill]
  var links: [ByteCount]

  func achievement(at level: Ratio) -> LevelAchievement {
    LevelAchievement(
      level: level, rpo: Sample(drills.map(\.achievedRPO))?.quantile(level) ?? .unrecoverable,
      rto: Sample(drills.map(\.achievedRTO))?.quantile(level) ?? .unrecoverable)
  }
}

extension Array {
  fileprivate func share(_ isKept: (Element) -> Bool) -> Ratio {
    guard !isEmpty else { return .zero }
    return Ratio(billionths: Int64(count(where: isKept)) * 1_000_000_000 / Int64(count))
  }
}

extension [Duration?] {
  /// Returns the minimum age of the oldest point at a share of the instants; `nil` when there is none.
  fileprivate func reach(at level: Ratio) -> Duration? {
    let longestFirst = sorted { ($0 ?? .zero) > ($1 ?? .zero) }
    let rank = (Int128(level.billionths) * Int128(count) + 999_999_999) / 1_000_000_000
    return longestFirst[Int(rank) - 1]
  }
}

extension ScenarioFile {
  /// Reads the text of a scenario again with other settings.
  package init(path: String, settings: [String], of file: ScenarioFile) throws(InputError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let source = SourceText(name: path, folder: folder, text: file.inputs.first?.text ?? "")
    try self.init(source, settings: settings)
  }
}
