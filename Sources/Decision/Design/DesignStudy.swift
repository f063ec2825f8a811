import Documents
import Statistics
import Units

/// The steps of `firedrill plan`: the cheapest design, its variants, and the cost of the objectives.
public struct DesignStudy {
  private let catalog: DesignCatalog
  private let requirement: DesignRequirement
  private var search: DesignSearch

  /// The number of designs compared for the shortest recovery.
  private static let fastestMaximum = 24

  /// - Parameters:
  ///   - records: trials of a search that was interrupted.
  ///   - keep: called with each new trial.
  public init(
    _ catalog: DesignCatalog, jobs: Int, resuming records: [TrialRecord] = [],
    keep: @escaping (TrialRecord) -> Void = { _ in },
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.catalog = catalog
    requirement = catalog.requirement
    search = DesignSearch(catalog, jobs: jobs, progress: progress)
    for record in records where catalog.designs.indices.contains(record.number) { search.add(record) }
    search.keep = keep
  }

  /// - Throws: when no design meets every objective, with the objective that none meets and the nearest design.
  public mutating func run(arguments: [String]) async throws(InputError) -> DesignReport {
    try checkBounds()
    let certified = try await search.best(.cost, meeting: requirement, wanted: 2)
      .sorted { (cost($0), $0.number) < (cost($1), $1.number) }
    guard let plan = certified.first else { throw InputError(noDesignMeetsAll) }
    let fastest = try await search.best(.outage, meeting: requirement, among: quickest).first
    let nearest =
      catalog.space.baseline == nil
      ? nil : try await search.best(.change, meeting: requirement).first
    var prices: [ObjectivePrice] = []
    for kind in DesignRequirement.Kind.allCases { prices.append(try await price(of: kind)) }
    let file = catalog.file
    let excluded = catalog.designs.count { requirement.refutation(of: $0.bounds) != nil }
    let refutations = refuted
    return DesignReport(
      scenario: file.scenario.name, title: file.scenario.title, digest: "\(file.digest)",
      arguments: arguments, level: catalog.requirement.level, designCount: catalog.designs.count,
      combinations: catalog.combinations, excluded: excluded,
      refuted: refutations.count { $0.cost != nil },
      certified: catalog.designs.count(where: search.isRehearsedInFull), drills: search.drills,
      exhaustiveDrills: catalog.designs.count * requirement.counts.reduce(0, +),
      plan: result(plan), runnerUp: certified.dropFirst().first.map(result), fastest: fastest.map(result),
      leastChange: nearest.map(result), prices: prices,
      cheaper: Array(
        refutations.filter { ($0.cost ?? $0.design.bounds.cost).minorUnits < cost(plan) }.prefix(8)),
      rehearsed: rehearsed, objectives: requirement.strictest,
      disasters: file.scenario.disasters.map(\.name))
  }

  private var rehearsed: [RehearsedDesign] {
    catalog.designs.compactMap { design in
      guard let trial = search.trial(of: design) else { return nil }
      let isWhole = search.isRehearsedInFull(design)
      let miss = isWhole ? requirement.miss(of: trial) : requirement.refutation(of: trial)
      return RehearsedDesign(result: result(design), isWhole: isWhole, meetsObjectives: miss == nil)
    }
  }

  private func cost(_ design: Design) -> Int64 {
    search.trial(of: design)?.cost.minorUnits ?? design.bounds.cost.minorUnits
  }

  private func result(_ design: Design) -> DesignResult {
    guard let trial = search.trial(of: design) else {
      preconditionFailure("a design that was certified was rehearsed")
    }
    return DesignResult(
      design: design, cost: trial.cost, rpo: trial.achieved(.rpo, at: requirement.level),
      rto: trial.achieved(.rto, at: requirement.level))
  }

  private var quickest: [Design] {
    let ordered = catalog.designs.filter { requirement.refutation(of: $0.bounds) == nil }.sorted {
      ($0.bounds.outageEstimate, $0.bounds.cost.minorUnits, $0.number)
        < ($1.bounds.outageEstimate, $1.bounds.cost.minorUnits, $1.number)
    }
    return Array(ordered.prefix(Self.fastestMaximum))
  }

  private mutating func price(
    of kind: DesignRequirement.Kind
  ) async throws(InputError) -> ObjectivePrice {
    let shortest = requirement.objectives.map { kind == .rpo ? $0.rpo : $0.rto }.min() ?? .zero
    let step = shortest > .hours(1) ? Duration.hours(1) : shortest / 2
    let shorter = try await search.best(.cost, meeting: requirement.changing(kind) { $0 - step }).first
    let without = try await search.best(.cost, meeting: requirement.changing(kind) { _ in .days(3_650) })
      .first
    return ObjectivePrice(
      kind: kind, step: step, shorter: shorter.map(result), without: without.map(result))
  }

  /// The designs that were shown to miss an objective, cheapest first.
  private var refuted: [RefutedDesign] {
    catalog.designs.compactMap { design -> RefutedDesign? in
      if let miss = requirement.refutation(of: design.bounds) {
        return RefutedDesign(design: design, cost: nil, miss: miss)
      }
      guard let trial = search.trial(of: design) else { return nil }
      let miss =
        search.isRehearsedInFull(design) ? requirement.miss(of: trial) : requirement.refutation(of: trial)
      return miss.map { RefutedDesign(design: design, cost: trial.cost, miss: $0) }
    }.sorted { a, b in
      (cost(a.design), a.design.number) < (cost(b.design), b.design.number)
    }
  }
}

// MARK: - No design

extension DesignStudy {
  /// Throws before anything is rehearsed when closed forms leave no design.
  private func checkBounds() throws(InputError) {
    let misses = catalog.designs.map { requirement.refutation(of: $0.bounds) }
    guard misses.allSatisfy({ $0 != nil }) else { return }
    let scenario = catalog.file.scenario
    let place = catalog.file.place(of: ["objectives", "rpo"])
    for (disaster, objectives) in requirement.objectives.enumerated() {
      let best = catalog.designs.compactMap { $0.bounds.losses[disaster].max() }.min() ?? .duration(.zero)
      guard best > .duration(objectives.rpo) else { continue }
      let name = scenario.disasters[disaster].name
      guard let loss = best.duration else {
        throw InputError(
          Diagnostic(
            at: place, message: "no design of the space leaves a copy that '\(name)' spares",
            hint: "add an alternative with a copy at another site, or with a lock"))
      }
      let interval = scenario.shortestInterval(of: catalog.designs.map(\.strategy))
      throw InputError(
        Diagnostic(
          at: place,
          message:
            "no design of the space can meet the RPO of \(objectives.rpo) against '\(name)': the best loses \(loss) or more"
            + (interval.map { ", and its points are at least \($0) apart" } ?? ""),
          hint: "add a more frequent schedule, or relax the objective"))
    }
    throw InputError(
      Diagnostic(
        at: place,
        message: "each design of the space misses the RPO against some disaster, by its schedules alone",
        hint: "add alternatives that combine what protects against each of them"))
  }

  /// The error when no design meets all objectives. It names the unmet objective and the nearest design.
  private var noDesignMeetsAll: Diagnostic {
    let tried = catalog.designs.compactMap { design in search.trial(of: design).map { (design, $0) } }
    let scenario = catalog.file.scenario
    var impossible: [String] = []
    for (disaster, kind) in pairs {
      let limit = Achieved.duration(requirement.objective(kind, against: disaster))
      let best = tried.compactMap { $0.1.worst(kind, against: disaster) }.min()
      if let best, best > limit {
        impossible.append(
          "the \(kind.rawValue) against '\(scenario.disasters[disaster].name)' (at best \(best.roundedUp), objective \(limit))"
        )
      }
    }
    let nearest = tried.min { (excess($0.1), $0.0.number) < (excess($1.1), $1.0.number) }
    let reason =
      impossible.isEmpty
      ? "each objective is met by some design, but no design meets all of them"
      : "no design of the space meets \(impossible.prefix(3).joined(separator: ", "))"
    let hint = nearest.map { design, trial in
      "the nearest is '\(design.label)', with an RPO of \(trial.achieved(.rpo, at: requirement.level).roundedUp) and an RTO of "
        + "\(trial.achieved(.rto, at: requirement.level).roundedUp); add alternatives, or relax the objective"
    }
    return Diagnostic(
      at: catalog.file.place(of: ["objectives"]), message: reason,
      hint: hint ?? "add alternatives, or relax the objectives")
  }

  private var pairs: [(Int, DesignRequirement.Kind)] {
    requirement.objectives.indices.flatMap { place in DesignRequirement.Kind.allCases.map { (place, $0) } }
  }

  /// Returns the greatest ratio of a value to its objective; infinite where nothing is recovered.
  private func excess(_ trial: DesignTrial) -> Double {
    pairs.map { disaster, kind in
      guard let worst = trial.worst(kind, against: disaster) else { return 0 }
      guard let time = worst.duration else { return .infinity }
      return time.seconds / max(1e-3, requirement.objective(kind, against: disaster).seconds)
    }.max() ?? 0
  }
}

extension DesignTrial {
  /// Returns the worst value against a disaster; `nil` where the disaster never struck.
  fileprivate func worst(_ kind: DesignRequirement.Kind, against disaster: Int) -> Achieved? {
    disasters[disaster].map { kind == .rpo ? $0.rpo : $0.rto }.max()
  }
}

extension Achieved {
  /// The value in whole seconds, rounded up, as messages state it.
  fileprivate var roundedUp: Achieved {
    guard let duration else { return self }
    return .duration(.seconds((duration.nanoseconds + 999_999_999) / 1_000_000_000))
  }
}
