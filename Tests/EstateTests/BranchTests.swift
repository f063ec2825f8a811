import Backup
import Estate
import Storage
import Testing
import Units

/// The world is a value.
@Suite struct BranchTests {
  @Test func equalWorldsTakeEqualCourses() throws {
    var a = SmallEstate.world()
    var b = SmallEstate.world()
    a.protect(with: try SmallEstate.backups())
    b.protect(with: try SmallEstate.backups())
    a.run(through: SmallEstate.start + .hours(12))
    for hour in 1...12 { b.run(through: SmallEstate.start + .hours(Int64(hour))) }
    #expect(a.trace == b.trace)
    #expect(a.protectionRecord == b.protectionRecord)
    #expect(a.protectionRecord.backupsTaken == 12)
  }

  @Test func whatBefallsABranchLeavesTheOriginalAlone() throws {
    var original = SmallEstate.world()
    original.protect(with: try SmallEstate.backups())
    var undisturbed = original
    for hour in 1...10 {
      original.run(through: SmallEstate.start + .hours(Int64(hour)))
      var branch = original
      branch.strike(SmallEstate.strike(.arrayFailure, .device(SmallEstate.array)))
      branch.run(through: branch.now + .hours(1))
      #expect(!branch.isUp(SmallEstate.service))
    }
    undisturbed.run(through: SmallEstate.start + .hours(10))
    #expect(original.isUp(SmallEstate.service))
    #expect(original.trace == undisturbed.trace)
    #expect(original.protectionRecord == undisturbed.protectionRecord)
  }

  @Test func anotherSeedTakesAnotherCourse() {
    var a = SmallEstate.world(seed: 1)
    var b = SmallEstate.world(seed: 2)
    a.run(through: SmallEstate.start + .hours(2))
    b.run(through: SmallEstate.start + .hours(2))
    #expect(a.trace != b.trace)
  }
}
