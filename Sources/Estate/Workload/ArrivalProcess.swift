import Glibc
import Units

/// When the writes, or transactions, of a workload arrive.
///
/// They are a Poisson process whose rate follows the workload's shape, by time-rescaling: the rate is integrated in steps,
/// and an arrival falls wherever the integral has grown by another exponential draw of mean 1.
struct ArrivalProcess {
  private let amountPerArrival: Double
  private var shape: RateShape
  private var gaps: RandomStream

  /// - Parameter amountPerArrival: bytes, or transactions, at full size that one arrival of the run stands for.
  init(
    _ churn: WorkloadProfile.Churn, amountPerArrival: Double, start: Instant, gaps: RandomStream,
    bursts: RandomStream
  ) {
    self.amountPerArrival = amountPerArrival
    shape = RateShape(churn, start: start, random: bursts)
    self.gaps = gaps
  }

  /// All of them before an instant, ascending.
  mutating func arrivals(until end: Instant) -> [Instant] {
    var arrivals: [Instant] = []
    var untilNext = -log(gaps.uniform())
    while let step = shape.next(), step.start < end {
      let length = Double((step.end - step.start).nanoseconds)
      var mass = step.amount / amountPerArrival
      var position = 0.0
      while mass > 0, untilNext <= mass {
        position += untilNext / mass * (1 - position)
        mass -= untilNext
        let at = step.start + Duration(nanoseconds: Int64(position * length))
        if at < end { arrivals.append(at) }
        untilNext = -log(gaps.uniform())
      }
      untilNext -= max(0, mass)
    }
    return arrivals
  }
}
