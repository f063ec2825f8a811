import Units

/// The times within a day or a shorter period into which a rule expands each period.
struct Clock: Hashable, Sendable {
  /// The hours, ascending.
  let hours: [Int]
  let minutes: [Int]
  let seconds: [Int]

  /// Creates the clock of a rule. Parts that the rule leaves open come from DTSTART, and parts that its
  /// period fixes are 0.
  init(of rule: RecurrenceRule, from start: Int) {
    func times(_ listed: [Int], finerThan period: CalendarPeriod, from startValue: Int) -> [Int] {
      guard rule.frequency >= period else { return [0] }
      return listed.isEmpty ? [startValue] : listed
    }
    let second = start.flooredRemainder(86_400)
    hours = times(rule.hours, finerThan: .day, from: second / 3_600)
    minutes = times(rule.minutes, finerThan: .hour, from: second / 60 % 60)
    seconds = times(rule.wholeSeconds, finerThan: .minute, from: second % 60)
  }

  /// - Parameters: each ascending and not empty.
  init(hours: [Int], minutes: [Int], seconds: [Int]) {
    self.hours = hours
    self.minutes = minutes
    self.seconds = seconds
  }

  var count: Int { hours.count * minutes.count * seconds.count }

  /// The seconds from the start of the period, ascending in the index.
  subscript(index: Int) -> Int {
    let (rest, second) = index.quotientAndRemainder(dividingBy: seconds.count)
    let (hour, minute) = rest.quotientAndRemainder(dividingBy: minutes.count)
    return hours[hour] * 3_600 + minutes[minute] * 60 + seconds[second]
  }

  /// Returns the first index whose time is not before a second of the day; `count` if there is none.
  func firstIndex(notBefore second: Int) -> Int {
    var bounds = 0..<count
    while !bounds.isEmpty {
      let middle = bounds.lowerBound + bounds.count / 2
      bounds = self[middle] < second ? middle + 1..<bounds.upperBound : bounds.lowerBound..<middle
    }
    return bounds.lowerBound
  }
}

extension RecurrenceRule {
  /// The values of BYSECOND without the leap second.
  var wholeSeconds: [Int] {
    seconds.last == 60 ? seconds.dropLast() + (seconds.contains(59) ? [] : [59]) : seconds
  }

  /// Returns the largest period around a second that a limit by BYHOUR, BYMINUTE or BYSECOND excludes.
  func clockLimitMissed(at second: Int) -> CalendarPeriod? {
    let time = second.flooredRemainder(86_400)
    if frequency <= .hour && !hours.isEmpty && !hours.contains(time / 3_600) { return .hour }
    if frequency <= .minute && !minutes.isEmpty && !minutes.contains(time / 60 % 60) { return .minute }
    if frequency == .second && !seconds.isEmpty && !wholeSeconds.contains(time % 60) { return .second }
    return nil
  }

  /// Whether any step from `start` can meet the clock's limits. Steps of INTERVAL reach the times of day
  /// congruent to the start's. The modulus is the greatest common divisor of the step and a day.
  func canMeetItsClockLimits(from start: Int) -> Bool {
    guard frequency < .day else { return true }
    let unit = CalendarPeriod.allCases.filter { $0 <= frequency }.reduce(1) { size, period in
      period == .minute ? 60 : period == .hour ? 3_600 : size
    }
    let stride = greatestCommonDivisor(interval * unit, 86_400)
    return Swift.stride(from: start.flooredRemainder(stride), to: 86_400, by: stride)
      .contains { clockLimitMissed(at: $0) == nil }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
