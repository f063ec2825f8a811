import Units

extension Distribution {
  /// The 99th percentile, which a careful planner uses.
  package var tail: Duration { draw(uniform: 0.99) }

  /// The maximum where there is one, else the 99th percentile.
  package var longest: Duration {
    switch family {
    case .constant(let value): value
    case .uniform(_, let high): high
    case .exponential, .weibull, .lognormal, .gamma: tail
    }
  }
}
