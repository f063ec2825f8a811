import Units

/// The closed-form recovery point of copies that are taken at regular slots: backups, snapshot shipping, archives.
///
/// Source: Keeton, Merchant, "A Framework for Evaluating Storage System Dependability", DSN 2004: the loss of
/// a level is its accumulation window plus all hold and propagation windows up to it.
public struct PeriodicCopy: Hashable, Sendable {
  /// T: from one copy to the next that is really taken.
  public let interval: Duration
  /// P: from the instant that a copy holds until it can be restored from.
  public let readyAfter: Duration

  /// Copies at slots `slotInterval` apart, each taking `duration`; one that overruns swallows the slots it overlaps.
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

  /// The next level of a chain, which copies every copy on after holding it back.
  public func copiedOn(hold: Duration = .zero, transfer: Duration) -> PeriodicCopy {
    PeriodicCopy(interval: interval, readyAfter: readyAfter + hold + transfer)
  }

  /// The loss at a disaster is uniform in P ..< P + T over the instants at which it can strike.
  public var loss: Range<Duration> { readyAfter..<readyAfter + interval }
  /// P + T, approached just before the next copy becomes ready.
  public var worstLoss: Duration { readyAfter + interval }
  /// P + T / 2.
  public var meanLoss: Duration { readyAfter + interval / 2 }
}

extension ByteCount {
  /// The least time to copy the bytes through a chain of devices and links: that of the slowest.
  ///
  /// - Parameter rates: positive, at least one.
  public func leastCopyTime(through rates: [ByteRate]) -> Duration {
    guard let slowest = rates.min() else { preconditionFailure("a copy goes through something") }
    return slowest.time(for: self)
  }
}
