import Units

/// A fluid model of snapshots sent at regular slots. The next one begins at its slot or, after an overrun, at
/// the end of the last.
package struct IntervalShipping {
  package let interval: Duration
  package let rate: ByteRate
  /// The one-way latency.
  package let latency: Duration
  /// The bytes written in each second since the beginning.
  package let written: [ByteCount]
  /// The initial contents of the volumes.
  package let first: ByteCount
  /// The time in which disasters can strike, counted from the beginning.
  package let window: Range<Duration>

  package init(
    interval: Duration, rate: ByteRate, latency: Duration, written: [ByteCount], first: ByteCount,
    window: Range<Duration>
  ) {
    (self.interval, self.rate, self.latency) = (interval, rate, latency)
    (self.written, self.first, self.window) = (written, first, window)
  }

  /// The greatest age in the window of the newest complete snapshot, just before the next one is complete.
  package var worstLoss: Duration {
    var total = [ByteCount.zero]
    for bytes in written { total.append((total.last ?? .zero) + bytes) }
    // The first copy is sent at once; the slots are counted from the same instant.
    var snapshot = Duration.zero
    var sent = rate.time(for: first) + latency * 4
    var worst = Duration.zero
    while sent < window.upperBound {
      let slots = (snapshot.nanoseconds / interval.nanoseconds) + 1
      let next = max(interval * slots, sent)
      // Bytes are known by the second: a snapshot holds all of its last second at most.
      let bytes = total[place(of: next) + 1 < total.count ? place(of: next) + 1 : total.count - 1]
      let before = total[min(place(of: snapshot), total.count - 1)]
      let arrival = next + rate.time(for: bytes - before) + latency * 4
      if arrival > window.lowerBound { worst = max(worst, min(arrival, window.upperBound) - snapshot) }
      (snapshot, sent) = (next, arrival)
    }
    return max(worst, interval)
  }

  private func place(of time: Duration) -> Int { Int(time.nanoseconds / 1_000_000_000) }
}
