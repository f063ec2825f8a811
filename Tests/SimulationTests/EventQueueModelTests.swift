import Simulation
import Testing
import Units

/// The obvious queue: a list that is searched for its least element.
private struct ListQueue {
  struct Entry {
    var time: Instant
    var priority: UInt8
    var payload: Int
  }
  var entries: [Entry] = []

  /// The first of equals comes first, as `entries` keeps the order of scheduling.
  var next: Int? {
    entries.indices.min {
      (entries[$0].time, entries[$0].priority, $0) < (entries[$1].time, entries[$1].priority, $1)
    }
  }
}

@Suite("The event queue against a list")
struct EventQueueModelTests {
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func anyMixOfOperationsDoesWhatAListWouldDo(seed: UInt64) throws {
    var random = RandomStream(seed: seed, stream: "event queue model")
    var queue = EventQueue<Int>()
    var model = ListQueue()
    var ids: [EventID] = []
    // Growing, shrinking and steady populations, with few distinct instants so that ties abound.
    let growth = 30 + random.below(40)
    for step in 0..<3_000 {
      switch random.below(100) {
      case 0..<growth:
        let entry = ListQueue.Entry(
          time: queue.now + .nanoseconds(Int64(random.below(20))), priority: UInt8(random.below(3)),
          payload: ids.count)
        ids.append(queue.schedule(entry.payload, at: entry.time, priority: entry.priority))
        model.entries.append(entry)
      case growth..<(growth + 8) where !ids.isEmpty:
        let victim = Int(random.below(UInt64(ids.count)))
        let index = model.entries.firstIndex { $0.payload == victim }
        try #require(queue.isPending(ids[victim]) == (index != nil), "seed \(seed), step \(step)")
        let isCancelled = queue.cancel(ids[victim])
        try #require(isCancelled == (index != nil), "seed \(seed), step \(step)")
        if let index { model.entries.remove(at: index) }
      case growth..<(growth + 12):
        let limit = queue.now + .nanoseconds(Int64(random.below(4)))
        let next = model.next.flatMap { model.entries[$0].time <= limit ? $0 : nil }
        let expected = next.map { model.entries.remove(at: $0) }
        let event = queue.popNext(through: limit)
        try #require(event?.payload == expected?.payload, "seed \(seed), step \(step)")
      default:
        let expected = model.next.map { model.entries.remove(at: $0) }
        let event = queue.popNext()
        try #require(event?.payload == expected?.payload, "seed \(seed), step \(step)")
        try #require(event?.time == expected?.time, "seed \(seed), step \(step)")
      }
      try #require(queue.count == model.entries.count, "seed \(seed), step \(step)")
      try #require(queue.nextTime == model.next.map { model.entries[$0].time }, "seed \(seed), step \(step)")
    }
  }

  @Test func aHundredThousandEventsComeOutInOrder() {
    var random = RandomStream(seed: 7, stream: "large queue")
    var queue = EventQueue<Int>()
    for payload in 0..<100_000 {
      queue.schedule(payload, at: Instant(nanoseconds: Int64(random.below(1 << 40))))
    }
    var last = Instant.epoch
    var count = 0
    while let (time, _) = queue.popNext() {
      #expect(time >= last)
      last = time
      count += 1
    }
    #expect(count == 100_000)
  }
}
