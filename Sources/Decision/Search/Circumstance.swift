import ScenarioLanguage
import Statistics
import Units

/// The random parts of a disaster beside its instant.
public struct Circumstance: Sendable {
  public var dwell: Duration
  /// A second disaster by name, and its delay; `nil` where none strikes.
  public var second: (disaster: String, after: Duration)?
  /// The share of people's draws that are faster; `nil` for random draws.
  public var peopleLevel: Ratio?

  public init(
    dwell: Duration, second: (disaster: String, after: Duration)? = nil, peopleLevel: Ratio? = nil
  ) {
    self.dwell = dwell
    self.second = second
    self.peopleLevel = peopleLevel
  }
}

extension Circumstance {
  /// Returns the disaster under the circumstance.
  package func applied(to disaster: Disaster, in scenario: Scenario) -> Disaster {
    var disaster = disaster
    disaster.dwell = dwell
    if let second, let place = scenario.disasters.firstIndex(where: { $0.name == second.disaster }),
      let after = try? Distribution(.constant(second.after))
    {
      disaster.followedBy = (place, after)
    }
    if let detect = disaster.detect { disaster.detect = slowed(detect) }
    return disaster
  }

  /// Returns the people under the circumstance.
  package func people(of scenario: Scenario) -> People {
    var people = scenario.people
    (people.detect, people.declare) = (slowed(people.detect), slowed(people.declare))
    people.decide = slowed(people.decide)
    return people
  }

  private func slowed(_ time: Distribution) -> Distribution {
    guard let peopleLevel else { return time }
    let slow = time.draw(uniform: min(0.999_999, max(0.000_001, peopleLevel.value)))
    return (try? Distribution(.constant(slow))) ?? time
  }
}
