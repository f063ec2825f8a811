import Replication
import Testing
import Units

@Suite("The modes of block replication")
struct ModeTests {
  /// Undisturbed, every mode comes in sync, keeps its promise, and moves the host without a loss.
  @Test(arguments: Mode.allCases)
  func movesTheHostThereAndBackWithoutALoss(mode: Mode) {
    var duo = Duo(mode: mode, seed: 1, writes: 200)
    let isInSync = duo.settle(within: .seconds(30))
    #expect(isInSync)
    duo.startHost()
    duo.run(until: duo.now + .seconds(4))
    #expect(duo.history.writes.count > 50)
    #expect(duo.history.writes.allSatisfy { $0.promise == nil || $0.promise == mode.policy.promise })
    for site in [1, 0] {
      let hasMoved = duo.moveHost(to: site)
      #expect(hasMoved)
      let isBackInSync = duo.settle(within: .seconds(30))
      #expect(isBackInSync)
    }
    #expect(duo.failures == [])
    #expect(duo.observed.suspensions == 0)
  }

  @Test(arguments: [Mode.memorySynchronous, .synchronous, .strict, .hostSynchronous])
  func aSynchronousModeInSyncLosesNothing(mode: Mode) {
    var duo = Duo(mode: mode, seed: 2, writes: 100)
    let isInSync = duo.settle(within: .seconds(30))
    #expect(isInSync)
    duo.startHost()
    duo.run(until: duo.now + .seconds(1))
    let claim = duo.claim()
    duo.crash(0, powerCut: true)
    let hasFailedOver = duo.failOver(to: 1, claim: claim)
    #expect(hasFailedOver)
    #expect(duo.failures == [])
    #expect(duo.observed.losses == 0)
  }
}
