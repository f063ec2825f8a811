import Units

/// A rule with its start instant, prepared for expansion, in whole seconds since 1970.
///
/// Expansion walks the periods of FREQ, every INTERVAL-th one. A period of a day or longer is a set of admitted days
/// times the clock; a shorter one either is ruled out by a limit or offers its own clock.
struct Recurrence: Hashable, Sendable {
  let rule: RecurrenceRule
  /// The start (DTSTART), rounded up to a whole second.
  let start: Int
  /// The last possible occurrence, by UNTIL or the range of `Instant`.
  let last: Int
  private let days: DayFilter
  private let clock: Clock
  private let firstNumber: Int
  private let isEverWithinLimits: Bool

  init(of rule: RecurrenceRule, from instant: Instant) {
    self.rule = rule
    start = instant.secondRoundedUp
    last =
      if case .until(let end) = rule.end { CalendarPeriod.second.number(at: end) } else {
        CalendarPeriod.second.number(at: .distantFuture)
      }
    days = DayFilter(of: rule, from: CalendarDay(number: start.flooredQuotient(86_400)))
    clock = Clock(of: rule, from: start)
    firstNumber = rule.frequency.number(atSecond: start, weekStart: rule.weekStart)
    isEverWithinLimits = rule.canMeetItsClockLimits(from: start)
  }

  /// Returns the number of the period with a second, or of the last one before it, counted from DTSTART's.
  func period(at second: Int) -> Int {
    (rule.frequency.number(atSecond: second, weekStart: rule.weekStart) - firstNumber)
      .flooredQuotient(rule.interval)
  }

  /// Returns the first period from `period` on that no limit excludes; `nil` beyond the last one. Excluded
  /// days, hours and minutes are skipped at once, so the work is bounded by the remaining days.
  func admittedPeriod(from period: Int) -> Int? {
    var period = period
    while isEverWithinLimits {
      let second = start(of: period)
      guard second <= last else { return nil }
      guard let excluded = periodExcluded(at: second) else { return period }
      let resumption = excluded.start(ofNumber: excluded.number(atSecond: second) + 1)
      let units = rule.frequency.number(atSecond: resumption) - firstNumber
      period = (units + rule.interval - 1).flooredQuotient(rule.interval)
    }
    return nil
  }

  /// Returns the candidates of an admitted period, with BYSETPOS applied.
  func candidates(in period: Int) -> Candidates {
    guard rule.frequency >= .day else {
      return Candidates(starts: [start(of: period)], clock: clock, positions: rule.positions)
    }
    let number = firstNumber + period * rule.interval
    let first = rule.frequency.start(ofNumber: number, weekStart: rule.weekStart) / 86_400
    let end = rule.frequency.start(ofNumber: number + 1, weekStart: rule.weekStart) / 86_400
    let starts = (first..<end).filter { days.admits(CalendarDay(number: $0)) }.map { $0 * 86_400 }
    return Candidates(starts: starts, clock: clock, positions: rule.positions)
  }

  private func start(of period: Int) -> Int {
    rule.frequency.start(ofNumber: firstNumber + period * rule.interval, weekStart: rule.weekStart)
  }

  /// Returns the largest calendar period around a second without any occurrence.
  private func periodExcluded(at second: Int) -> CalendarPeriod? {
    guard rule.frequency <= .day else { return nil }
    guard days.admits(CalendarDay(number: second.flooredQuotient(86_400))) else { return .day }
    return rule.clockLimitMissed(at: second)
  }
}

extension Instant {
  var secondRoundedUp: Int {
    let second = nanoseconds.flooredQuotient(1_000_000_000)
    return Int(second) + (nanoseconds == second * 1_000_000_000 ? 0 : 1)
  }
}
