import Simulation
import Testing
import Units

@Suite("The trace digest")
struct TraceDigestTests {
  private func digest(_ events: [(Int64, UInt32, UInt32, Int64)]) -> TraceDigest {
    var digest = TraceDigest()
    for (time, kind, entity, amount) in events {
      digest.record(at: Instant(nanoseconds: time), kind: kind, entity: entity, amount: amount)
    }
    return digest
  }

  @Test func everyPartOfAnEventAndTheOrderCount() {
    let courses: [[(Int64, UInt32, UInt32, Int64)]] = [
      [], [(0, 0, 0, 0)], [(0, 0, 0, 0), (0, 0, 0, 0)], [(1, 0, 0, 0)], [(0, 1, 0, 0)], [(0, 0, 1, 0)],
      [(0, 0, 0, 1)], [(1, 2, 3, 4), (5, 6, 7, 8)], [(5, 6, 7, 8), (1, 2, 3, 4)],
    ]
    #expect(Set(courses.map { digest($0).value }).count == courses.count)
    #expect(digest(courses[7]) == digest(courses[7]))
  }

  /// The same in debug and release, today and tomorrow: digests are kept in reports.
  @Test func theDigestOfACourseIsFixedForEver() {
    #expect(digest([(1, 2, 3, 4), (5, 6, 7, 8)]).description == "85dad64928831e20")
  }
}
