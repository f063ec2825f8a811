import Units

/// A courier that carries copies on removable media from a vault to another one.
///
/// The media are written and read at the rate of the second vault's device. Between trips no network reaches them.
public struct Courier: Hashable, Sendable {
  /// The time from the departure of a medium until its points count as recovery points.
  public var transit: Duration
  /// The time from the call for the media until they are at another site.
  public var comeback: Duration
  /// The name of the tariff of one trip.
  public var tariff: String

  public init(transit: Duration, comeback: Duration, tariff: String) {
    precondition(transit >= .zero && comeback >= .zero, "a trip takes its time")
    self.transit = transit
    self.comeback = comeback
    self.tariff = tariff
  }
}
