import CGSL

/// The only use of the GNU Scientific Library.
///
/// The library's default error handler aborts the process, so it is switched off before the first call. Every
/// result is checked, because the distribution functions return NaN on failure.
package enum GSL {
  private static let errorHandlerIsOff: Bool = {
    gsl_set_error_handler_off()
    return true
  }()

  /// Returns a quantile of the standard exponential distribution.
  package static func exponentialQuantile(_ probability: Double) -> Double {
    checked(gsl_cdf_exponential_Pinv, probability, 1)
  }

  /// Returns a quantile of the Weibull distribution with scale 1.
  static func weibullQuantile(_ probability: Double, shape: Double) -> Double {
    checked({ gsl_cdf_weibull_Pinv($0, 1, $1) }, probability, shape)
  }

  /// Returns a quantile of the lognormal distribution with median 1.
  static func lognormalQuantile(_ probability: Double, sigma: Double) -> Double {
    checked({ gsl_cdf_lognormal_Pinv($0, 0, $1) }, probability, sigma)
  }

  /// Returns a quantile of the gamma distribution with scale 1.
  ///
  /// GSL's inversion (2.7.1) fails for many small or large shapes, but its distribution function is sound.
  /// There the function is bisected.
  static func gammaQuantile(_ probability: Double, shape: Double) -> Double {
    precondition(errorHandlerIsOff)
    let direct = gsl_cdf_gamma_Pinv(probability, shape, 1)
    guard !direct.isFinite else { return direct }
    return bisectedLogarithm { checked({ gsl_cdf_gamma_P($0, $1, 1) }, $0, shape) < probability }
  }

  package static func normalQuantile(_ probability: Double) -> Double {
    checked({ gsl_cdf_gaussian_Pinv($0, $1) }, probability, 1)
  }

  /// Returns a quantile of Student's t with `degrees` of freedom.
  package static func studentQuantile(_ probability: Double, degrees: Int) -> Double {
    checked(gsl_cdf_tdist_Pinv, probability, Double(degrees))
  }

  /// Returns the probability of at most `successes` in `trials`, each with chance `probability`.
  package static func binomial(atMost successes: Int, of trials: Int, probability: Double) -> Double {
    checked({ gsl_cdf_binomial_P(UInt32(successes), $0, UInt32($1)) }, probability, Double(trials))
  }

  /// Returns a quantile of the beta distribution.
  ///
  /// GSL's inversion (2.7.1) fails for many large parameters, but its distribution function is sound. There
  /// the function is bisected.
  package static func betaQuantile(_ probability: Double, a: Double, b: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if checked({ gsl_cdf_beta_P($0, $1, b) }, middle, a) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }

  private static func checked(_ function: (Double, Double) -> Double, _ a: Double, _ b: Double) -> Double {
    precondition(errorHandlerIsOff)
    let value = function(a, b)
    precondition(!value.isNaN, "GSL has no value at (\(a), \(b)); the arguments are to be validated before")
    return value
  }

  /// Returns the positive number at which `isBelow` turns false, between 2^-1022 and 2^1022. The result has
  /// the precision of a `Double`.
  private static func bisectedLogarithm(_ isBelow: (Double) -> Bool) -> Double {
    var low = Double.leastNormalMagnitude
    var high = 0x1p1022
    for _ in 0..<128 {
      let middle = low.squareRoot() * high.squareRoot()
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return high
  }
}
