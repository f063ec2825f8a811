import Backup
import Storage
import Testing
import Units

/// The memory of computations changes no outcome.
@Suite struct ComputationMemoryTests {
  /// A life of a vault whose indexes are locked, so that a prune cannot replace them but takes back what they say.
  @Test(arguments: [true, false])
  func everyJobEndsAsItDoesWithoutMemory(isLocked: Bool) throws {
    var site = Fixture([noise(40 * 4_096, seed: 1)])
    site.options.packSize = 16 << 10
    site.options.looksForPacks = false
    let memory = ComputationMemory()
    var points: [(id: PointID, image: [[UInt8]])] = []
    for round in 0..<12 {
      let lock = isLocked ? site.driver.now + .hours(5) : nil
      let changed = site.driver.streams[0].scribble(
        [(round * 3 * 4_096)..<((round * 3 + 4) * 4_096)], seed: UInt64(round + 2))
      points.append((try site.backup(changed: changed, lockedUntil: lock).id, site.driver.streams))
      if round % 4 == 3 {
        try site.prune(points.dropLast(2).map(\.id), repackBelow: .percent(90))
        let kept = Set(try site.points())
        points.removeAll { !kept.contains($0.id) }
      }
      for (point, image) in points {
        // Twice: the second time the very same catalog is at hand.
        for _ in 0..<2 { #expect(try site.restored(point, remembering: memory) == image) }
      }
    }
    #expect(!points.isEmpty)
  }
}

extension Fixture {
  /// A restore whose computations go through a memory.
  fileprivate func restored(_ point: PointID, remembering memory: ComputationMemory) throws -> [[UInt8]] {
    var site = driver
    site.streams = []
    var job = restoreJob(point)
    var effects: [JobEffect<RestoreJob.Outcome>] = []
    job.handle(.begin, at: site.now, into: &effects)
    while !effects.isEmpty {
      switch effects.removeFirst() {
      case .finish(.restored): return site.streams
      case .finish(.damaged(_, let report)): throw Damaged(report: report)
      case .finish(.failed(let failure)): throw failure
      case .perform(let ticket, .compute(let computation)):
        job.handle(.completed(ticket, .computed(memory.run(computation))), at: site.now, into: &effects)
      case .perform(let ticket, let request):
        job.handle(site.answer(ticket, request), at: site.now, into: &effects)
      }
    }
    preconditionFailure("a job asks or finishes")
  }
}
