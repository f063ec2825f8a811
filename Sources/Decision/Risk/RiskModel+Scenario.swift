import Estate
import ScenarioLanguage
import Units

extension RiskModel {
  /// Creates the model of a scenario from its measured recoveries.
  ///
  /// - Parameters:
  ///   - recoveries: of single disasters.
  ///   - overlaps: of second disasters in the middle of recoveries; `nil` where none were rehearsed.
  public init(
    _ scenario: Scenario, penalties: Penalties, recoveries: MeasuredRecoveries, overlaps: MeasuredOverlaps?
  ) {
    let disasters = scenario.disasters.filter { Hazard($0) != nil }
    let exposures = recoveries.strategies.compactMap { measured -> Exposure? in
      guard let strategy = scenario.strategies.first(where: { $0.name == measured.name }) else { return nil }
      let copies = StrategyCopies(of: strategy, in: scenario)
      return Exposure(
        strategy: strategy.name, copies: copies.names,
        hazards: disasters.map { disaster in
          let own = measured.recoveries(from: disaster.name)
          return HazardExposure(
            destroyed: copies.destroyed(by: disaster), consumed: copies.consumed(by: disaster),
            repairs: copies.repairs(after: disaster, unprotected: own?.meanUnprotected),
            recoveries: own?.priced(penalties) ?? [],
            overlaps: disasters.map { first in
              overlaps?.recoveries(of: strategy.name, first: first.name, second: disaster.name)?
                .priced(penalties) ?? []
            })
        })
    }
    self.init(
      seed: scenario.seed, hazards: disasters.compactMap(Hazard.init), exposures: exposures,
      totalLoss: penalties.unrecoverable?.minorUnits, lifetimeYears: max(10, scenario.costs.years))
  }
}
