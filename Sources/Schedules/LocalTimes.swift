import Units

/// The local times of a rule, ascending, in seconds as if they were UTC.
enum LocalTimes: Sendable {
  case recurrence(Occurrences)
  case days(DayTimes)

  mutating func next() -> Int? {
    switch self {
    case .recurrence(var occurrences):
      let found = occurrences.next()
      self = .recurrence(occurrences)
      return found?.wholeSeconds
    case .days(var times):
      let found = times.next()
      self = .days(times)
      return found
    }
  }

  /// Skips the times before a local second.
  mutating func skip(to second: Int) {
    switch self {
    case .recurrence(var occurrences):
      occurrences.skip(to: Instant(second: second))
      self = .recurrence(occurrences)
    case .days(var times):
      times.skip(to: second)
      self = .days(times)
    }
  }
}

/// A rule that admits days and fires at the same times on each.
protocol DayRule: Sendable {
  var times: Clock { get }
  func admits(_ day: CalendarDay) -> Bool
}

extension DayRule {
  /// Returns the first admitted day at or after a day; `nil` if a calendar cycle of 400 years has none.
  func firstDay(from day: Int) -> Int? {
    (day..<day + 146_097).first { admits(CalendarDay(number: $0)) }
  }
}

/// The local times of a rule of days.
struct DayTimes: Sendable {
  private let rule: any DayRule
  private let times: Clock
  /// The current day, and the index of its next time.
  private var day: Int
  private var index = 0
  private var hasEnded = false

  init(_ rule: any DayRule, from second: Int) {
    self.rule = rule
    times = rule.times
    day = second.flooredQuotient(86_400)
    skip(to: second)
  }

  mutating func next() -> Int? {
    guard !hasEnded else { return nil }
    defer { advance() }
    return day * 86_400 + times[index]
  }

  mutating func skip(to second: Int) {
    let target = second.flooredQuotient(86_400)
    hasEnded = false
    index = 0
    guard let first = rule.firstDay(from: target) else { return hasEnded = true }
    day = first
    guard first == target else { return }
    let time = second.flooredRemainder(86_400)
    index = times.firstIndex(notBefore: time)
    if index == times.count { startDay(after: day) }
  }

  private mutating func advance() {
    index += 1
    if index == times.count { startDay(after: day) }
  }

  private mutating func startDay(after previous: Int) {
    index = 0
    guard let next = rule.firstDay(from: previous + 1) else { return hasEnded = true }
    day = next
  }
}
