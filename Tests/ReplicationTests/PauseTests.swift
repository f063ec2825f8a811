import Replication
import Storage
import Testing
import Units

/// A source whose own volumes are a copy that is being made: it passes on no state that never was.
@Suite("A source that is paused")
struct PauseTests {
  private func duo(_ mode: Mode, adjust: (inout SourcePolicy) -> Void = { _ in }) -> Duo {
    var duo = Duo(mode: mode, seed: 11, writes: 10_000) {
      $0.bufferMaximum = .mebibytes(64)
      adjust(&$0)
    }
    duo.pause = .milliseconds(50)
    duo.startHost()
    duo.run(until: duo.now + .seconds(20))
    return duo
  }

  private func isEqual(_ a: [PagedImage], _ b: [PagedImage]) -> Bool {
    zip(a, b).allSatisfy { $0.holdsSame(as: $1) }
  }

  @Test func itMarksWhatIsWrittenAndSendsItAfterwards() {
    var duo = duo(.asynchronous)
    #expect(duo.sides[0].source?.state == .replicating)
    duo.tell(0, .command(.pause))
    // Messages on their way arrive.
    duo.run(until: duo.now + .seconds(1))
    let before = duo.sides[1].images
    duo.run(until: duo.now + .seconds(60))
    #expect(duo.sides[0].source?.state == .suspended(.paused))
    #expect(isEqual(duo.sides[1].images, before))
    #expect(duo.sides[0].source.map { $0.lag(at: duo.now).age(at: duo.now) >= .seconds(59) } == true)
    // Nobody but who paused it ends that.
    duo.tell(0, .command(.resume))
    duo.run(until: duo.now + .seconds(5))
    #expect(isEqual(duo.sides[1].images, before))
    duo.tell(0, .command(.unpause))
    duo.hostIsRunning = false
    let isBack = duo.settle(within: .seconds(30))
    #expect(isBack && isEqual(duo.sides[0].images, duo.sides[1].images))
  }

  @Test func itTakesNoSnapshotAndSendsTheOneThatItHas() {
    var duo = duo(.interval) { $0.snapshotInterval = .seconds(10) }
    duo.run(until: duo.now + .seconds(30))
    let points = duo.reached.count
    #expect(points > 1)
    duo.tell(0, .command(.pause))
    duo.run(until: duo.now + .seconds(60))
    #expect(duo.reached.count <= points + 1)
    let paused = duo.reached.count
    duo.tell(0, .command(.unpause))
    duo.run(until: duo.now + .seconds(30))
    #expect(duo.reached.count > paused)
  }
}
