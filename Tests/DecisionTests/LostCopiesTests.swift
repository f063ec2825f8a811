import Decision
import Foundation
import Statistics
import Testing
import Units

/// Copies that fail and are repaired independently: the time until all are lost is known in closed form.
@Suite struct LostCopiesTests {
  /// Copies that each fail by a hazard of their own, so often a year.
  private static func model(
    copies count: Int, perYear rate: Double, repair: Distribution
  ) -> RiskModel {
    let hazards = (0..<count).map { Hazard(name: "copy \($0)", process: .poisson(perYear: rate)) }
    let harms = (0..<count).map { copy in
      HazardExposure(
        destroyed: 1 << UInt64(copy), repairs: Array(repeating: repair, count: count))
    }
    return RiskModel(
      seed: 5, hazards: hazards,
      exposures: [Exposure(strategy: "s", copies: hazards.map(\.name), hazards: harms)], totalLoss: 1)
  }

  @Test func aMirroredPairIsLostAfterItsMeanTimeToDataLoss() async throws {
    let pair = MirroredPair(meanTimeToFailure: .hours(1_000), meanTimeToRepair: .hours(10))
    #expect(pair.meanTimeToDataLoss == .hours(51_500))
    let model = Self.model(
      copies: 2, perYear: 8.76, repair: try Distribution(.exponential(mean: .hours(10))))
    let lifetimes = 6_000
    let tally = await RiskSimulation(model).run(lifetimes: 0..<lifetimes, jobs: 2)[0]
    let losses = tally.hazards.reduce(0) { $0 + $1.totalLosses }
    let hours = Double(lifetimes) * 87_600 / Double(losses)
    // About 10,200 losses: a standard error of 1 %.
    #expect(abs(hours / 51_500 - 1) < 0.03)
  }

  @Test func twoVaultsWithoutRepairAreLostWithTheProductOfTheirChances() async throws {
    let never = try Distribution(.constant(.days(36_500)))
    let model = Self.model(copies: 2, perYear: 0.05, repair: never)
    let lifetimes = 40_000
    let tally = await RiskSimulation(model).run(lifetimes: 0..<lifetimes, jobs: 2)[0]
    let each = 1 - exp(-0.5)
    let expected = each * each
    let error = (expected * (1 - expected) / Double(lifetimes)).squareRoot()
    #expect(abs(Double(tally.lostLifetimes) / Double(lifetimes) - expected) < 4 * error)
  }

  @Test func splittingFindsARareTotalLossWithAFiftiethOfTheRuns() throws {
    // Three copies that fail once in four years and are repaired in a day.
    let (rate, days) = (0.25, 1.0)
    let model = Self.model(
      copies: 3, perYear: rate, repair: try Distribution(.exponential(mean: .days(1))))
    let splitting = CopySplitting(model, exposure: model.exposures[0])
    let tally = splitting.run(lifetimes: 0..<400)
    let expected = Self.lossWithinTenYears(copies: 3, failure: rate, repair: 365 / days)
    #expect(abs(tally.mean - expected) < 4 * tally.varianceOfMean.squareRoot())
    #expect(tally.varianceOfMean.squareRoot() < 0.3 * expected)
    #expect(tally.efficiency > 50)
  }

  @Test func splittingAgreesWithPlainSimulation() throws {
    let model = Self.model(
      copies: 2, perYear: 1, repair: try Distribution(.exponential(mean: .days(3))))
    let split = CopySplitting(model, exposure: model.exposures[0]).run(lifetimes: 0..<300)
    let plain = CopySplitting(model, exposure: model.exposures[0], trialsMaximum: 1)
      .run(lifetimes: 0..<20_000)
    #expect(plain.trials == 20_000)
    let error = (split.varianceOfMean + plain.varianceOfMean).squareRoot()
    #expect(abs(split.mean - plain.mean) < 4 * error)
    let expected = Self.lossWithinTenYears(copies: 2, failure: 1, repair: 365 / 3)
    #expect(abs(split.mean - expected) < 4 * split.varianceOfMean.squareRoot())
  }

  /// The probability of absorption of the birth-and-death chain of missing copies within ten years, by small steps.
  private static func lossWithinTenYears(copies: Int, failure: Double, repair: Double) -> Double {
    var chances = [1.0] + Array(repeating: 0.0, count: copies)
    let steps = 400_000
    let step = 10.0 / Double(steps)
    for _ in 0..<steps {
      var next = chances
      for missing in 0..<copies {
        let up = chances[missing] * Double(copies - missing) * failure * step
        let down = chances[missing] * Double(missing) * repair * step
        next[missing] -= up + down
        next[missing + 1] += up
        if missing > 0 { next[missing - 1] += down }
      }
      chances = next
    }
    return chances[copies]
  }
}
