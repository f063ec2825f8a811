import Decision
import Foundation
import ScenarioLanguage
import Statistics
import Testing
import Units

@Suite struct ArrivalTests {
  private static func model(_ hazards: [Hazard]) -> RiskModel {
    RiskModel(seed: 3, hazards: hazards, exposures: [], totalLoss: nil)
  }

  private static func count(_ model: RiskModel, hazard: Int, lifetimes: Int = 4_000) -> Double {
    let count = (0..<lifetimes).reduce(0) { sum, lifetime in
      sum + model.arrivals(in: lifetime).count { $0.hazard == hazard }
    }
    return Double(count) / Double(lifetimes) / 10
  }

  @Test func disastersArriveByTheirRate() {
    let model = Self.model([Hazard(name: "a", process: .poisson(perYear: 0.7))])
    // A standard error of 0.6 %.
    #expect(abs(Self.count(model, hazard: 0) / 0.7 - 1) < 0.025)
  }

  @Test func anotherHazardChangesNoArrival() {
    let one = Hazard(name: "a", process: .poisson(perYear: 1))
    let alone = Self.model([one]).arrivals(in: 7)
    let both = Self.model([Hazard(name: "b", process: .poisson(perYear: 2)), one]).arrivals(in: 7)
    #expect(alone.map(\.time) == both.filter { $0.hazard == 1 }.map(\.time))
    #expect(alone.map(\.chance) == both.filter { $0.hazard == 1 }.map(\.chance))
  }

  @Test func wearMakesArrivalsMoreRegularThanChance() throws {
    let wear = try Distribution(.weibull(shape: 3, scale: .days(408)))
    let model = Self.model([
      Hazard(name: "wear", process: .renewal(wear)),
      Hazard(name: "chance", process: .poisson(perYear: 1)),
    ])
    func variance(_ hazard: Int) -> Double {
      let counts = (0..<2_000).map { lifetime in
        Double(model.arrivals(in: lifetime).count { $0.hazard == hazard })
      }
      let mean = counts.reduce(0, +) / 2_000
      return counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1_999
    }
    // Poisson: variance 10. The renewal process with shape 3 has a squared coefficient of variation of 0.13.
    #expect(abs(variance(1) - 10) < 1.5)
    #expect(variance(0) < 2.5)
  }

  @Test func clustersFollowTheirFirstOccurrence() throws {
    let cluster = DisasterCluster(
      mean: Ratio(billionths: 1_500_000_000), within: try Distribution(.exponential(mean: .hours(5))))
    let model = Self.model([
      Hazard(name: "attack", process: .poisson(perYear: 0.4), cluster: cluster)
    ])
    #expect(abs(model.hazards[0].perYear - 1) < 1e-9)
    #expect(abs(Self.count(model, hazard: 0) - 1) < 0.05)
    let gaps = (0..<500).flatMap { lifetime -> [Int64] in
      let times = model.arrivals(in: lifetime).map(\.time)
      return zip(times, times.dropFirst()).map { $1 - $0 }
    }
    // Three in five occurrences follow within hours; without clusters one in a hundred would.
    let close = gaps.count { $0 < 24 * 3_600_000 }
    #expect(Double(close) / Double(gaps.count) > 0.5)
  }
}
