import Units

/// Simulates lifetimes under every strategy of a model.
///
/// Lifetimes are independent and each draws from streams of its own, so that any split among jobs or machines gives the same
/// tallies.
public struct RiskSimulation: Sendable {
  private let model: RiskModel
  /// The number of lifetimes in one piece of work.
  private static let stretch = 250

  public init(_ model: RiskModel) { self.model = model }

  /// Returns the tallies of consecutive lifetimes, by strategy.
  public func run(
    lifetimes: Range<Int>, jobs: Int, progress: @Sendable (_ done: Int) -> Void = { _ in }
  ) async -> [RiskTally] {
    let stretches = stride(from: lifetimes.lowerBound, to: lifetimes.upperBound, by: Self.stretch).map {
      $0..<min($0 + Self.stretch, lifetimes.upperBound)
    }
    var results: [[RiskTally]?] = stretches.map { _ in nil }
    await withTaskGroup(of: (Int, [RiskTally]).self) { group in
      var next = 0
      var done = 0
      while next < min(max(1, jobs), stretches.count) {
        add(stretches[next], at: next, to: &group)
        next += 1
      }
      while let (place, tallies) = await group.next() {
        results[place] = tallies
        done += stretches[place].count
        progress(done)
        guard next < stretches.count else { continue }
        add(stretches[next], at: next, to: &group)
        next += 1
      }
    }
    return results.compactMap { $0 }.reduce(into: empty) { sums, tallies in
      for place in sums.indices { sums[place].append(tallies[place]) }
    }
  }

  private var empty: [RiskTally] {
    model.exposures.map { _ in RiskTally(hazardCount: model.hazards.count) }
  }

  private func add(
    _ lifetimes: Range<Int>, at place: Int, to group: inout TaskGroup<(Int, [RiskTally])>
  ) {
    group.addTask { (place, tallies(of: lifetimes)) }
  }

  private func tallies(of lifetimes: Range<Int>) -> [RiskTally] {
    var runs = model.exposures.map { LifetimeRun(model, exposure: $0) }
    for lifetime in lifetimes {
      let arrivals = model.arrivals(in: lifetime)
      for place in runs.indices { runs[place].run(lifetime: lifetime, arrivals: arrivals) }
    }
    return runs.map(\.tally)
  }
}
