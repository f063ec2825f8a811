import Simulation
import Units

/// The event queue against the priority queue of C++ and against SimPy in the hold model: with 1,000 events pending,
/// the earliest comes out and another is scheduled a random time later (Jones, "An empirical comparison of
/// priority-queue and event-set implementations", CACM 29, 1986).
///
/// All draw the same delays and must arrive at the same last instant. The runs take turns, so that all
/// meet the same weather on the machine, and the median of the ratios is told.
func kernelFigures() -> [Figure] {
  let pending = 1_000
  let holds = 2_000_000
  let rounds = 9
  _ = hold(pending: pending, holds: holds)
  var own: [Double] = []
  var figures: [Figure] = []
  if let cxx = Peer.cxx("std::priority_queue, c++ -O2", source: "hold.cpp") {
    let ratios = race(cxx, pending: pending, holds: holds, rounds: rounds, own: &own)
    figures += ratios.figures(against: cxx, atLeast: 1.8)
  } else {
    figures.append(Figure("against std::priority_queue", "not measured: c++ does not run"))
  }
  if let simpy = Peer.python("SimPy 4", source: "hold_simpy.py", module: "simpy") {
    let ratios = race(simpy, pending: pending, holds: 200_000, rounds: 3, own: &own)
    figures += ratios.figures(against: simpy, atLeast: 25)
  } else {
    figures.append(Figure("against SimPy", "not measured: pip install simpy"))
  }
  if own.isEmpty { own = [hold(pending: pending, holds: holds).nanoseconds] }
  return [Figure("firedrill, 1,000 pending", own.median.perHold)] + figures
}

/// What a race between the event queue and a peer came to; empty when the peer failed.
private struct Race {
  var ratios: [Double] = []
  var peerNanoseconds: [Double] = []
  var isSameCourse = true

  func figures(against peer: Peer, atLeast target: Double) -> [Figure] {
    guard !ratios.isEmpty else { return [Figure("against \(peer.name)", "not measured: it does not run")] }
    guard isSameCourse else { return [Figure("against \(peer.name)", "not measured: another last instant")] }
    return [
      Figure("\(peer.name), 1,000 pending", peerNanoseconds.median.perHold),
      Figure("firedrill against \(peer.name)", ratios.median, "times", atLeast: target),
    ]
  }
}

private func race(_ peer: Peer, pending: Int, holds: Int, rounds: Int, own: inout [Double]) -> Race {
  var race = Race()
  for _ in 0..<rounds {
    let (nanoseconds, lastInstant) = hold(pending: pending, holds: holds)
    guard let numbers = peer.run([pending, holds]), numbers.count == 2 else { break }
    let peerNanoseconds = numbers[0] * 1e9 / Double(holds)
    race.ratios.append(peerNanoseconds / nanoseconds)
    race.peerNanoseconds.append(peerNanoseconds)
    race.isSameCourse = race.isSameCourse && numbers[1] == Double(lastInstant)
    own.append(nanoseconds)
  }
  return race
}

/// The nanoseconds that one hold takes, and the last instant.
private func hold(pending: Int, holds: Int) -> (nanoseconds: Double, lastInstant: Int64) {
  var delays = Delays()
  var queue = EventQueue<Int>()
  for payload in 0..<pending { queue.schedule(payload, at: .epoch + delays.next()) }
  let taken = seconds {
    for _ in 0..<holds {
      guard let (now, payload) = queue.popNext() else { return }
      queue.schedule(payload, at: now + delays.next())
    }
  }
  return (taken * 1e9 / Double(holds), queue.now.nanoseconds)
}

/// Marsaglia's xorshift64 made exponential, as far as integers can: -log2 of the draw, linear between powers of two.
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

extension Double {
  /// Nanoseconds for one hold, and how many go into a second.
  fileprivate var perHold: String { "\(short) ns, \((1e3 / self).short) M/s" }
}
