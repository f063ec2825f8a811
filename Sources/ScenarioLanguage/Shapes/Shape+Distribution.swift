import Documents
import Statistics
import Units

extension Shape<Distribution> {
  /// A fixed time, or one drawn anew for each rehearsal.
  static let distribution = Shape<Duration>.duration
    .map { time throws(Misfit) in try drawn(.constant(time)) }
    .or(
      .choice(
        "A random time.",
        [
          Way("uniform", .uniform, "A uniform distribution between two times."),
          Way("exponential", .exponential, "An exponential distribution, which has no memory."),
          Way("lognormal", .lognormal, "A time that people need."),
          Way(
            "weibull", .weibull,
            "A Weibull distribution. A shape above 1 models wear, and one below 1 early failures."),
          Way("gamma", .gamma, "A sum of exponential steps, as many as the shape."),
        ])
    )
    .defined(as: "time", "A fixed time such as '15 min', or a random one.")

  private static let uniform = mapping(
    "A uniform distribution between two times.",
    Field("from", .duration, "The shortest time."),
    Field("to", .duration, "The longest time.")
  ) { from, to throws(Misfit) in try drawn(.uniform(from: from, to: to)) }

  private static let exponential = mapping(
    "Without memory.",
    Field("mean", .positiveDuration, "The mean time.")
  ) { mean throws(Misfit) in try drawn(.exponential(mean: mean)) }

  private static let lognormal = mapping(
    "Half are faster than the median, 19 of 20 faster than the 95th percentile.",
    Field("median", .positiveDuration, "The time that half do not exceed."),
    Field("p95", .positiveDuration, "The time that 19 of 20 do not exceed.")
  ) { median, p95 throws(Misfit) in try drawn(.lognormal(median: median, p95: p95)) }

  private static let weibull = mapping(
    "The time of a failure.",
    Field(
      "shape", .number(0...100, example: "1.5"), "The shape: below 1 for early failures, above 1 for wear."),
    Field("scale", .positiveDuration, "The scale: the time by which 63.2 % have failed.")
  ) { shape, scale throws(Misfit) in try drawn(.weibull(shape: shape.value, scale: scale)) }

  private static let gamma = mapping(
    "A sum of exponential steps.",
    Field("shape", .number(0...10_000, example: "2"), "The number of steps."),
    Field("mean", .positiveDuration, "The mean of the sum.")
  ) { shape, mean throws(Misfit) in try drawn(.gamma(shape: shape.value, mean: mean)) }

  private static func drawn(_ family: Distribution.Family) throws(Misfit) -> Distribution {
    do throws(QuantityError) {
      return try Distribution(family)
    } catch {
      throw Misfit(error)
    }
  }
}

extension Misfit {
  init(at key: String? = nil, _ error: QuantityError) {
    self.init(at: key, error.problem, hint: error.hint)
  }
}
