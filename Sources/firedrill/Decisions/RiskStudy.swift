import Assessment
import Decision
import Documents
import Rehearsals
import Reporting
import ScenarioLanguage
import Units

/// The steps of `firedrill risk`: rehearse, rehearse second disasters, simulate, summarise.
struct RiskStudy {
  /// The measured recoveries, and the model made from them.
  struct Basis: Codable, Sendable {
    var recoveries: MeasuredRecoveries
    var overlaps: MeasuredOverlaps?
  }

  /// The results of one shard.
  struct Part: Codable, Sendable {
    var years: Int
    var overlapDrills: Int
    var basis: Basis
    var outcome: RiskOutcome
  }

  private let input: RiskInput
  private let arguments: [String]
  private let years: Int
  private let overlapDrills: Int
  private let jobs: Int
  private let line: ProgressLine
  /// The file that keeps the drills of each strategy; `nil` keeps none.
  private let kept: KeptProgress?

  /// The drills that were rehearsed before an interruption, by strategy.
  private struct Rehearsals: Codable {
    var single: [StrategyRecoveries] = []
    /// The drills of second disasters.
    var second: [StrategyRecoveries] = []
  }

  init(
    _ input: RiskInput, arguments: [String], years: Int, overlapDrills: Int, jobs: Int,
    kept: KeptProgress? = nil
  ) {
    self.input = input
    self.arguments = arguments
    self.years = years
    self.overlapDrills = overlapDrills
    self.jobs = jobs
    self.kept = kept
    line = ProgressLine(label: input.file.scenario.name)
  }

  private var scenario: Scenario { input.file.scenario }

  // MARK: Rehearsals

  func basis(stored: MeasuredRecoveries?) async throws(InputError) -> Basis {
    var done = try kept?.results(Rehearsals.self) ?? Rehearsals()
    let recoveries =
      if let stored { stored } else { try await rehearsed(scenario, "drills", \.single, &done) }
    return Basis(recoveries: recoveries, overlaps: try await overlaps(recoveries, &done))
  }

  /// Returns the measured overlaps; `nil` where none is frequent enough or none is requested.
  private func overlaps(
    _ recoveries: MeasuredRecoveries, _ done: inout Rehearsals
  ) async throws(InputError) -> MeasuredOverlaps? {
    let overlaps = Overlap.all(in: scenario, recoveries, years: years)
    guard overlapDrills > 0, !overlaps.isEmpty else { return nil }
    let both = scenario.rehearsing(overlaps, recoveries, strikes: overlapDrills)
    return MeasuredOverlaps(try await rehearsed(both, "drills of second disasters", \.second, &done))
  }

  /// Rehearses a scenario: at once, or one strategy after the other where each is kept.
  private func rehearsed(
    _ scenario: Scenario, _ noun: String,
    _ part: WritableKeyPath<Rehearsals, [StrategyRecoveries]>, _ done: inout Rehearsals
  ) async throws(InputError) -> MeasuredRecoveries {
    guard let kept else { return MeasuredRecoveries(try await rehearsed(scenario, noun)) }
    for strategy in scenario.strategies.map(\.name)
    where !done[keyPath: part].contains(where: { $0.name == strategy }) {
      let report = try await rehearsed(scenario, noun, Sweep.Selection(strategy: strategy))
      done[keyPath: part] += MeasuredRecoveries(report).strategies
      try kept.keep(done)
    }
    return MeasuredRecoveries(strategies: done[keyPath: part])
  }

  private func rehearsed(
    _ scenario: Scenario, _ noun: String, _ selection: Sweep.Selection = Sweep.Selection()
  ) async throws(InputError) -> Report {
    try await scenario.rehearsed(
      digest: "\(input.file.digest)", arguments: arguments, version: Firedrill.version, selection: selection,
      jobs: jobs
    ) { progress in
      line.show("\(progress.strategy), \(progress.drillsDone) of \(progress.drillsTotal) \(noun)")
    }
  }

  // MARK: Simulation

  private func model(_ basis: Basis) -> RiskModel {
    RiskModel(
      scenario, penalties: input.penalties, recoveries: basis.recoveries, overlaps: basis.overlaps)
  }

  /// Simulates all lifetimes, or those of a shard.
  func outcome(of basis: Basis, shard: Shard?) async -> RiskOutcome {
    let model = model(basis)
    let count = lifetimes(of: model)
    let shard = shard ?? Shard(1, of: 1)
    let outcome = await model.outcome(
      lifetimes: shard.range(of: count), splitting: shard.range(of: max(1, count / 40)), jobs: jobs
    ) { done in
      line.show("\(done * model.lifetimeYears) of \(count * model.lifetimeYears) years")
    }
    line.clear()
    return outcome
  }

  private func lifetimes(of model: RiskModel) -> Int {
    (years + model.lifetimeYears - 1) / model.lifetimeYears
  }

  func report(_ basis: Basis, _ outcome: RiskOutcome) -> RiskReport {
    let model = model(basis)
    return RiskReport(
      scenario: scenario.name, title: scenario.title, arguments: arguments, digest: "\(input.file.digest)",
      seed: scenario.seed, years: lifetimes(of: model) * model.lifetimeYears, hazards: model.hazards,
      overlapDrills: basis.overlaps == nil ? 0 : overlapDrills, costYears: scenario.costs.years,
      strategies: model.risks(from: outcome, basis.recoveries, scenario))
  }

  // MARK: Files

  func write(_ report: RiskReport, to folder: ReportFolder) throws(InputError) {
    let written = try folder.write(report.files(origin: PageOrigin(input.file)))
    print("\(scenario.name): \(scenario.title)\n\n\(RiskSummary(report).text)")
    print("wrote \(written.joined(separator: ", "))")
  }

  func write(
    _ shard: Shard, origin: ShardFile.Origin, recoveries: MeasuredRecoveries?, to path: String
  ) async throws(InputError) {
    let name = ShardOption.fileName(of: scenario.name, "risk", shard)
    let folder = try ReportFolder(path, for: [name])
    let basis = try await basis(stored: recoveries)
    let outcome = await outcome(of: basis, shard: shard)
    let part = Part(years: years, overlapDrills: overlapDrills, basis: basis, outcome: outcome)
    let file = ShardFile(origin: origin, shard: shard, payload: part)
    print("wrote \(try folder.write(file.bytes, to: name))")
  }

  /// Writes the merged reports of all shards.
  static func merge(_ shards: ShardSet, out: String) async throws(InputError) {
    let input = try RiskInput(try shards.origin.scenarioFile())
    let folder = try ReportFolder(out, for: RiskReport.fileNames(of: input.file.scenario.name))
    var parts: [Part] = []
    for (name, file) in shards.shards { parts.append(try file.results(Part.self, name: name)) }
    guard let first = parts.first else { return }
    let study = RiskStudy(
      input, arguments: shards.origin.arguments, years: first.years, overlapDrills: first.overlapDrills,
      jobs: 1)
    let outcome = parts.dropFirst().reduce(into: first.outcome) { $0.append($1.outcome) }
    try study.write(study.report(first.basis, outcome), to: folder)
  }
}
