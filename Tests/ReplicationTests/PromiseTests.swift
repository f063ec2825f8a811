import Replication
import Storage
import Testing
import Units

/// The worked examples of the providers' own documents.
@Suite("Replication as its providers describe it")
struct PromiseTests {
  /// Interval replication every 15 min with a 5 min transfer: the 12:00 image is usable at 12:05; worst loss 20 min.
  @Test func anIntervalOf15MinutesWithATransferOf5LosesAtMost20Minutes() {
    var duo = Duo(mode: .interval, seed: 1, writes: 4_000) { policy in
      policy.snapshotInterval = .minutes(15)
      policy.tolerance = .hours(2)
      policy.retry = .hours(1)
      policy.heartbeat = .hours(1)
      policy.batchMaximum = .mebibytes(4)
      policy.messagesAtFirst = 100
      policy.messagesInFlight = 100
    }
    // Five messages pass one after the other until a snapshot has arrived.
    duo.link.latency = .minutes(1)
    duo.pause = .seconds(1)
    duo.startHost()
    let minute = Duration.minutes(1).nanoseconds
    duo.run(until: Instant(nanoseconds: 15 * minute + 4 * minute))
    #expect(duo.reached.last?.instant.nanoseconds ?? 0 < 14 * minute)
    duo.run(until: Instant(nanoseconds: 20 * minute + minute / 2))
    let image = duo.reached.last
    #expect((image?.instant.nanoseconds ?? 0) / minute == 15)
    // Just before the image of 0:30 is usable the one of 0:15 is nearly 20 minutes old.
    duo.run(until: Instant(nanoseconds: 34 * minute + 59 * minute / 60))
    #expect(duo.reached.last == image)
    let claimed = duo.sides[0].source?.lag(at: duo.now).age(at: duo.now) ?? .zero
    #expect(claimed > .minutes(19) && claimed <= .minutes(20))
    duo.run(until: Instant(nanoseconds: 35 * minute + minute / 2))
    #expect((duo.reached.last?.instant.nanoseconds ?? 0) / minute == 30)
  }

  /// A replication cut of 29 s with a 30 s tolerance continues; one of 31 s needs a resume.
  @Test(arguments: [(29, false), (31, true)] as [(Int64, Bool)])
  func aCutLongerThanTheToleranceNeedsAResume(seconds: Int64, needsResume: Bool) {
    var duo = Duo(mode: .asynchronous, seed: 3, writes: 1_000) { policy in
      policy.tolerance = .seconds(30)
      policy.resumesByItself = false
      policy.bufferMaximum = .mebibytes(64)
    }
    let isInSync = duo.settle(within: .seconds(30))
    #expect(isInSync)
    duo.pause = .milliseconds(200)
    duo.startHost()
    duo.run(until: duo.now + .seconds(2))
    duo.link.isUp = false
    duo.run(until: duo.now + .seconds(seconds))
    duo.link.isUp = true
    duo.run(until: duo.now + .seconds(20))
    #expect((duo.observed.suspensions == 1) == needsResume)
    #expect((duo.sides[0].source?.state == .suspended(.peerLost)) == needsResume)
    if needsResume { duo.tell(0, .command(.resume)) }
    let isBack = duo.settle(within: .seconds(10))
    #expect(isBack)
  }

  /// backlog' = max(0, backlog + (w - C) dt); the recovery point is as old as the oldest unsent write.
  @Test func theBacklogOfASlowLinkGrowsAsTheFormulaSays() {
    var duo = Duo(mode: .asynchronous, seed: 4, writes: 100_000) { policy in
      policy.bufferMaximum = .mebibytes(64)
      policy.batchMaximum = .kibibytes(8)
    }
    let isInSync = duo.settle(within: .seconds(30))
    #expect(isInSync)
    // 40 KiB/s are written; the link carries half of it.
    duo.pause = .milliseconds(100)
    duo.link.rate = .bytesPerSecond(20_480)
    let start = duo.now
    duo.startHost()
    for seconds in [20, 40, 60] as [Int64] {
      duo.run(until: start + .seconds(seconds))
      let lag = duo.sides[0].source?.lag(at: duo.now) ?? Lag(oldest: nil, bytes: .zero)
      let backlog = Double(20_480 * seconds)
      #expect(abs(Double(lag.bytes.bytes) - backlog) < backlog * 0.05 + 20_000)
      let age = lag.age(at: duo.now).seconds
      #expect(abs(age - Double(seconds) / 2) < Double(seconds) * 0.05 + 1)
    }
  }

  /// A slow device is not a dead one: the lag grows, nothing is suspended, and it is made up afterwards.
  @Test func aSlowDeviceDelaysAndSuspendsNothing() {
    var duo = Duo(mode: .synchronous, seed: 5, writes: 300) { $0.bufferMaximum = .mebibytes(64) }
    let isInSync = duo.settle(within: .seconds(30))
    #expect(isInSync)
    duo.sides[1].deviceLatency = .milliseconds(300)
    duo.startHost()
    duo.run(until: duo.now + .seconds(8))
    duo.sides[1].deviceLatency = .microseconds(500)
    duo.run(until: duo.now + .seconds(30))
    #expect(duo.observed.suspensions == 0)
    #expect(duo.observed.degradedAcknowledgements == 0)
    #expect(duo.sides[0].source?.lag(at: duo.now).oldest == nil)
  }
}
