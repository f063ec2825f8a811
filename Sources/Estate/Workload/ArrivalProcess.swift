import Glibc
import Units

/// The arrival times of a workload's writes or transactions.
///
/// At full size they are a Poisson process whose rate follows the workload's shape, by time-rescaling: the rate is
/// integrated in steps, and an arrival falls wherever the integral has grown by another draw of mean 1. At scale 1/k an
/// arrival represents k real ones, so the draw is their waiting time: a gamma variate of shape k and mean 1.
struct ArrivalProcess {
  /// An arrival, or its part before a cut.
  struct Arrival {
    var at: Instant
    /// The arrival's number, from 0.
    var ordinal: Int
    /// The share of the arrival's amount that has arrived; 1 at its end.
    var share: Double
  }

  private let amountPerArrival: Double
  private var shape: RateShape
  private var gaps: GammaGaps

  /// - Parameters:
  ///   - amountPerReal: bytes, or transactions, at full size of one real arrival.
  ///   - represented: the number of real arrivals that one arrival of the run represents.
  init(
    _ churn: WorkloadProfile.Churn, amountPerReal: Double, represented: Int64, start: Instant,
    gaps: RandomStream, bursts: RandomStream
  ) {
    amountPerArrival = amountPerReal * Double(represented)
    shape = RateShape(churn, start: start, random: bursts)
    self.gaps = GammaGaps(shape: represented, random: gaps)
  }

  /// Returns all arrivals before an instant, ascending, and their parts at the cuts.
  ///
  /// - Parameter cuts: ascending.
  mutating func arrivals(until end: Instant, cuts: [Instant] = []) -> [Arrival] {
    var arrivals: [Arrival] = []
    var (ordinal, gap, done, next) = (0, gaps.next(), 0.0, 0)
    while let step = shape.next(), step.start < end {
      let (length, mass) = (
        Double((step.end - step.start).nanoseconds), max(0, step.amount / amountPerArrival)
      )
      while next < cuts.count, cuts[next] < step.start { next += 1 }
      var position = 0.0
      while true {
        let toArrival = mass > 0 ? position + (gap - done) / mass : .infinity
        let isCut = next < cuts.count && cuts[next] < min(step.end, end)
        let toCut =
          isCut ? max(position, Double((cuts[next] - step.start).nanoseconds) / length) : .infinity
        guard min(toArrival, toCut) <= 1 else { break }
        if toCut < toArrival {
          done += (toCut - position) * mass
          position = toCut
          if done > 0 { arrivals.append(Arrival(at: cuts[next], ordinal: ordinal, share: done / gap)) }
          next += 1
        } else {
          position = toArrival
          let at = step.start + Duration(nanoseconds: Int64(position * length))
          if at < end { arrivals.append(Arrival(at: at, ordinal: ordinal, share: 1)) }
          (ordinal, gap, done) = (ordinal + 1, gaps.next(), 0)
        }
      }
      done += (1 - position) * mass
    }
    return arrivals
  }
}

/// Draws of the waiting time for a number of events of a Poisson process, relative to the mean.
private struct GammaGaps {
  let shape: Int64
  var random: RandomStream

  /// Returns the next gap. Few exponential draws are summed; for many a normal approximation is used (Wilson
  /// and Hilferty, "The distribution of chi-square", 1931). The approximation's error at shape 33 is far
  /// below one percent of the spread.
  mutating func next() -> Double {
    if shape <= 32 {
      return (0..<shape).reduce(0) { sum, _ in sum - log(random.uniform()) } / Double(shape)
    }
    let k = Double(shape)
    let radius = (-2 * log(random.uniform())).squareRoot()
    let normal = radius * cos(2 * Double.pi * random.uniform())
    let root = 1 - 1 / (9 * k) + normal / (3 * k.squareRoot())
    return max(0, root * root * root)
  }
}
