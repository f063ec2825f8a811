import Units

/// The parts of a rule, in the order of a description.
enum RulePart: String, CaseIterable {
  case frequency = "FREQ"
  case interval = "INTERVAL"
  case count = "COUNT"
  case until = "UNTIL"
  case months = "BYMONTH"
  case weekNumbers = "BYWEEKNO"
  case yearDays = "BYYEARDAY"
  case monthDays = "BYMONTHDAY"
  case days = "BYDAY"
  case hours = "BYHOUR"
  case minutes = "BYMINUTE"
  case seconds = "BYSECOND"
  case positions = "BYSETPOS"
  case weekStart = "WKST"
}

extension CalendarPeriod {
  /// The periods that FREQ can name.
  static let frequencies = allCases.filter { $0 != .quarter }

  /// The value of FREQ. The period must be one of `frequencies`.
  var frequencyName: String {
    switch self {
    case .second: "SECONDLY"
    case .minute: "MINUTELY"
    case .hour: "HOURLY"
    case .day: "DAILY"
    case .week: "WEEKLY"
    case .month: "MONTHLY"
    case .quarter: preconditionFailure("a quarter is no frequency")
    case .year: "YEARLY"
    }
  }
}

extension Weekday {
  /// The two letters of BYDAY and WKST.
  var code: String {
    switch self {
    case .monday: "MO"
    case .tuesday: "TU"
    case .wednesday: "WE"
    case .thursday: "TH"
    case .friday: "FR"
    case .saturday: "SA"
    case .sunday: "SU"
    }
  }
}

extension RecurrenceRule.Day: CustomStringConvertible {
  public var description: String { (ordinal.map(String.init) ?? "") + weekday.code }
}

extension RecurrenceRule: Quantity {
  /// The rule in RFC 5545's notation, with parts in a fixed order and without defaults.
  public var description: String {
    RulePart.allCases.compactMap { part in text(of: part).map { "\(part.rawValue)=\($0)" } }
      .joined(separator: ";")
  }

  private func text(of part: RulePart) -> String? {
    switch part {
    case .frequency: frequency.frequencyName
    case .interval: interval == 1 ? nil : "\(interval)"
    case .count: if case .count(let count) = end { "\(count)" } else { nil }
    case .until: if case .until(let instant) = end { CivilTime(instant).basicFormat } else { nil }
    case .months: list(months)
    case .weekNumbers: list(weekNumbers)
    case .yearDays: list(yearDays)
    case .monthDays: list(monthDays)
    case .days: list(days)
    case .hours: list(hours)
    case .minutes: list(minutes)
    case .seconds: list(seconds)
    case .positions: list(positions)
    case .weekStart: weekStart == .monday ? nil : weekStart.code
    }
  }

  private func list(_ values: [some CustomStringConvertible]) -> String? {
    values.isEmpty ? nil : values.map(\.description).joined(separator: ",")
  }
}

extension CivilTime {
  /// The instant in ISO 8601 without separators, as in iCalendar: `20260302T103000Z`.
  var basicFormat: String {
    String(
      CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        .description.filter { $0 != "-" && $0 != ":" })
  }
}
