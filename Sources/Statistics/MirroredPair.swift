import Glibc
import Units

/// Two mirrored copies on devices that fail and are rebuilt independently, with exponential times.
///
/// Source: Patterson, Gibson, Katz, "A Case for Redundant Arrays of Inexpensive Disks", SIGMOD 1988, here without
/// its approximation: the time to absorption of the three-state Markov chain, (3 l + m) / (2 l^2) with the failure rate l
/// and the repair rate m of one device.
public struct MirroredPair: Hashable, Sendable {
  /// The mean time to failure, 1 / l.
  public let meanTimeToFailure: Duration
  /// The mean time to repair, 1 / m.
  public let meanTimeToRepair: Duration

  public init(meanTimeToFailure: Duration, meanTimeToRepair: Duration) {
    precondition(meanTimeToFailure > .zero && meanTimeToRepair > .zero, "a rate is finite and positive")
    self.meanTimeToFailure = meanTimeToFailure
    self.meanTimeToRepair = meanTimeToRepair
  }

  /// The mean time to data loss, F (3 R + F) / (2 R). F is the time to failure and R the time to repair. The
  /// value is to the nearest nanosecond; `nil` beyond the range of `Duration` (292 years).
  public var meanTimeToDataLoss: Duration? {
    let failure = Int128(meanTimeToFailure.nanoseconds)
    let repair = Int128(meanTimeToRepair.nanoseconds)
    return Int64(exactly: (failure * (3 * repair + failure) + repair) / (2 * repair)).map(Duration.init)
  }

  /// Returns the chance that both copies are lost within a time, `1 - exp(-time / MTTDL)`.
  public func lossProbability(within time: Duration) -> Ratio {
    let failure = Double(meanTimeToFailure.nanoseconds)
    let repair = Double(meanTimeToRepair.nanoseconds)
    let mean = failure / (2 * repair) * (3 * repair + failure)
    return Ratio(billionths: Int64((-expm1(-Double(time.nanoseconds) / mean) * 1e9).rounded()))
  }
}
