import Replication
import Testing
import Units

@Suite("Both sites serve")
struct ActiveActiveTests {
  @Test func sitesThatWriteDifferentPagesHaveNoConflict() {
    var pair = ActivePair(policy: ActivePolicy())
    for turn in 0..<40 {
      pair.write(at: turn % 2, volume: 0, page: turn % 20 * 2 + turn % 2)
      pair.run(for: .milliseconds(2))
    }
    pair.run(for: .seconds(5))
    #expect(pair.conflicts == [0, 0])
    #expect(pair.differences == 0)
    #expect(pair.sites.allSatisfy { $0.engine?.isSettled == true })
  }

  @Test func aPageWrittenAtBothSitesIsAConflictAndBothKeepTheSameVersion() {
    var pair = ActivePair(policy: ActivePolicy())
    pair.linkIsUp = false
    pair.write(at: 0, volume: 1, page: 4)
    pair.write(at: 1, volume: 1, page: 4)
    pair.run(for: .seconds(3))
    #expect(pair.sites.map(\.acknowledged) == [[.localDurable], [.localDurable]])
    pair.linkIsUp = true
    pair.run(for: .seconds(5))
    #expect(pair.differences == 0)
    #expect(pair.conflicts == [1, 1])
    let logs = pair.sites.map { $0.engine?.durableState.conflicts.last }
    #expect(logs[0] == logs[1] && logs[0]?.page == 4)
  }

  @Test func oneAfterTheOtherIsNoConflict() {
    var pair = ActivePair(policy: ActivePolicy())
    for turn in 0..<10 {
      pair.write(at: turn % 2, volume: 0, page: 7)
      pair.run(for: .seconds(1))
    }
    #expect(pair.conflicts == [0, 0])
    #expect(pair.differences == 0)
  }

  @Test func withTheOtherSitesConsentAnAcknowledgedWriteIsAtBoth() {
    var policy = ActivePolicy()
    policy.waitsForPeer = true
    var pair = ActivePair(policy: policy)
    pair.write(at: 0, volume: 0, page: 1)
    pair.run(for: .seconds(1))
    #expect(pair.sites[0].acknowledged == [.peerDurable])
    pair.linkIsUp = false
    pair.write(at: 0, volume: 0, page: 2)
    pair.run(for: .seconds(28))
    #expect(pair.sites[0].acknowledged.count == 1)
    pair.run(for: .seconds(4))
    #expect(pair.sites[0].acknowledged == [.peerDurable, .degraded])
  }

  /// A busy site has always something to send: a flush waits for what stood before it and for nothing else.
  @Test func anAcknowledgementDoesNotWaitForWhatWasWrittenAfterIt() {
    var policy = ActivePolicy()
    policy.waitsForPeer = true
    var pair = ActivePair(policy: policy)
    pair.run(for: .seconds(1))
    for turn in 0..<400 {
      pair.write(at: 0, volume: 0, page: turn % 60)
      pair.run(for: .milliseconds(1))
      #expect(pair.sites[0].engine?.isSettled == false || turn < 2)
    }
    #expect(pair.sites[0].acknowledged.count > 350)
    #expect(pair.sites[0].acknowledged.allSatisfy { $0 == .peerDurable })
    let oldest = pair.sites[0].engine?.oldestUnsettled
    #expect(oldest.map { pair.now - $0 < .milliseconds(50) } == true)
  }

  /// Nor is one given for a version that the other site never got because a newer one, still to be sent, replaced it.
  @Test func aWriteThatWasReplacedBeforeItWasSentIsNotAcknowledgedWithoutTheOther() {
    var policy = ActivePolicy()
    policy.waitsForPeer = true
    var pair = ActivePair(policy: policy)
    pair.run(for: .seconds(1))
    pair.linkIsUp = false
    for _ in 0..<5 {
      pair.write(at: 0, volume: 0, page: 3)
      pair.run(for: .milliseconds(200))
    }
    #expect(pair.sites[0].acknowledged.isEmpty)
    pair.linkIsUp = true
    pair.run(for: .seconds(3))
    #expect(pair.sites[0].acknowledged == Array(repeating: .peerDurable, count: 5))
    #expect(pair.differences == 0)
  }

  /// Whatever is lost, doubled, reordered or cut, and whoever crashes: once all is well again both hold the same.
  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func theSitesConverge(seed: UInt64) {
    var pair = ActivePair(policy: ActivePolicy(), seed: seed)
    for _ in 0..<6 {
      (pair.lost, pair.doubled, pair.jitter) = (pair.random.below(30), 10, .milliseconds(10))
      pair.linkIsUp = pair.random.below(3) != 0
      for _ in 0..<pair.random.below(20) {
        pair.write(
          at: Int(pair.random.below(2)), volume: Int(pair.random.below(2)), page: Int(pair.random.below(32)))
        pair.run(for: .microseconds(Int64(pair.random.below(4_000))))
      }
      guard pair.random.below(2) == 0 else { continue }
      let side = Int(pair.random.below(2))
      pair.crash(side)
      pair.run(for: .milliseconds(Int64(pair.random.below(3_000))))
      pair.start(side)
    }
    (pair.lost, pair.doubled, pair.jitter, pair.linkIsUp) = (0, 0, .zero, true)
    pair.run(for: .seconds(20))
    #expect(pair.differences == 0)
    #expect(pair.sites.allSatisfy { $0.engine?.isSettled == true })
  }
}
