import Replication
import Testing
import Units

@Suite("A group over several hosts")
struct GroupClockTests {
  @Test func marksOnlyWhileAllMembersKeepTheirAcknowledgementsBack() {
    var clock = GroupClock(members: 2, interval: .seconds(5))
    var effects: [GroupClock.Effect] = []
    clock.handle(.begin, at: .epoch, into: &effects)
    #expect(effects == [.wake(at: .epoch + .seconds(5))])
    effects = []
    clock.handle(.timer, at: .epoch + .seconds(5), into: &effects)
    #expect(effects.prefix(2) == [.hold(member: 0, number: 1), .hold(member: 1, number: 1)])
    effects = []
    clock.handle(.held(member: 1, number: 1), at: .epoch + .seconds(5), into: &effects)
    #expect(effects == [])
    clock.handle(.held(member: 0, number: 1), at: .epoch + .seconds(5), into: &effects)
    #expect(effects == [.mark(member: 0, number: 1), .mark(member: 1, number: 1)])
    effects = []
    clock.handle(.marked(member: 0, number: 1), at: .epoch + .seconds(5), into: &effects)
    #expect(effects == [])
    clock.handle(.marked(member: 1, number: 1), at: .epoch + .seconds(5), into: &effects)
    #expect(effects == [.release(member: 0), .release(member: 1)])
  }

  @Test func aMemberThatDoesNotAnswerCostsThePointAndNothingElse() {
    var clock = GroupClock(members: 2, interval: .seconds(5))
    var effects: [GroupClock.Effect] = []
    clock.handle(.begin, at: .epoch, into: &effects)
    clock.handle(.timer, at: .epoch + .seconds(5), into: &effects)
    clock.handle(.held(member: 0, number: 1), at: .epoch + .seconds(5), into: &effects)
    effects = []
    clock.handle(.timer, at: .epoch + .seconds(6), into: &effects)
    #expect(effects.prefix(3) == [.missed(1), .release(member: 0), .release(member: 1)])
    effects = []
    clock.handle(.held(member: 1, number: 1), at: .epoch + .seconds(7), into: &effects)
    #expect(effects == [])
    clock.handle(.timer, at: .epoch + .seconds(10), into: &effects)
    #expect(effects.first == .hold(member: 0, number: 2))
  }

  @Test func theRecoveryPointIsTheOldestMembers() {
    func point(_ number: UInt64, _ seconds: Int64) -> ReplicaPoint {
      ReplicaPoint(number: number, instant: .epoch + .seconds(seconds), lastWrite: 0)
    }
    let first = [point(1, 5), point(2, 10), point(3, 15)]
    let second = [point(1, 6), point(2, 9)]
    #expect(GroupRecoveryPoint.newest(of: [first, second]) == point(2, 9))
    #expect(GroupRecoveryPoint.newest(of: [first, []]) == nil)
  }
}
