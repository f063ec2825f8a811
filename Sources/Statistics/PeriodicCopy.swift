import Units

/// The closed-form recovery point of copies at regular slots: backups, snapshot shipping, archives.
///
/// Source: Keeton, Merchant, "A Framework for Evaluating Storage System Dependability", DSN 2004: the loss of
/// a level is its accumulation window plus all hold and propagation windows up to it.
public struct PeriodicCopy: Hashable, Sendable {
  /// The interval T between two copies that are taken.
  public let interval: Duration
  /// The time P from the instant of a copy's state until the copy can be restored.
  public let readyAfter: Duration

  /// Creates copies at slots `slotInterval` apart, each taking `duration`. A copy that overruns skips the
  /// slots that it overlaps.
  public init(slotInterval: Duration, duration: Duration) {
    precondition(slotInterval > .zero && duration >= .zero, "a copy has an interval and takes its time")
    let slots = (duration.nanoseconds + slotInterval.nanoseconds - 1) / slotInterval.nanoseconds
    interval = slotInterval * max(1, slots)
    readyAfter = duration
  }

  private init(interval: Duration, readyAfter: Duration) {
    self.interval = interval
    self.readyAfter = readyAfter
  }

  /// Returns the next level of a chain, which forwards each copy after a hold.
  public func copiedOn(hold: Duration = .zero, transfer: Duration) -> PeriodicCopy {
    PeriodicCopy(interval: interval, readyAfter: readyAfter + hold + transfer)
  }

  /// The loss at a disaster, uniform in P ..< P + T over the instants of strikes.
  public var loss: Range<Duration> { readyAfter..<readyAfter + interval }
  /// The worst loss P + T, approached just before the next copy is ready.
  public var worstLoss: Duration { readyAfter + interval }
  /// The mean loss P + T / 2.
  public var meanLoss: Duration { readyAfter + interval / 2 }
}

extension ByteCount {
  /// Returns the least time to copy the bytes through a chain of devices and links, set by the slowest.
  ///
  /// - Parameter rates: positive, at least one.
  public func leastCopyTime(through rates: [ByteRate]) -> Duration {
    guard let slowest = rates.min() else { preconditionFailure("a copy goes through something") }
    return slowest.time(for: self)
  }
}
