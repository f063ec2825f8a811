import Estate
import Testing
import Units

/// The most that a backup of changed blocks has to copy.
@Suite struct MostChangedTests {
  @Test(arguments: [4_096, 16_384, 65_536])
  func aBlockCountsOnceHoweverOftenItIsWritten(blockSize: Int) throws {
    let blueprint = SmallEstate.blueprint(flushInterval: .zero)
    let schedule = WorkloadSchedule(
      volume: VolumeID(0), plan: blueprint.volumes[0], scale: .full, seed: 3, start: SmallEstate.start,
      end: SmallEstate.start + .hours(6))
    for time in [Duration.zero, .minutes(7), .hours(1), .hours(9)] {
      let counts = (1...schedule.writeCount).map { first in
        let end = schedule.issueInstant(ofWrite: first) + time
        return Set(
          (first...schedule.writeCount).prefix { schedule.issueInstant(ofWrite: $0) <= end }
            .flatMap { schedule.pages(ofWrite: $0) }.map { $0 * 4_096 / blockSize }
        ).count
      }
      #expect(schedule.mostBlocksChanged(in: time, blockSize: blockSize) == counts.max())
    }
    // The comparison means something: some blocks are written again, and some writes have blocks of their own.
    let hour = schedule.mostBlocksChanged(in: .hours(1), blockSize: blockSize)
    #expect(hour > 1 && Int64(hour) * 4_096 < schedule.mostWritten(in: .hours(1)).bytes)
  }
}
