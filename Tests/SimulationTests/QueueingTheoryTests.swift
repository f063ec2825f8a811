import Glibc
import Simulation
import Testing
import Units

/// A single server fed by Poisson arrivals: what queueing theory knows exactly, built on the event queue alone.
private struct SingleServer {
  enum Event { case arrival, departure }

  let load: Double
  let service: (inout RandomStream) -> Double
  var arrivals: RandomStream
  var services: RandomStream
  var queue = EventQueue<Event>()
  var waiting: [Instant] = []
  var firstWaiting = 0
  var isBusy = false
  var waited = 0.0
  var served = 0

  init(load: Double, seed: UInt64, service: @escaping (inout RandomStream) -> Double) {
    self.load = load
    self.service = service
    arrivals = RandomStream(seed: seed, stream: "arrivals")
    services = RandomStream(seed: seed, stream: "services")
  }

  /// The mean wait in the queue, in mean service times of one second.
  mutating func meanWait(customers: Int) -> Double {
    schedule(.arrival, after: exponential(&arrivals) / load)
    while served < customers, let (now, event) = queue.popNext() {
      switch event {
      case .arrival:
        waiting.append(now)
        schedule(.arrival, after: exponential(&arrivals) / load)
      case .departure: isBusy = false
      }
      if !isBusy, firstWaiting < waiting.count { serveNext(at: now) }
    }
    return waited / Double(served)
  }

  private mutating func serveNext(at now: Instant) {
    waited += (now - waiting[firstWaiting]).seconds
    firstWaiting += 1
    served += 1
    isBusy = true
    schedule(.departure, after: service(&services))
  }

  private mutating func schedule(_ event: Event, after seconds: Double) {
    guard let delay = Duration(seconds: seconds) else { return }
    queue.schedule(event, at: queue.now + delay)
  }
}

private func exponential(_ random: inout RandomStream) -> Double { -log(random.uniform()) }

@Suite("Queues with a known answer")
struct QueueingTheoryTests {
  /// The mean over n customers has the standard deviation sqrt(rho (2 + 5 rho - 4 rho^2 + rho^3) / n) / (1 - rho)^2
  /// (Whitt, "Planning Queueing Simulations", Management Science 35, 1989): 0.19 here. Three of them are allowed.
  @Test func theMeanWaitOfAnMM1QueueAtLoadNineTenthsIsNine() {
    var server = SingleServer(load: 0.9, seed: 1, service: exponential)
    let wait = server.meanWait(customers: 1_000_000)
    #expect(abs(wait - 9.0) < 0.57)
  }

  @Test func theMeanWaitOfAnMD1QueueIsHalfOfIt() {
    var server = SingleServer(load: 0.9, seed: 1) { _ in 1 }
    let wait = server.meanWait(customers: 1_000_000)
    #expect(abs(wait - 4.5) < 0.29)
  }
}
