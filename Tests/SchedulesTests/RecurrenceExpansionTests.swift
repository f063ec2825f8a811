import Schedules
import Testing
import Units

@Suite struct RecurrenceExpansionTests {
  enum Frequencies: CaseIterable {
    case upToWeekly, monthlyAndYearly

    var vectors: [RecurrenceVectors.Vector] {
      get throws {
        try RecurrenceVectors.parse(
          self == .upToWeekly ? RecurrenceVectors.upToWeekly : RecurrenceVectors.monthlyAndYearly)
      }
    }
  }

  private static let horizon = CivilTime(year: 2250, month: 1, day: 1).instant

  @Test(arguments: Frequencies.allCases)
  func everyRuleExpandsAsInDateutil(of frequencies: Frequencies) throws {
    let vectors = try frequencies.vectors
    #expect(vectors.count == 140)
    for vector in vectors {
      let found = vector.rule.occurrences(from: vector.start).prefix(40).filter { $0 < Self.horizon }
      let shown = found.prefix(3) + (found.count > 3 ? found.suffix(1) : [])
      #expect(found.count == vector.count, "\(vector.testDescription)")
      #expect(shown.map(RecurrenceVectors.basic) == vector.shown, "\(vector.testDescription)")
    }
  }

  @Test(arguments: Frequencies.allCases)
  func skippingAheadLeavesTheOccurrencesThatWalkingThereLeaves(of frequencies: Frequencies) throws {
    for vector in try frequencies.vectors {
      let all = Array(vector.rule.occurrences(from: vector.start).prefix(40))
      for index in stride(from: 0, to: all.count, by: 7) {
        for target in [all[index], all[index] - .nanoseconds(1)] {
          var rest = vector.rule.occurrences(from: vector.start)
          rest.skip(to: target)
          let expected = all[index...].prefix(3)
          #expect(
            Array(rest.prefix(expected.count)) == Array(expected), "\(vector.testDescription) to \(target)")
        }
      }
    }
  }
}
