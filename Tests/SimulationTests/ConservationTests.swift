import Simulation
import Testing
import Units

/// Drives a shared link at random and keeps the books beside it.
private struct RandomTraffic {
  var random: RandomStream
  var link: SharedBandwidth
  var sizes: [SharedBandwidth.FlowID: ByteCount] = [:]
  var open: [SharedBandwidth.FlowID] = []
  var finishedBytes = ByteCount.zero
  var cancelledBytes = ByteCount.zero
  var cancelledFlows: Int64 = 0
  /// The bytes that the rate allows over the whole time, in thousandths of a byte per second times nanoseconds.
  var capacity: Int128 = 0
  var rateMaximum = ByteRate.zero

  init(seed: UInt64) {
    random = RandomStream(seed: seed, stream: "traffic")
    link = SharedBandwidth(rate: ByteRate(millibytesPerSecond: 1_000 + Int64(random.below(1 << 40))))
    rateMaximum = link.rate
  }

  mutating func step() throws {
    try collectEnds(through: link.now + .nanoseconds(Int64(random.below(1 << 32))))
    switch random.below(10) {
    case 0..<6: join()
    case 6 where !open.isEmpty: try leave()
    case 7:
      let rate = random.below(4) == 0 ? 0 : Int64(random.below(1 << 40))
      link.setRate(ByteRate(millibytesPerSecond: rate), at: link.now)
      rateMaximum = max(rateMaximum, link.rate)
    default: break
    }
  }

  private mutating func collectEnds(through now: Instant) throws {
    let busyBefore = link.busyTime
    while let (time, flow) = link.popCompletion(through: now) {
      #expect(time <= now)
      finishedBytes += try #require(sizes[flow])
      open.removeAll { $0 == flow }
    }
    capacity += Int128(link.rate.millibytesPerSecond) * Int128((link.busyTime - busyBefore).nanoseconds)
  }

  private mutating func join() {
    let size = ByteCount(Int64(random.below(1 << (1 + random.below(36)))))
    let flow = link.add(size, at: link.now)
    sizes[flow] = size
    open.append(flow)
  }

  private mutating func leave() throws {
    let flow = open.remove(at: Int(random.below(UInt64(open.count))))
    let moved = link.cancel(flow, at: link.now)
    cancelledBytes += try #require(moved)
    cancelledFlows += 1
  }
}

@Suite("Shared bandwidth conserves bytes")
struct ConservationTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func theBytesOfAllFlowsAreTheBytesOfTheLink(seed: UInt64) throws {
    var traffic = RandomTraffic(seed: seed)
    for step in 0..<500 {
      try traffic.step()
      let inProgress = traffic.open.compactMap { traffic.link.moved(for: $0) }
      try #require(inProgress.count == traffic.open.count, "seed \(seed), step \(step)")
      // Each flow in progress or cancelled may have begun one more byte than is told.
      let told = traffic.finishedBytes + inProgress.reduce(traffic.cancelledBytes, +)
      let slack = Int64(traffic.open.count) + traffic.cancelledFlows + 1
      let difference = traffic.link.moved - told
      try #require((0...slack).contains(difference.bytes), "seed \(seed), step \(step)")
    }
  }

  /// The link never idles while it has work, and never does more than its rate allows: over each busy time the bytes
  /// moved are rate times time, up to the work of the nanosecond in which it falls idle.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func theBytesMovedAreRateTimesBusyTime(seed: UInt64) throws {
    var traffic = RandomTraffic(seed: seed)
    for step in 0..<500 {
      try traffic.step()
      let moved = Int128(traffic.link.moved.bytes) * 1_000_000_000_000
      let slack =
        Int128(traffic.rateMaximum.millibytesPerSecond + 1_000) * Int128(step + 1) + 1_000_000_000_000
      try #require(moved <= traffic.capacity, "seed \(seed), step \(step)")
      try #require(traffic.capacity - moved < slack, "seed \(seed), step \(step)")
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func noFlowEndsEarlyOrLate(seed: UInt64) throws {
    var traffic = RandomTraffic(seed: seed)
    for step in 0..<300 {
      try traffic.step()
      guard let (time, flow) = traffic.link.nextCompletion, time > traffic.link.now else { continue }
      let size = try #require(traffic.sizes[flow])
      var before = traffic.link
      before.advance(to: time - .nanoseconds(1))
      try #require(try #require(before.moved(for: flow)) < size, "seed \(seed), step \(step)")
      before.advance(to: time)
      try #require(before.moved(for: flow) == size, "seed \(seed), step \(step)")
      let told = before.popCompletion(through: time)
      try #require(told?.flow == flow, "seed \(seed), step \(step)")
    }
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func lookingMoreOftenChangesNothing(seed: UInt64) throws {
    var traffic = RandomTraffic(seed: seed)
    for _ in 0..<200 { try traffic.step() }
    if traffic.link.rate == .zero { traffic.link.setRate(.bytesPerSecond(1_000_000), at: traffic.link.now) }
    var watched = traffic.link
    let unwatched = traffic.link.completions()
    var told: [Completion] = []
    while let (time, _) = watched.nextCompletion {
      let step = Int64(traffic.random.below(1 + UInt64((time - watched.now).nanoseconds)))
      let look = watched.now + .nanoseconds(max(step, 1))
      while let (time, flow) = watched.popCompletion(through: look) { told.append(Completion(flow, time)) }
    }
    #expect(told == unwatched, "seed \(seed)")
    #expect(watched.moved == traffic.link.moved, "seed \(seed)")
  }
}
