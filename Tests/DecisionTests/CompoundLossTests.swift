import Foundation
import Testing
import Units

import Decision

/// Losses of a Poisson number of exponential events: mean, variance and exceedance are known in closed form.
@Suite struct CompoundLossTests {
  private static let rate = 1.5
  private static let mean = 100_000.0

  /// Recoveries whose losses are the quantiles of an exponential distribution.
  private static var recoveries: [PricedRecovery] {
    (0..<4_000).map { place in
      let loss = -log(1 - (Double(place) + 0.5) / 4_000) * mean
      return PricedRecovery(workPrice: Int64(loss.rounded()))
    }
  }

  private static func years(_ count: Int) async -> [Int64] {
    let model = RiskModel(
      seed: 11, hazards: [Hazard(name: "fault", process: .poisson(perYear: rate))],
      exposures: [
        Exposure(strategy: "s", copies: [], hazards: [HazardExposure(recoveries: recoveries)])
      ], totalLoss: 0)
    return await RiskSimulation(model).run(lifetimes: 0..<count / 10, jobs: 2)[0].years
  }

  @Test func meanVarianceAndExceedanceAreThoseOfTheClosedForm() async throws {
    let years = await Self.years(200_000).map(Double.init)
    let mean = years.reduce(0, +) / Double(years.count)
    let variance = years.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(years.count - 1)
    // Mean l m, variance 2 l m^2; the standard error of the mean is 0.26 % here.
    #expect(abs(mean / (Self.rate * Self.mean) - 1) < 0.01)
    #expect(abs(variance / (2 * Self.rate * Self.mean * Self.mean) - 1) < 0.03)
    let distribution = LossDistribution(
      years.map { Int64($0) }, currency: try #require(Currency(code: "USD")))
    for amount in [50_000.0, 200_000, 500_000, 900_000] {
      let expected = Self.exceedance(of: amount)
      let error = 4 * (expected * (1 - expected) / Double(years.count)).squareRoot()
      #expect(abs(distribution.exceedance(of: Int64(amount)) - expected) < error)
    }
  }

  /// The sum over the number of events: Poisson weight times the tail of an Erlang distribution.
  private static func exceedance(of amount: Double) -> Double {
    let x = amount / mean
    var (sum, weight, tail, term) = (0.0, exp(-rate), 0.0, exp(-x))
    for count in 1...60 {
      weight *= rate / Double(count)
      tail += term
      term *= x / Double(count)
      sum += weight * tail
    }
    return sum
  }
}
