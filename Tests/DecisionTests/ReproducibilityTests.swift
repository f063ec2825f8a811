import Decision
import Statistics
import Testing
import Units

/// A model with two strategies, overlaps and copies that are repaired by chance.
enum SmallModel {
  static func model() throws -> RiskModel {
    let hazards = [
      Hazard(name: "deletion", process: .poisson(perYear: 2)),
      Hazard(name: "fire", process: .poisson(perYear: 0.2)),
    ]
    let repair = try Distribution(.lognormal(median: .days(2), p95: .days(9)))
    let short = (1...20).map { PricedRecovery(outage: Int64($0) * 3_600_000, outagePrice: Int64($0) * 1_000) }
    let lost = short + [PricedRecovery(isLost: true)]
    let exposures = ["a", "b"].map { name in
      Exposure(
        strategy: name, copies: ["production", "vault"],
        hazards: [
          HazardExposure(
            destroyed: 1, repairs: [.zero, repair], recoveries: short,
            overlaps: [[], name == "a" ? lost : []]),
          HazardExposure(destroyed: name == "a" ? 3 : 2, repairs: [.zero, repair], recoveries: lost),
        ])
    }
    return RiskModel(seed: 1, hazards: hazards, exposures: exposures, totalLoss: 5_000_000)
  }
}

@Suite struct ReproducibilityTests {
  @Test func theNumberOfJobsChangesNothing() async throws {
    let model = try SmallModel.model()
    let one = await model.outcome(lifetimes: 0..<1_100, splitting: 0..<50, jobs: 1)
    let four = await model.outcome(lifetimes: 0..<1_100, splitting: 0..<50, jobs: 4)
    #expect(one == four)
  }

  @Test func aStretchOfLifetimesIsTheSameByItself() async throws {
    let model = try SmallModel.model()
    let all = await model.outcome(lifetimes: 0..<900, splitting: 0..<60, jobs: 2)
    var parts = await model.outcome(lifetimes: 0..<400, splitting: 0..<20, jobs: 2)
    parts.append(await model.outcome(lifetimes: 400..<900, splitting: 20..<60, jobs: 1))
    #expect(all == parts)
  }

  @Test func anotherStrategyChangesNoLoss() async throws {
    let model = try SmallModel.model()
    var alone = model
    alone.exposures = [model.exposures[1]]
    let both = await RiskSimulation(model).run(lifetimes: 0..<300, jobs: 1)
    let one = await RiskSimulation(alone).run(lifetimes: 0..<300, jobs: 1)
    #expect(both[1] == one[0])
  }

  @Test func onlyTheOutageThatASecondDisasterAddsIsCharged() {
    var condition = EstateCondition(copies: 1)
    let recovery = PricedRecovery(outage: 100, dataLoss: 10, outagePrice: 1_000, dataLossPrice: 50)
    let exposure = Exposure(
      strategy: "s", copies: ["production"],
      hazards: [HazardExposure(repairs: [.zero], recoveries: [recovery])])
    var stream = RandomStream(seed: 1, stream: "test")
    let first = condition.meet(Arrival(time: 0, hazard: 0, chance: 0.5), under: exposure, from: &stream)
    let second = condition.meet(Arrival(time: 60, hazard: 0, chance: 0.5), under: exposure, from: &stream)
    #expect(first?.outagePrice == 1_000)
    // The second recovery ends at 160, sixty after the first one would have.
    #expect(second?.outage == 60)
    #expect(second?.outagePrice == 600)
  }
}
