import Documents
import Statistics
import Units

/// Further occurrences of a disaster after a first one. Attackers try again, and earthquakes have
/// aftershocks.
///
/// The number of further occurrences is Poisson distributed; each follows the first one by itself (Neyman and Scott,
/// "Statistical Approach to Problems of Cosmology", Journal of the Royal Statistical Society B 20, 1958).
public struct DisasterCluster: Hashable, Sendable {
  /// The mean number of further occurrences.
  public var mean: Ratio
  /// The delay of each.
  public var within: Distribution

  package init(mean: Ratio, within: Distribution) {
    self.mean = mean
    self.within = within
  }
}

extension DisasterCluster {
  /// Returns the occurrences per year, as stated or from the interval.
  static func rate(
    perYear: Ratio?, interval: Distribution?, cluster: DisasterCluster?
  ) throws(Misfit) -> Ratio? {
    guard let interval else {
      guard perYear != nil || cluster == nil else {
        throw Misfit(
          at: "cluster", "a cluster needs a rate",
          hint: "add 'perYear: 0.5', or 'interval' with the time between two clusters")
      }
      return perYear
    }
    guard perYear == nil else {
      throw Misfit(at: "interval", "'perYear' and 'interval' exclude each other", hint: "keep one of the two")
    }
    guard interval.mean >= .hours(1) else {
      throw Misfit(
        at: "interval", "a disaster every \(interval.mean) is too frequent", hint: "write at least '1 h'")
    }
    let size = Int128(1_000_000_000 + (cluster?.mean.billionths ?? 0))
    let year = Int128(Duration.hours(8_760).nanoseconds)
    return Ratio(billionths: Int64((size * year).roundedQuotient(Int128(interval.mean.nanoseconds))))
  }
}

extension Shape<DisasterCluster> {
  static let disasterCluster = mapping(
    "Further occurrences after each first one.",
    Field("mean", .number(0...100, example: "1.5"), "The mean number of further occurrences."),
    Field("within", .distribution, "The time from the first occurrence to each further one.")
  ) { DisasterCluster(mean: $0, within: $1) }
}
