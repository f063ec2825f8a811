import Simulation
import Testing
import Units

@Suite("The event queue")
struct EventQueueTests {
  @Test func eventsComeOutByTime() {
    var queue = EventQueue<String>()
    queue.schedule("third", at: .seconds(3))
    queue.schedule("first", at: .seconds(1))
    queue.schedule("second", at: .seconds(2))
    #expect(queue.sequence == ["first", "second", "third"])
  }

  @Test func eventsOfOneInstantComeOutByPriorityThenInTheOrderTheyWereScheduled() {
    var queue = EventQueue<String>()
    queue.schedule("late, scheduled first", at: .seconds(1), priority: 255)
    queue.schedule("normal, scheduled first", at: .seconds(1), priority: 1)
    queue.schedule("urgent", at: .seconds(1), priority: 0)
    queue.schedule("normal, scheduled last", at: .seconds(1), priority: 1)
    queue.schedule("earlier", at: .seconds(0), priority: 255)
    #expect(
      queue.sequence == [
        "earlier", "urgent", "normal, scheduled first", "normal, scheduled last", "late, scheduled first",
      ])
  }

  @Test func theClockIsTheInstantOfTheLastEvent() {
    var queue = EventQueue<Int>(startingAt: .seconds(10))
    #expect(queue.now == .seconds(10) && queue.nextTime == nil)
    queue.schedule(1, at: .seconds(12))
    #expect(queue.now == .seconds(10) && queue.nextTime == .seconds(12))
    _ = queue.popNext()
    #expect(queue.now == .seconds(12) && queue.nextTime == nil)
    queue.advance(to: .seconds(20))
    #expect(queue.now == .seconds(20))
  }

  @Test func theNextTimeIsRightBetweenPoppingAndScheduling() {
    var queue = EventQueue<Int>()
    for second in [5, 1, 4, 2, 3] { queue.schedule(second, at: .seconds(Int64(second))) }
    let first = queue.next()
    #expect(first == 1)
    #expect(queue.nextTime == .seconds(2))
    queue.schedule(1, at: .seconds(1))
    #expect(queue.nextTime == .seconds(1))
  }

  @Test func anEventAfterTheLimitStays() {
    var queue = EventQueue<Int>()
    queue.schedule(1, at: .seconds(1))
    queue.schedule(2, at: .seconds(2))
    let payloads = [
      queue.next(through: .seconds(1)), queue.next(through: .seconds(1)), queue.next(through: .seconds(2)),
    ]
    #expect(payloads == [1, nil, 2])
    #expect(queue.now == .seconds(2))
  }

  @Test func instantsBefore1970AndAtTheEndOfTimeAreOrderedToo() {
    var queue = EventQueue<Int>(startingAt: Instant(nanoseconds: .min))
    queue.schedule(4, at: .distantFuture, priority: 255)
    queue.schedule(2, at: .epoch)
    queue.schedule(1, at: Instant(nanoseconds: -1))
    queue.schedule(0, at: Instant(nanoseconds: .min))
    queue.schedule(3, at: .distantFuture)
    #expect(queue.sequence == [0, 1, 2, 3, 4])
  }

  @Test func aCancelledEventNeverComesOut() {
    var queue = EventQueue<String>()
    queue.schedule("kept", at: .seconds(1))
    let first = queue.schedule("cancelled at the top", at: .seconds(0))
    let middle = queue.schedule("cancelled in the middle", at: .seconds(1))
    #expect(queue.isPending(first) && queue.isPending(middle))
    let cancelled = [queue.cancel(first), queue.cancel(middle), queue.cancel(first)]
    #expect(cancelled == [true, true, false])
    #expect(!queue.isPending(first) && !queue.isPending(middle))
    #expect(queue.count == 1)
    #expect(queue.sequence == ["kept"])
  }

  @Test func anOldIdentifierDoesNotCancelTheEventThatTookItsPlace() {
    var queue = EventQueue<String>()
    let popped = queue.schedule("popped", at: .seconds(1))
    _ = queue.popNext()
    #expect(!queue.isPending(popped))
    let cancelled = queue.schedule("cancelled", at: .seconds(1))
    queue.cancel(cancelled)
    queue.schedule("new", at: .seconds(1))
    let old = [queue.cancel(popped), queue.cancel(cancelled)]
    #expect(old == [false, false])
    #expect(queue.sequence == ["new"])
  }

  @Test func aBranchDoesNotDisturbTheOriginal() {
    var original = EventQueue<Int>()
    let ids = (0..<100).map { original.schedule($0, at: .seconds(Int64($0))) }
    _ = original.popNext()
    var branch = original
    branch.cancel(ids[50])
    branch.schedule(1_000, at: .seconds(1))
    while branch.popNext() != nil {}
    #expect(original.isPending(ids[50]))
    #expect(original.now == .seconds(0))
    #expect(original.sequence == Array(1..<100))
  }

  @Test func twoRunsOfOneProgramHaveOneDigest() {
    func digest(seed: UInt64) -> TraceDigest {
      var random = RandomStream(seed: seed, stream: "run")
      var queue = EventQueue<UInt32>()
      var trace = TraceDigest()
      for entity in 0..<100 { queue.schedule(UInt32(entity), at: .epoch) }
      while trace.count < 10_000, let (time, entity) = queue.popNext() {
        trace.record(at: time, kind: 1, entity: entity, amount: Int64(queue.count))
        queue.schedule(entity, at: time + .nanoseconds(Int64(random.below(4))))
      }
      return trace
    }
    #expect(digest(seed: 1) == digest(seed: 1))
    #expect(digest(seed: 1) != digest(seed: 2))
  }

  @Test func theEventsOfThePastAreATrap() async {
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue<Int>(startingAt: Instant(nanoseconds: 2))
      queue.schedule(1, at: Instant(nanoseconds: 1))
    }
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue<Int>()
      queue.schedule(1, at: Instant(nanoseconds: 1))
      queue.advance(to: Instant(nanoseconds: 2))
    }
  }
}

extension Instant {
  static func seconds(_ n: Int64) -> Instant { .epoch + .seconds(n) }
  static func milliseconds(_ n: Int64) -> Instant { .epoch + .milliseconds(n) }
}

extension EventQueue {
  /// The payloads in the order in which they would come out.
  var sequence: [Payload] {
    var branch = self
    var payloads: [Payload] = []
    while let (_, payload) = branch.popNext() { payloads.append(payload) }
    return payloads
  }

  /// Pops the next event and tells its payload alone.
  mutating func next(through limit: Instant = .distantFuture) -> Payload? { popNext(through: limit)?.payload }
}
