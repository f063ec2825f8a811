import Estate
import Planning
import Units

/// A second disaster in the middle of the recovery from a first one.
public struct Overlap: Hashable, Sendable {
  public var first: String
  public var second: String
  /// How many are expected in the simulated years.
  public var expected: Double

  /// The name of the disaster that stands for both.
  package var name: String { "\(first)+\(second)" }
}

/// Recoveries that were rehearsed with a second disaster in the middle of them.
public struct MeasuredOverlaps: Codable, Sendable {
  public let recoveries: MeasuredRecoveries

  public init(_ recoveries: MeasuredRecoveries) { self.recoveries = recoveries }

  package func recoveries(of strategy: String, first: String, second: String) -> DisasterRecoveries? {
    recoveries.strategies.first { $0.name == strategy }?.recoveries(
      from: Overlap(first: first, second: second, expected: 0).name)
  }
}

extension Overlap {
  /// The overlaps that matter within some years, the most frequent first: at least `expectedMinimum` of each are expected
  /// under the strategy with the longest outage.
  public static func all(
    in scenario: Scenario, _ recoveries: MeasuredRecoveries, years: Int, expectedMinimum: Double = 3,
    limit: Int = 24
  ) -> [Overlap] {
    let hazards = scenario.disasters.compactMap { disaster in Hazard(disaster).map { (disaster, $0) } }
    let overlaps = hazards.filter { $0.0.followedBy == nil }.flatMap { first in
      let outage = recoveries.strategies.compactMap { $0.recoveries(from: first.0.name)?.meanOutage }.max()
      return hazards.map { second in
        let together = first.1.perYear * second.1.perYear * (outage ?? .zero).seconds / (8_760 * 3_600)
        return Overlap(first: first.0.name, second: second.0.name, expected: together * Double(years))
      }
    }
    return Array(
      overlaps.enumerated().filter { $0.element.expected >= expectedMinimum }
        .sorted { ($1.element.expected, $0.offset) < ($0.element.expected, $1.offset) }
        .map(\.element).prefix(limit))
  }
}

extension Scenario {
  /// The scenario with overlaps in the place of its disasters: each is struck at `count` instants, and the second disaster
  /// strikes at any time within the longest outage that the first one caused.
  public func rehearsing(_ overlaps: [Overlap], _ recoveries: MeasuredRecoveries, strikes count: Int)
    -> Scenario
  {
    var scenario = self
    for place in disasters.indices { scenario.disasters[place].strikes = .at([]) }
    scenario.precision = nil
    scenario.disasters += overlaps.compactMap { overlap in
      guard var both = disasters.first(where: { $0.name == overlap.first }),
        let second = disasters.firstIndex(where: { $0.name == overlap.second })
      else { return nil }
      let outages = recoveries.strategies.flatMap { $0.recoveries(from: overlap.first)?.drills ?? [] }
      let longest = outages.compactMap { $0.times?.rto }.max() ?? .hours(1)
      guard let after = try? Distribution(.uniform(from: .zero, to: max(.seconds(1), longest))) else {
        return nil
      }
      both.name = overlap.name
      both.followedBy = (second, after)
      both.strikes = .spread(count)
      return both
    }
    return scenario
  }
}
