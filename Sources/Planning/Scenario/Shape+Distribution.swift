import Units

extension Shape<Distribution> {
  /// A fixed time, or one drawn anew for each rehearsal.
  static let distribution = Shape<Duration>.duration
    .map { time throws(Misfit) in try drawn(.constant(time)) }
    .or(
      .choice(
        "A time that chance decides.",
        [
          Way("uniform", .uniform, "Any time between two is as likely."),
          Way("exponential", .exponential, "Without memory: as soon as late."),
          Way("lognormal", .lognormal, "How long people take."),
          Way("weibull", .weibull, "Wearing out with a shape above 1, failing early with a shape below 1."),
          Way("gamma", .gamma, "A sum of exponential steps, as many as the shape."),
        ])
    )
    .defined(as: "time", "A fixed time such as '15 min', or one that chance decides.")

  private static let uniform = mapping(
    "Any time between two is as likely.",
    Field("from", .duration, "The shortest."),
    Field("to", .duration, "The longest.")
  ) { from, to throws(Misfit) in try drawn(.uniform(from: from, to: to)) }

  private static let exponential = mapping(
    "Without memory.",
    Field("mean", .positiveDuration, "The mean.")
  ) { mean throws(Misfit) in try drawn(.exponential(mean: mean)) }

  private static let lognormal = mapping(
    "Half are faster than the median, 19 of 20 faster than the 95th percentile.",
    Field("median", .positiveDuration, "Half are faster."),
    Field("p95", .positiveDuration, "19 of 20 are faster.")
  ) { median, p95 throws(Misfit) in try drawn(.lognormal(median: median, p95: p95)) }

  private static let weibull = mapping(
    "The time of a failure.",
    Field("shape", .number(0...100, example: "1.5"), "Below 1 early failures, above 1 wear."),
    Field("scale", .positiveDuration, "By then 63.2 % have failed.")
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
