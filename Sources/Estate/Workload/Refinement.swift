import Storage
import Units

/// The instants at which scaled writes are cut into parts. Results there then do not depend on the scale.
///
/// One simulated write represents many real ones. Near a strike, a recovery point or the end of a fault, the
/// number of completed real writes matters. There the write is cut: its parts go to the same page, and each
/// represents the real writes since the previous part. Cuts are known before the run and are the same for
/// every strategy.
public struct Refinement: Hashable, Sendable {
  /// The recovery points. Writes before each are separated from later ones.
  public var points: [Instant]
  /// The periods in which writes are cut every `grain`.
  public var stretches: [Range<Instant>]
  public var grain: Duration
  /// The largest nominal size of a part; `nil` means no limit. The slowest path of a copy should move a part
  /// in a short time.
  public var partMaximum: ByteCount?

  public init(
    points: [Instant] = [], stretches: [Range<Instant>] = [], grain: Duration = .seconds(1),
    partMaximum: ByteCount? = nil
  ) {
    precondition(grain > .zero, "a grain is a time")
    self.points = points
    self.stretches = stretches
    self.grain = grain
    self.partMaximum = partMaximum
  }

  public static let none = Refinement()

  /// Returns the distinct cuts of one volume's writes from `start` until `end`, ascending.
  ///
  /// - Parameters:
  ///   - flushInterval: where writes are acknowledged by flushes only, cuts lie at the flushes.
  ///   - time: the mean time between two writes of the run, and what a whole write represents.
  func cuts(
    flushInterval: Duration, between writes: (time: Duration, size: ByteCount), from start: Instant,
    until end: Instant
  ) -> [Instant] {
    var cuts: [Instant] = []
    for point in points { cuts += self.cuts(around: point, flushInterval, start) }
    for stretch in stretches { cuts += self.cuts(within: stretch, flushInterval, start) }
    if let step = partStep(between: writes) {
      cuts += Array(stride(from: start.nanoseconds, to: end.nanoseconds, by: Int(step.nanoseconds))).map {
        Instant(nanoseconds: $0)
      }
    }
    var unique: [Instant] = []
    for cut in cuts.sorted() where start < cut && cut < end && cut != unique.last { unique.append(cut) }
    return unique
  }

  /// Returns ever shorter parts up to the point and one right after it. Each part reaches its device before
  /// the next one arrives.
  private func cuts(around point: Instant, _ flushInterval: Duration, _ start: Instant) -> [Instant] {
    guard flushInterval == .zero else {
      let last = Self.flush(atOrBefore: point, every: flushInterval, from: start)
      return (-2...2).map { last + flushInterval * $0 }
    }
    return [-8 * Self.second, -Self.second, -Self.second / 10, -Self.second / 100, grain.nanoseconds / 2].map
    {
      point + Duration(nanoseconds: $0)
    }
  }

  private func cuts(
    within stretch: Range<Instant>, _ flushInterval: Duration, _ start: Instant
  ) -> [Instant] {
    let isFlushed = flushInterval > .zero
    let step = isFlushed ? flushInterval : grain
    let first =
      isFlushed
      ? Self.flush(atOrBefore: stretch.lowerBound, every: flushInterval, from: start) : stretch.lowerBound
    let count = (stretch.upperBound - first).nanoseconds / step.nanoseconds + (isFlushed ? 1 : 0)
    // Earlier writes are on their way before the first cut that matters.
    let lead = [first - .seconds(8), first - .seconds(2)]
    return lead + (0...max(0, count)).map { first + step * $0 }
  }

  private static let second: Int64 = 1_000_000_000

  static func flush(atOrBefore instant: Instant, every interval: Duration, from start: Instant) -> Instant {
    let passed = max(0, (instant - start).nanoseconds)
    return start + interval * (passed / interval.nanoseconds)
  }
}

extension Refinement {
  /// Returns the largest possible number of cuts of one volume's writes within a time, without drawing them.
  ///
  /// Complexity: O(points and stretches).
  func cutsMaximum(
    flushInterval: Duration, between writes: (time: Duration, size: ByteCount), during time: Duration
  ) -> Int {
    let step = flushInterval > .zero ? flushInterval : grain
    var count = points.count * 5
    for stretch in stretches {
      count += Int((stretch.upperBound - stretch.lowerBound).nanoseconds / step.nanoseconds) + 4
    }
    return count + (partStep(between: writes).map { Int(time.nanoseconds / $0.nanoseconds) } ?? 0)
  }

  /// Returns the time between two parts of writes that are too large for the slowest path; `nil` where none is.
  private func partStep(between writes: (time: Duration, size: ByteCount)) -> Duration? {
    guard let partMaximum, writes.size > partMaximum, partMaximum > .zero else { return nil }
    let parts = (writes.size.bytes + partMaximum.bytes - 1) / partMaximum.bytes
    return max(.milliseconds(1), writes.time / parts)
  }
}
