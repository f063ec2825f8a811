import Simulation
import Units

/// Measures the event queue against the priority queue of C++ and SimPy in the hold model. Of 1,000 pending
/// events, the earliest is removed and another is scheduled a random time later. Source: Jones, "An empirical
/// comparison of priority-queue and event-set implementations", CACM 29, 1986.
///
/// All programs draw the same delays and must arrive at the same last instant. The runs take turns, so that
/// other load affects all alike. The processor time of the best run counts, because other load can only add
/// to it.
func kernelFigures() -> [BenchmarkFigure] {
  let cxx = Peer.cxx("std::priority_queue, c++ -O2", source: "hold.cpp")
  let simpy = Peer.python("SimPy 4", source: "hold_simpy.py", module: "simpy")
  return race(cxx, "c++ does not run", holds: 1_000_000, rounds: 25, atLeast: 1.8)
    + race(simpy, "there is no SimPy: pip install simpy", holds: 200_000, rounds: 5, atLeast: 25)
}

private func race(_ peer: Peer?, _ reason: String, holds: Int, rounds: Int, atLeast target: Double)
  -> [BenchmarkFigure]
{
  guard let peer else { return [BenchmarkFigure("firedrill against a peer", "not measured: \(reason)")] }
  var own: [Double] = []
  var others: [Double] = []
  for _ in 0..<rounds {
    let (seconds, lastInstant) = hold(pending: 1_000, holds: holds)
    guard let numbers = peer.run([1_000, holds]), numbers.count == 2, numbers[1] == Double(lastInstant) else {
      return [
        BenchmarkFigure("firedrill against \(peer.name)", "not measured: it failed, or took another course")
      ]
    }
    own.append(seconds)
    others.append(numbers[0])
  }
  let (best, bestOther) = (own.min() ?? .nan, others.min() ?? .nan)
  return [
    BenchmarkFigure("firedrill, 1,000 pending", rate(holds, best)),
    BenchmarkFigure("\(peer.name), 1,000 pending", rate(holds, bestOther)),
    BenchmarkFigure("firedrill against \(peer.name)", bestOther / best, "times", atLeast: target),
  ]
}

private func rate(_ holds: Int, _ seconds: Double) -> String {
  "\((seconds * 1e9 / Double(holds)).short) ns, \((Double(holds) / seconds / 1e6).short) M/s"
}

/// Returns the processor seconds of a run and its last instant.
private func hold(pending: Int, holds: Int) -> (seconds: Double, lastInstant: Int64) {
  var delays = Delays()
  var queue = EventQueue<Int>()
  for payload in 0..<pending { queue.schedule(payload, at: .epoch + delays.next()) }
  let start = processorSeconds()
  for _ in 0..<holds {
    guard let (now, payload) = queue.popNext() else { break }
    queue.schedule(payload, at: now + delays.next())
  }
  return (processorSeconds() - start, queue.now.nanoseconds)
}

/// Exponential delays from Marsaglia's xorshift64 with integers: -log2 of the draw, linear between powers of
/// two.
private struct Delays {
  private var state: UInt64 = 88_172_645_463_325_252

  mutating func next() -> Duration {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    let zeros = state.leadingZeroBitCount
    let mantissa = (state << UInt64(zeros + 1)) >> 44
    return .nanoseconds((Int64(zeros + 1) << 20) - Int64(mantissa))
  }
}
