import Estate
import ScenarioLanguage
import Statistics
import Units

/// A second disaster during the recovery from a first one.
public struct Overlap: Hashable, Sendable {
  public var first: String
  public var second: String
  /// The expected number in the simulated years.
  public var expected: Double

  /// The name of the combined disaster.
  package var name: String { "\(first)+\(second)" }
}

/// Recoveries that were rehearsed with a second disaster during them.
public struct MeasuredOverlaps: Codable, Sendable {
  public let recoveries: MeasuredRecoveries

  public init(_ recoveries: MeasuredRecoveries) { self.recoveries = recoveries }

  package func recoveries(of strategy: String, first: String, second: String) -> DisasterRecoveries? {
    recoveries.strategies.first { $0.name == strategy }?.recoveries(
      from: Overlap(first: first, second: second, expected: 0).name)
  }
}

extension Overlap {
  /// Returns the overlaps that matter within some years, most frequent first. Of each, at least
  /// `expectedMinimum` are expected under the strategy with the longest outage.
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
  /// Returns the scenario with overlaps as its disasters. Each has `count` strikes, and the second disaster
  /// follows within the longest outage of the first.
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
