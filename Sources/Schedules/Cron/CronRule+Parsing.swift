import Units

extension CronRule {
  /// Parses five fields, or as many as the dialect has, or a word such as `@daily`.
  ///
  /// Refused: a wrong number of fields, values out of range, and an expression that never fires.
  public init(parsing text: some StringProtocol, dialect: CronDialect = .cron) throws(QuantityError) {
    var fields = String(text).split { $0.isWhitespace }.map { $0.uppercased() }
    let written = fields.joined(separator: " ")
    if let word = fields.first, word.hasPrefix("@") { fields = try Self.fields(ofWord: word, dialect) }
    try Self.checkCount(of: fields, dialect, text: String(text))
    if dialect != .cloudNativePG { fields.insert("0", at: 0) }
    if dialect != .aws { fields.append("*") }
    func numbers(_ index: Int, _ name: String, _ range: ClosedRange<Int>, names: [String] = [])
      throws(QuantityError) -> [Int]
    {
      try CronField(fields[index], name: name, range: range, names: names).numbers(dialect)
    }
    times = Clock(
      hours: try numbers(2, "hour", 0...23), minutes: try numbers(1, "minute", 0...59),
      seconds: try numbers(0, "second", 0...59))
    months = try numbers(4, "month", 1...12, names: Self.monthNames)
    yearList = fields[6] == "*" ? [] : try numbers(6, "year", 1_970...2_199)
    monthDays = try CronDay.monthDays(fields[3], dialect)
    weekdays = try CronDay.weekdays(fields[5], dialect)
    let restricted = [fields[3], fields[5]].filter { field in
      field != "?" && field != "*" && !(dialect.stepIsUnrestricted && field.hasPrefix("*"))
    }
    eitherDayMatches = restricted.count == 2 && !dialect.needsBothDays
    followsPassingTime = fields[1].hasPrefix("*") || fields[2].hasPrefix("*")
    self.dialect = dialect
    description = written
    guard firstDay(from: 0) != nil else {
      throw QuantityError(
        "'\(written)' never fires", hint: "name a day that exists, for example '0 3 28 2 *'")
    }
  }

  static let monthNames = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  private static func fields(ofWord word: String, _ dialect: CronDialect) throws(QuantityError) -> [String] {
    let words = [
      ("@HOURLY", "0 * * * *"), ("@DAILY", "0 0 * * *"), ("@MIDNIGHT", "0 0 * * *"),
      ("@WEEKLY", "0 0 * * 0"), ("@MONTHLY", "0 0 1 * *"), ("@YEARLY", "0 0 1 1 *"),
      ("@ANNUALLY", "0 0 1 1 *"),
    ]
    guard let text = words.first(where: { $0.0 == word })?.1 else {
      throw QuantityError(
        word == "@REBOOT"
          ? "'@reboot' fires when a machine starts, which no calendar knows"
          : "'\(word.lowercased())' is not a word of cron",
        hint: "use one of " + words.map { $0.0.lowercased() }.joined(separator: ", "))
    }
    let fields = text.split(separator: " ").map(String.init)
    return dialect == .cloudNativePG ? ["0"] + fields : dialect == .aws ? fields + ["*"] : fields
  }

  private static func checkCount(of fields: [String], _ dialect: CronDialect, text: String)
    throws(QuantityError)
  {
    let names = dialect.fieldNames
    guard fields.count != names.count else { return }
    let other = CronDialect.allCases.filter { $0.fieldNames.count == fields.count }.map(\.rawValue)
    let hint =
      fields.count == 6 && names.count == 5
      ? "leave out the field for seconds or the year, or name a dialect with six: \(other.joined(separator: ", "))"
      : "write \(names.joined(separator: ", ")), for example '\(names.count == 5 ? "30 2 * * *" : "0 30 2 * * *")'"
    throw QuantityError(
      "'\(text)' has \(fields.count) fields, and \(dialect.rawValue) reads \(names.count)", hint: hint)
  }
}

/// One field of a cron expression.
struct CronField {
  private let text: String
  private let name: String
  private let range: ClosedRange<Int>
  private let names: [String]

  /// - Parameter names: of the values from the range's lower bound on.
  init(_ text: String, name: String, range: ClosedRange<Int>, names: [String]) {
    self.text = text
    self.name = name
    self.range = range
    self.names = names
  }

  /// Returns the distinct values of the field, ascending.
  func numbers(_ dialect: CronDialect) throws(QuantityError) -> [Int] {
    var found: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      for value in try values(of: item, dialect) where !found.contains(value) { found.append(value) }
    }
    return found.sorted()
  }

  private func values(of item: Substring, _ dialect: CronDialect) throws(QuantityError) -> [Int] {
    let halves = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let step = halves.count == 2 ? Int(halves[1]) ?? 0 : 1
    guard step > 0 else { throw failure(item) }
    let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if halves[0] == "*" || halves[0] == "?" {
      return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
    }
    let first = try number(ends[0], of: item)
    let last = try ends.count == 2 ? number(ends[1], of: item) : halves.count == 2 ? range.upperBound : first
    guard first <= last else {
      throw QuantityError(
        "'\(item)' in the field for the \(name) runs backwards", hint: "write the smaller value first")
    }
    return Array(stride(from: first, through: last, by: step))
  }

  private func number(_ text: Substring, of item: Substring) throws(QuantityError) -> Int {
    if let place = names.firstIndex(of: String(text.prefix(3))), text.count >= 3 {
      return range.lowerBound + place
    }
    guard let number = Int(text), range.contains(number) else { throw failure(item) }
    return number
  }

  private func failure(_ item: Substring) -> QuantityError {
    QuantityError(
      "'\(item)' is not a value of the field for the \(name)",
      hint: "write \(range.lowerBound) to \(range.upperBound), a list '1,15', a range '1-5' or a step '*/2'")
  }
}

extension CronDay {
  static func monthDays(_ text: String, _ dialect: CronDialect) throws(QuantityError) -> [CronDay] {
    if text == "*" || text == "?" { return [.any] }
    if dialect == .aws || dialect == .croniter {
      if text == "L" { return [.lastOfMonth] }
      if text.hasSuffix("W"), let number = Int(text.dropLast()), (1...31).contains(number) {
        return [.workdayNearest(number)]
      }
    }
    return try CronField(text, name: "day of month", range: 1...31, names: []).numbers(dialect)
      .map { .dayOfMonth($0) }
  }

  static func weekdays(_ text: String, _ dialect: CronDialect) throws(QuantityError) -> [CronDay] {
    if text == "*" || text == "?" { return [.any] }
    var days: [CronDay] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      days += try weekdays(ofItem: String(item), dialect)
    }
    return days
  }

  private static func weekdays(ofItem item: String, _ dialect: CronDialect) throws(QuantityError) -> [CronDay]
  {
    let start = dialect.weekStart
    let codes = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    let names = (0..<7).map { codes[(start.weekday.rawValue + $0) % 7] }
    func weekday(_ number: Int) -> Weekday {
      Weekday.allCases[(number - start.number + start.weekday.rawValue) % 7]
    }
    func field(_ text: String) -> CronField {
      // Sunday is 0 and 7 where weeks begin on it.
      let last = dialect == .aws || dialect == .apscheduler ? start.number + 6 : 7
      return CronField(text, name: "day of week", range: start.number...last, names: names)
    }
    let halves = item.split(separator: "#", maxSplits: 1)
    if halves.count == 2, dialect != .cron {
      let day = try field(String(halves[0])).numbers(dialect)[0]
      // APScheduler takes 'MON#1' for every Monday.
      if dialect == .apscheduler { return [.weekday(weekday(day))] }
      guard let ordinal = Int(halves[1]), (1...5).contains(ordinal) else {
        throw QuantityError(
          "'\(item)' names no day of a month", hint: "write for example 'MON#1', the first Monday")
      }
      return [.weekdayInMonth(weekday(day), ordinal)]
    }
    if item.count > 1, item.hasSuffix("L"), dialect == .aws {
      return [.lastWeekday(weekday(try field(String(item.dropLast())).numbers(dialect)[0]))]
    }
    return try field(item).numbers(dialect).map { .weekday(weekday($0)) }
  }
}
