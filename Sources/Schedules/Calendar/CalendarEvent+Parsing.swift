import Units

extension CalendarEvent {
  private static let words = [
    ("minutely", "*-*-* *:*:00"), ("hourly", "*-*-* *:00:00"), ("daily", "*-*-* 00:00:00"),
    ("weekly", "Mon *-*-* 00:00:00"), ("monthly", "*-*-01 00:00:00"),
    ("quarterly", "*-01,04,07,10-01 00:00:00"),
    ("semiannually", "*-01,07-01 00:00:00"), ("yearly", "*-01-01 00:00:00"), ("annually", "*-01-01 00:00:00"),
  ]

  /// Parses `Mon..Fri *-*-* 02:30:00 Europe/Lisbon`, with optional parts, or a word such as `daily`.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    var parts = String(text).split { $0.isWhitespace }.map(String.init)
    zoneName = parts.count > 1 ? Self.zone(in: parts[parts.count - 1]) : nil
    if zoneName != nil { parts.removeLast() }
    description = parts.joined(separator: " ")
    if parts.count == 1, let word = Self.words.first(where: { $0.0 == parts[0].lowercased() }) {
      parts = word.1.split(separator: " ").map(String.init)
    }
    let dayPart = parts.first.flatMap { $0.first?.isLetter == true ? parts.removeFirst() : nil }
    let timePart = parts.last.flatMap { $0.contains(":") ? parts.removeLast() : nil }
    let datePart = parts.isEmpty ? nil : parts.removeFirst()
    guard parts.isEmpty, dayPart != nil || timePart != nil || datePart != nil else {
      throw Self.failure(String(text))
    }
    weekdays = try dayPart.map { part throws(QuantityError) in try Self.weekdays(part) } ?? []
    times = try Self.times(timePart ?? "00:00:00")
    let date = try CalendarDate(datePart ?? "*-*-*")
    (years, months, days, countsFromEnd) = (date.years, date.months, date.days, date.countsFromEnd)
    guard firstDay(from: 0) != nil else {
      throw QuantityError(
        "'\(text)' never fires", hint: "name a day that exists, for example '*-*-01 03:00'")
    }
  }

  fileprivate static func failure(_ text: String) -> QuantityError {
    QuantityError(
      "'\(text)' is not a calendar event of systemd",
      hint: "write for example 'Mon..Fri *-*-* 02:30:00' or 'daily'")
  }

  /// Returns the zone in a part. No other part after the first begins with a letter.
  private static func zone(in part: String) -> String? { part.first?.isLetter == true ? part : nil }

  private static func weekdays(_ text: String) throws(QuantityError) -> [Int] {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    func day(_ name: Substring) throws(QuantityError) -> Int {
      let full = name.lowercased()
      guard full.count >= 3, let place = names.firstIndex(of: String(full.prefix(3))) else {
        throw QuantityError(
          "'\(name)' is not a day of the week", hint: "write for example 'Mon' or 'Mon..Fri'")
      }
      return place
    }
    var days: [Int] = []
    for item in text.split(separator: ",") {
      let ends = item.split(separator: ".").map { $0 }
      let first = try day(ends.first ?? item)
      let last = try day(ends.last ?? item)
      days += (0...(last - first).flooredRemainder(7)).map { (first + $0) % 7 }
    }
    return Array(days.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } })
  }

  private static func times(_ text: String) throws(QuantityError) -> Clock {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2 { parts.append("00") }
    guard parts.count == 3 else { throw failure(text) }
    func values(_ text: String, _ range: ClosedRange<Int>) throws(QuantityError) -> [Int] {
      let found = try CalendarField(text, in: range).values(in: range)
      guard !found.isEmpty else { throw failure(text) }
      return found
    }
    return Clock(
      hours: try values(parts[0], 0...23), minutes: try values(parts[1], 0...59),
      // Parts of a second decide nothing here.
      seconds: try values(String(parts[2].prefix { $0 != "." }), 0...59))
  }
}

/// The part of an expression that names days of the year.
private struct CalendarDate {
  var years = CalendarField.any
  var months = CalendarField.any
  var days = CalendarField.any
  var countsFromEnd = false

  /// Parses `2026-*-01`, `*-12-24`, or `02~03`, the third day from the end of February.
  init(_ text: String) throws(QuantityError) {
    var parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    if let last = parts.last, let mark = last.firstIndex(of: "~") {
      countsFromEnd = true
      parts.removeLast()
      parts += [String(last[..<mark]), String(last[last.index(after: mark)...])]
    }
    if parts.count == 2 { parts.insert("*", at: 0) }
    guard parts.count == 3 else { throw CalendarEvent.failure(text) }
    years = try CalendarField(parts[0], in: 1_970...2_199)
    months = try CalendarField(parts[1], in: 1...12)
    days = try CalendarField(parts[2], in: 1...31, runsDown: countsFromEnd)
  }
}

extension CalendarField {
  /// Parses `*`, `5`, `1..5`, `0/15`, `1..9/2`, or a list of them.
  ///
  /// - Parameter runsDown: whether steps lead to smaller values, as among days counted from the end of a month.
  init(_ text: String, in range: ClosedRange<Int>, runsDown: Bool = false) throws(QuantityError) {
    guard text != "*" else {
      self = .any
      return
    }
    var items: [Item] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      items.append(try Self.item(String(item), in: range, runsDown))
    }
    self.init(items: items)
  }

  private static func item(_ text: String, in range: ClosedRange<Int>, _ runsDown: Bool) throws(QuantityError)
    -> Item
  {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    let ends = halves[0].split(separator: ".").map(String.init)
    let isAny = halves[0] == "*"
    let step = halves.count == 2 ? Int(halves[1]) : halves.count == 1 ? 1 : nil
    guard let step, step > 0, let first = isAny ? range.lowerBound : ends.first.flatMap({ Int($0) }),
      let last = ends.count == 2 ? Int(ends[1]) : isAny || halves.count == 2 ? range.upperBound : first,
      range.contains(first), range.contains(last), first <= last, ends.count <= 2
    else {
      throw QuantityError(
        "'\(text)' is not a value from \(range.lowerBound) to \(range.upperBound)",
        hint: "write a number, a range '1..5', a step '0/15' or '*'")
    }
    if runsDown && halves.count == 2 && ends.count < 2 && !isAny {
      return Item(range: range.lowerBound + (first - range.lowerBound) % step...first, step: step)
    }
    return Item(range: first...last, step: step)
  }
}
