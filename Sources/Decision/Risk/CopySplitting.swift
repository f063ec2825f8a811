import Glibc
import Units

/// Estimates the probability that a strategy loses every copy within ten years, by importance splitting.
///
/// A lifetime that loses a copy is closer to a total loss. It is split into several trials with futures of
/// their own, each with its share of the weight. When the copy is whole again, one trial chosen beforehand
/// continues with the full weight, and the others end. The estimate is unbiased for any number of trials
/// (RESTART: Villén-Altamirano, "RESTART: a method for accelerating rare event simulations", 1991).
public struct CopySplitting: Sendable {
  private let model: RiskModel
  private let exposure: Exposure
  /// The number of trials at each number of missing copies.
  private let trials: [Int]

  /// - Parameters:
  ///   - model: the hazards.
  ///   - exposure: of one strategy.
  ///   - trialsMaximum: 1 makes this plain simulation.
  public init(_ model: RiskModel, exposure: Exposure, trialsMaximum: Int = 256) {
    self.model = model
    self.exposure = exposure
    let next = Self.chanceOfNextLoss(model, exposure)
    let count = max(1, min(trialsMaximum, Int((1 / max(next, 1e-9)).rounded())))
    trials = [1] + exposure.copies.indices.map { $0 + 1 < exposure.copies.count ? count : 1 }
  }

  /// Returns the chance that another copy is lost while one is missing.
  private static func chanceOfNextLoss(_ model: RiskModel, _ exposure: Exposure) -> Double {
    var (rate, repair) = (0.0, 0.0)
    for (hazard, harm) in zip(model.hazards, exposure.hazards) where harm.destroyed != 0 {
      let longest = harm.repairs.map(\.mean.seconds).max() ?? 0
      rate += hazard.perYear
      repair += hazard.perYear * longest * 1_000 / Double(Year.milliseconds)
    }
    return rate > 0 ? -expm1(-repair) : 1
  }

  /// Whether the hazards of the model can reach every copy.
  public var canLoseEveryCopy: Bool {
    let reached = zip(model.hazards, exposure.hazards).reduce(UInt64(0)) {
      $1.0.perYear > 0 ? $0 | $1.1.destroyed : $0
    }
    return reached == exposure.allCopies
  }

  /// Estimates of consecutive lifetimes.
  public func run(lifetimes: Range<Int>) -> SplittingTally {
    var tally = SplittingTally()
    tally.plainSteps = 1 + model.hazards.reduce(0) { $0 + $1.perYear } * 10
    let law = HazardLaw(model.hazards)
    for lifetime in lifetimes {
      var run = SplitLifetime(law, exposure, trials: trials, lifetime: lifetime, seed: model.seed)
      tally.weights.append(run.run())
      tally.trials += run.trialCount
      tally.steps += run.stepCount
    }
    return tally
  }
}

/// The estimates of single lifetimes, in order. Tallies of consecutive lifetimes can be added.
public struct SplittingTally: Codable, Hashable, Sendable {
  public internal(set) var weights: [Double] = []
  /// The number of lifetimes and of all trials split off from them.
  public internal(set) var trials = 0
  /// The work: the number of occurrences simulated and of trials begun.
  public internal(set) var steps = 0
  /// The mean work of one lifetime in plain simulation.
  var plainSteps = 1.0

  public mutating func append(_ next: SplittingTally) {
    plainSteps = next.plainSteps
    weights += next.weights
    trials += next.trials
    steps += next.steps
  }

  public var mean: Double { weights.isEmpty ? 0 : weights.reduce(0, +) / Double(weights.count) }

  /// The variance of the mean.
  public var varianceOfMean: Double {
    guard weights.count > 1 else { return .infinity }
    let mean = mean
    let squares = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(weights.count - 1) / Double(weights.count)
  }

  /// The work in lifetimes of plain simulation.
  public var runs: Double { Double(steps) / plainSteps }

  /// The efficiency: the lifetimes of plain simulation for an equally narrow interval, per lifetime of work
  /// done.
  public var efficiency: Double {
    guard varianceOfMean > 0, steps > 0 else { return 1 }
    return mean * (1 - mean) / varianceOfMean / runs
  }
}
