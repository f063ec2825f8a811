import Schedules
import Testing
import Units

/// Rules with the occurrences that another implementation finds.
///
/// Two lines each: DTSTART and the rule; then how many occurrences there are before the year 2250, counted up to 40, the
/// first three of them and the last.
///
/// Left out is where dateutil departs from the RFC: numbered and plain days in one BYDAY, which it intersects instead of
/// joining; the weeks 52 and 53, whose January days it misses; BYWEEKNO alone, which stands for DTSTART's day of the week.
enum RecurrenceVectors {
  struct Vector: Sendable, CustomTestStringConvertible {
    let start: Instant
    let rule: RecurrenceRule
    let count: Int
    let shown: [String]
    let testDescription: String
  }

  static func parse(_ text: String) throws -> [Vector] {
    let lines = text.split(separator: "\n")
    return try stride(from: 0, to: lines.count, by: 2).map { index in
      let head = lines[index].split(separator: " ")
      let facts = lines[index + 1].split(separator: " ")
      return Vector(
        start: try instant(head[0]), rule: try RecurrenceRule(parsing: head[1]),
        count: try #require(Int(facts[0])), shown: facts.dropFirst().map(String.init),
        testDescription: String(lines[index]))
    }
  }

  /// `20260302T103000Z` in the extended format.
  static func instant(_ basic: some StringProtocol) throws -> Instant {
    let digits = Array(basic)
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return try Instant(
      parsing:
        "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
  }

  static func basic(_ instant: Instant) -> String {
    instant.description.filter { $0 != "-" && $0 != ":" }
  }
}
