import Units

/// A process of recurring failures with independent, equally distributed times between them.
///
/// The process begins anew with the window, as with equipment that has just been installed; the exponential
/// distribution makes it a Poisson process, for which the beginning does not matter.
public struct RenewalProcess: Hashable, Sendable {
  public let interval: Distribution

  /// Creates a process. A distribution with mean zero is refused, because time would never pass.
  public init(every interval: Distribution) throws(QuantityError) {
    guard interval.mean > .zero else {
      throw QuantityError(
        "failures every \(interval.mean) leave no time between", hint: "write a positive time")
    }
    self.interval = interval
  }

  /// A Poisson process of one failure per `mean` on average.
  public static func poisson(every mean: Duration) throws(QuantityError) -> RenewalProcess {
    try RenewalProcess(every: Distribution(.exponential(mean: mean)))
  }

  /// The failures within a window, ascending; each takes one number from the stream.
  public func arrivals(in window: Range<Instant>, from stream: RandomStream) -> Arrivals {
    Arrivals(interval: interval, latest: window.lowerBound, end: window.upperBound, stream: stream)
  }

  /// The failures of one window, drawn on demand.
  public struct Arrivals: Sequence, IteratorProtocol, Sendable {
    fileprivate let interval: Distribution
    fileprivate var latest: Instant
    fileprivate let end: Instant
    fileprivate var stream: RandomStream

    public mutating func next() -> Instant? {
      guard latest < end else { return nil }
      let pause = interval.draw(from: &stream)
      latest = pause < end - latest ? latest + pause : end
      return latest < end ? latest : nil
    }
  }
}
