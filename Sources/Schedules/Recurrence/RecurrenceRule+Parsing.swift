import Units

extension RecurrenceRule {
  /// Parses RFC 5545's notation in any letter case: `FREQ=DAILY;BYHOUR=2;BYMINUTE=0`.
  ///
  /// Refused, with the correction as the hint: an unknown, empty or repeated part, a value out of its range, a missing FREQ,
  /// COUNT together with UNTIL, and every combination that the RFC's table calls not applicable.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    self.init()
    var seen: [RulePart] = []
    for assignment in text.uppercased().split(separator: ";", omittingEmptySubsequences: false) {
      let (part, value) = try Self.halves(of: assignment)
      guard !seen.contains(part) else {
        throw QuantityError(
          "\(part.rawValue) is given twice", hint: "join the values with commas, as in 'BYHOUR=2,14'")
      }
      seen.append(part)
      try set(part, to: value)
    }
    guard seen.contains(.frequency) else {
      throw QuantityError(
        "the rule has no FREQ", hint: "begin with how often it recurs, as in 'FREQ=DAILY;BYHOUR=2'")
    }
    guard !(seen.contains(.count) && seen.contains(.until)) else {
      throw QuantityError("the rule has both COUNT and UNTIL", hint: "keep one of them")
    }
    try checkCombination()
  }

  private static func halves(of assignment: Substring) throws(QuantityError) -> (RulePart, String) {
    let halves = assignment.split(separator: "=", omittingEmptySubsequences: false)
    guard halves.count == 2 else {
      throw QuantityError(
        "'\(assignment)' is not a part of a rule",
        hint: "write NAME=VALUE parts joined by ';', as in 'FREQ=DAILY;BYHOUR=2'")
    }
    let name = halves[0].filter { !$0.isWhitespace }
    let value = halves[1].filter { !$0.isWhitespace }
    guard let part = RulePart(rawValue: name) else {
      throw QuantityError(
        "'\(name)' is not a part of a recurrence rule",
        hint: name.hasPrefix("RRULE:")
          ? "leave out 'RRULE:'"
          : "use one of " + RulePart.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard !value.isEmpty else {
      throw QuantityError("\(name) has no value", hint: "give it one, or leave the part out")
    }
    return (part, value)
  }

  private mutating func set(_ part: RulePart, to value: String) throws(QuantityError) {
    switch part {
    case .frequency: frequency = try Self.frequency(value)
    case .interval: interval = try part.number(value, in: 1...999_999_999)
    case .count: end = .count(try part.number(value, in: 1...999_999_999))
    case .until: end = .until(try Self.until(value))
    case .months: months = try part.numbers(value, in: 1...12)
    case .weekNumbers: weekNumbers = try part.numbers(value, in: 1...53, orFromTheEnd: true)
    case .yearDays: yearDays = try part.numbers(value, in: 1...366, orFromTheEnd: true)
    case .monthDays: monthDays = try part.numbers(value, in: 1...31, orFromTheEnd: true)
    case .days: days = try part.values(value) { item throws(QuantityError) in try Day(parsing: item) }
    case .hours: hours = try part.numbers(value, in: 0...23)
    case .minutes: minutes = try part.numbers(value, in: 0...59)
    case .seconds: seconds = try part.numbers(value, in: 0...60)
    case .positions: positions = try part.numbers(value, in: 1...366, orFromTheEnd: true)
    case .weekStart: weekStart = try Weekday(code: value)
    }
  }

  private static func frequency(_ value: String) throws(QuantityError) -> CalendarPeriod {
    guard let period = CalendarPeriod.frequencies.first(where: { $0.frequencyName == value }) else {
      let names = CalendarPeriod.frequencies.map(\.frequencyName).joined(separator: ", ")
      throw QuantityError("'\(value)' is not a value of FREQ", hint: "use one of \(names)")
    }
    return period
  }

  private static func until(_ value: String) throws(QuantityError) -> Instant {
    guard let time = CivilTime(basicFormat: value) else {
      throw QuantityError(
        "UNTIL '\(value)' is not an instant in UTC", hint: "write it as in 'UNTIL=20260302T103000Z'")
    }
    return time.instant
  }
}

extension RulePart {
  func number(
    _ text: Substring, in range: ClosedRange<Int>, orFromTheEnd: Bool = false
  ) throws(QuantityError) -> Int {
    let magnitude =
      orFromTheEnd && text.first.map { $0 == "-" || $0 == "+" } == true ? text.dropFirst() : text
    guard !magnitude.isEmpty, magnitude.utf8.allSatisfy({ (48...57).contains($0) }),
      let value = Int(magnitude),
      range.contains(value)
    else {
      let fromTheEnd = orFromTheEnd ? ", or -\(range.upperBound) to -\(range.lowerBound) from the end" : ""
      throw QuantityError(
        "'\(text)' is not a value of \(rawValue)",
        hint: "write a whole number from \(range.lowerBound) to \(range.upperBound)\(fromTheEnd)")
    }
    return text.first == "-" ? -value : value
  }

  func number(_ text: String, in range: ClosedRange<Int>) throws(QuantityError) -> Int {
    try number(Substring(text), in: range)
  }

  func numbers(
    _ text: String, in range: ClosedRange<Int>, orFromTheEnd: Bool = false
  ) throws(QuantityError) -> [Int] {
    try values(text) { item throws(QuantityError) in
      try number(item, in: range, orFromTheEnd: orFromTheEnd)
    }
  }

  /// Returns the distinct items of a comma-separated list, ascending.
  func values<Value: Comparable>(
    _ text: String, _ parse: (Substring) throws(QuantityError) -> Value
  ) throws(QuantityError) -> [Value] {
    var values: [Value] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let value = try parse(item)
      if !values.contains(value) { values.append(value) }
    }
    return values.sorted()
  }
}

extension RecurrenceRule.Day {
  fileprivate init(parsing item: Substring) throws(QuantityError) {
    weekday = try Weekday(code: String(item.suffix(2)))
    let number = item.dropLast(2)
    ordinal =
      number.isEmpty ? nil : try RulePart.days.number(number, in: 1...53, orFromTheEnd: true)
  }
}

extension Weekday {
  fileprivate init(code: String) throws(QuantityError) {
    guard let day = Weekday.allCases.first(where: { $0.code == code }) else {
      let codes = Weekday.allCases.map(\.code).joined(separator: ", ")
      throw QuantityError("'\(code)' is not a day of the week", hint: "use one of \(codes)")
    }
    self = day
  }
}

extension CivilTime {
  /// Parses a real instant in the form `YYYYMMDDTHHMMSSZ`; `nil` for anything else.
  fileprivate init?(basicFormat text: String) {
    let characters = Array(text)
    guard characters.count == 16 else { return nil }
    func part(_ range: Range<Int>) -> String { String(characters[range]) }
    guard characters[8] == "T", characters[15] == "Z" else { return nil }
    self.init(
      iso8601:
        "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
  }
}
