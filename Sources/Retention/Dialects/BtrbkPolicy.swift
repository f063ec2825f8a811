import Schedules
import Units

/// btrbk 0.32.5, whose rules are windows and not counts. `14d` reaches back 14 days, and older snapshots do
/// not fill it.
public struct BtrbkPolicy: DialectRules {
  public enum Unit: Int, CaseIterable, Hashable, Sendable { case hours, days, weeks, months, years }

  /// `preserve_min`.
  public enum Minimum: Hashable, Sendable {
    case all, latest
    case window(Int, Unit)
    /// The snapshots of `preserve` are kept, and no others.
    case none
  }

  /// The windows of `preserve`, in the order of `Unit`: 0 for none, `Int.max` for `*`.
  public var windows = [Int](repeating: 0, count: Unit.allCases.count)
  /// The value of `preserve_min`. With btrbk's default `all`, `preserve` has no effect.
  public var minimum = Minimum.all
  public var weekStart = Weekday.sunday
  /// `preserve_hour_of_day`.
  public var dayStart = 0

  public init() {}

  var ruleNames: [String] {
    [
      "preserve min", "preserve hourly", "preserve daily", "preserve weekly", "preserve monthly",
      "preserve yearly",
    ]
  }

  /// The age of a snapshot in each unit.
  private struct Age {
    let hours: Int
    let days: Int
    let weeks: Int
    let months: Int
    let years: Int

    subscript(unit: Unit) -> Int {
      switch unit {
      case .hours: hours
      case .days: days
      case .weeks: weeks
      case .months: months
      case .years: years
      }
    }

    init(of local: Int, at now: Int, weekStart: Weekday, dayStart: Int) {
      let hour = local.flooredRemainder(86_400) / 3_600
      let date = CalendarDay(number: local.flooredQuotient(86_400))
      let isBeforeDayStart = hour < dayStart
      // Sunday is 0 here as in btrbk; only the difference counts.
      let daysIntoWeek =
        (date.weekday - weekStart.rawValue - (isBeforeDayStart ? 1 : 0)).flooredRemainder(7)
      let hoursIntoDay = (hour - dayStart).flooredRemainder(24)
      let today = CalendarDay(number: now.flooredQuotient(86_400))
      // A month begins on its first start of a week: the days before belong to the month before.
      let month = date.year * 12 + date.month - (date.dayOfMonth <= daysIntoWeek ? 2 : 1)
      hours = now.flooredQuotient(3_600) - local.flooredQuotient(3_600)
      days = (hours + hoursIntoDay) / 24
      months = today.year * 12 + today.month - 1 - month
      years = today.year - month.flooredQuotient(12)
      weeks = (days + daysIntoWeek) / 7
    }
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    let localNow = zone.local(now.wholeSeconds)
    let ages = locals.map { Age(of: $0, at: localNow, weekStart: weekStart, dayStart: dayStart) }
    // The first snapshot of an hour stands for the hour, the first of those for the day, and so on.
    var heads = Array(order.reversed())
    for index in heads where keepsAsMinimum(ages[index]) || (minimum == .latest && index == order.first) {
      findings[index].keep(0)
    }
    for unit in Unit.allCases {
      heads = Self.firstOfEach(heads) { ages[$0][unit] }
      for index in heads where ages[index][unit] <= windows[unit.rawValue] {
        if windows[unit.rawValue] > 0 { findings[index].keep(unit.rawValue + 1) }
      }
    }
    return findings
  }

  private func keepsAsMinimum(_ age: Age) -> Bool {
    switch minimum {
    case .all: true
    case .latest, .none: false
    case .window(let count, let unit): age[unit] <= count
    }
  }

  /// Returns the first of each run of equal values. The values of ascending snapshots decrease.
  private static func firstOfEach(_ places: [Int], _ value: (Int) -> Int) -> [Int] {
    var previous: Int?
    return places.filter { place in
      defer { previous = value(place) }
      return value(place) != previous
    }
  }
}

extension BtrbkPolicy {
  private static let letters: [(Character, Unit)] = [
    ("h", .hours), ("d", .days), ("w", .weeks), ("m", .months), ("y", .years),
  ]

  /// Parses `snapshot_preserve` (`14d 8w *m`, or `no`) and `snapshot_preserve_min` (`all`, `latest` or `2d`).
  public init(preserve: String, minimum text: String) throws(QuantityError) {
    self.init()
    for word in preserve.split(separator: " ") where preserve != "no" {
      guard let (count, unit) = Self.window(word, isAllAllowed: true) else {
        throw QuantityError(
          "'\(word)' is not a window of btrbk", hint: "write a number or '*' and h, d, w, m or y, as in '14d'"
        )
      }
      windows[unit.rawValue] = count
    }
    switch text {
    case "all": minimum = .all
    case "latest": minimum = .latest
    default:
      guard let (count, unit) = Self.window(Substring(text), isAllAllowed: false) else {
        throw QuantityError(
          "'\(text)' is not a value of preserve_min", hint: "write 'all', 'latest' or a window such as '2d'")
      }
      minimum = .window(count, unit)
    }
  }

  private static func window(_ word: Substring, isAllAllowed: Bool) -> (Int, Unit)? {
    guard let unit = letters.first(where: { $0.0 == word.last })?.1 else { return nil }
    if word.dropLast() == "*" { return isAllAllowed ? (.max, unit) : nil }
    return Int(word.dropLast()).map { ($0, unit) }
  }
}
