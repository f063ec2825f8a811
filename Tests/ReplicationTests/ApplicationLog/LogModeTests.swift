import Replication
import Testing
import Units

@Suite("The modes of application-log replication")
struct LogModeTests {
  private static let modes: [(LogMode, Promise, Duration)] = [
    // One record; a round trip; a round trip and a record; and the application's work on two records.
    (.asynchronous, .localDurable, .microseconds(300)),
    (.semiSynchronous(peers: 1, fallsBack: true), .peerReceived, .microseconds(8_300)),
    (.synchronousFlush, .peerDurable, .microseconds(8_600)),
    (.synchronousApply, .peerApplied, .microseconds(10_600)),
  ]

  @Test(arguments: 0..<4)
  func acknowledgesWhenItsPromiseHolds(mode: Int) {
    let (mode, promise, time) = Self.modes[mode]
    var sites = LogSites(policy: LogPolicy(mode: mode))
    sites.run(for: .seconds(1))
    sites.transact(times: 20, every: .milliseconds(50))
    #expect(sites.acknowledged.count == 20)
    #expect(sites.acknowledged.allSatisfy { $0.promise == promise && $0.after == time })
    sites.run(for: .seconds(1))
    #expect(sites.appliedPrefix(1) == sites.last)
    #expect(sites.appliedPrefix(2) == sites.last)
    #expect(sites.refused == [])
  }

  @Test func semiSynchronousFallsBackAfterTenSecondsAndVisibly() {
    var sites = LogSites(policy: LogPolicy(mode: .semiSynchronous(peers: 2, fallsBack: true)))
    sites.run(for: .seconds(1))
    sites.nodes[2].linkIsUp = false
    sites.transact()
    sites.run(for: .milliseconds(9_999))
    #expect(sites.acknowledged.isEmpty)
    sites.run(for: .milliseconds(2))
    #expect(sites.acknowledged.map(\.promise) == [.degraded])
    #expect(sites.states.last == .suspended(.peerLost))
    sites.transact()
    sites.run(for: .milliseconds(1))
    #expect(sites.acknowledged.map(\.promise) == [.degraded, .degraded])
    sites.nodes[2].linkIsUp = true
    sites.run(for: .seconds(30))
    #expect(sites.states.last == .replicating)
    sites.transact()
    sites.run(for: .seconds(1))
    #expect(sites.acknowledged.last?.promise == .peerReceived)
  }

  @Test func withoutAFallbackACommitWaits() {
    var sites = LogSites(policy: LogPolicy(mode: .semiSynchronous(peers: 2, fallsBack: false)))
    sites.run(for: .seconds(1))
    sites.nodes[1].linkIsUp = false
    sites.transact()
    sites.run(for: .minutes(5))
    #expect(sites.acknowledged.isEmpty)
    sites.nodes[1].linkIsUp = true
    sites.run(for: .minutes(1))
    #expect(sites.acknowledged.map(\.promise) == [.peerReceived])
  }

  @Test func aSlowApplicationShowsAsApplyLagAndFlowControlHoldsCommitsBack() {
    var policy = LogPolicy(mode: .semiSynchronous(peers: 1, fallsBack: false))
    policy.applyLagMaximum = ByteCount(200)
    var sites = LogSites(policy: policy, peers: 1)
    sites.nodes[1].applyTime = .milliseconds(100)
    sites.run(for: .seconds(1))
    sites.transact(times: 200, every: .milliseconds(10))
    guard case .source(let source) = sites.nodes[0].engine else { return }
    let (extract, apply) = (source.extractLag(of: 1), source.applyLag(of: 1))
    #expect(extract?.bytes == .zero)
    #expect(apply?.bytes ?? .zero > ByteCount(200))
    #expect(sites.acknowledged.count < 150)
    sites.run(for: .minutes(1))
    #expect(sites.acknowledged.count == 200)
  }

  /// The commits that a promise covers survive the loss of the source, and what survives is a prefix.
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func aFailoverKeepsWhatWasPromised(seed: UInt64) {
    let (mode, promise, _) = Self.modes[Int(seed % 4)]
    var sites = LogSites(policy: LogPolicy(mode: mode), peers: 1, seed: seed)
    sites.run(for: .seconds(1))
    (sites.lost, sites.doubled, sites.jitter) = (5, 5, .milliseconds(10))
    for _ in 0..<6 {
      sites.transact(times: 10, every: .milliseconds(Int64(sites.random.below(40))))
      let node = Int(sites.random.below(2))
      sites.crash(node)
      sites.run(for: .milliseconds(200))
      if node == 0 { sites.last = sites.nodes[0].stored.log.last }
      sites.start(node, asSource: node == 0)
      sites.run(for: .milliseconds(Int64(sites.random.below(4_000))))
    }
    sites.crash(0)
    sites.run(for: .milliseconds(100))
    sites.tell(1, .command(.promote(Promotion(term: 2))))
    sites.run(for: .seconds(5))
    let held = sites.appliedPrefix(1)
    #expect(sites.promoted?.lastWrite == held)
    let promised = sites.acknowledged.filter { $0.promise != .localDurable && $0.promise != .degraded }
    #expect(promised.allSatisfy { $0.position <= held ?? 0 })
    #expect(promise == .localDurable || !promised.isEmpty)
  }

  /// Planned: drained, nothing lost, and the old source follows the new one from where both stood.
  @Test func aPlannedMoveLosesNothingAndTheLogGoesOn() {
    var sites = LogSites(policy: LogPolicy(mode: .asynchronous), peers: 1)
    sites.run(for: .seconds(1))
    sites.transact(times: 50, every: .milliseconds(1))
    sites.tell(0, .command(.drain))
    sites.run(for: .seconds(2))
    #expect(sites.isDrained)
    sites.tell(1, .command(.promote(Promotion(term: 2))))
    sites.run(for: .seconds(1))
    #expect(sites.promoted?.lastWrite == sites.last)
    sites.crash(0)
    sites.nodes[0].applied = [sites.last]
    sites.start(1, asSource: true)
    sites.start(0, asSource: false)
    sites.run(for: .seconds(2))
    sites.transact(times: 5, every: .milliseconds(20))
    sites.run(for: .seconds(2))
    #expect(sites.appliedPrefix(0) == sites.last)
  }

  /// A side that committed alone cannot follow: it is told so, and how far both went apart.
  @Test func aLogThatWentItsOwnWayIsRefused() {
    var sites = LogSites(policy: LogPolicy(mode: .asynchronous), peers: 1)
    sites.run(for: .seconds(1))
    sites.transact(times: 5, every: .milliseconds(20))
    sites.nodes[1].linkIsUp = false
    sites.transact(times: 5, every: .milliseconds(20))
    sites.tell(1, .command(.promote(Promotion(term: 2))))
    sites.run(for: .seconds(1))
    sites.crash(0)
    sites.nodes[1].linkIsUp = true
    sites.last = sites.promoted?.lastWrite ?? 0
    sites.start(1, asSource: true)
    sites.start(0, asSource: false)
    sites.transact(times: 2, every: .milliseconds(20))
    sites.run(for: .seconds(2))
    guard case .splitBrain(let divergence)? = sites.states.last else {
      Issue.record("no split brain but \(String(describing: sites.states.last))")
      return
    }
    #expect(divergence.targetPages > 0)
  }
}
