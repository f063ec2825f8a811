import Units

/// The expression of systemd's OnCalendar (systemd.time, "Calendar Events").
public struct CalendarEvent: Hashable, Sendable, CustomStringConvertible {
  /// The expression as written, without its zone.
  public let description: String
  /// The zone at the end of the expression, such as `Europe/Lisbon`.
  public let zoneName: String?
  let times: Clock
  /// The days of the week; empty for every day.
  let weekdays: [Int]
  let years: CalendarField
  let months: CalendarField
  let days: CalendarField
  /// Whether days are counted from the end of the month (`~`).
  let countsFromEnd: Bool
}

extension CalendarEvent: DayRule {
  func admits(_ day: CalendarDay) -> Bool {
    guard weekdays.isEmpty || weekdays.contains(day.weekday), years.admits(day.year), months.admits(day.month)
    else { return false }
    return days.admits(countsFromEnd ? day.monthLength - day.dayOfMonth + 1 : day.dayOfMonth)
  }
}

/// The values that one part of an expression admits.
struct CalendarField: Hashable, Sendable {
  struct Item: Hashable, Sendable {
    let range: ClosedRange<Int>
    let step: Int
  }

  /// The admitted values; empty for every value.
  let items: [Item]

  static let any = CalendarField(items: [])

  func admits(_ value: Int) -> Bool {
    items.isEmpty
      || items.contains {
        $0.range.contains(value) && (value - $0.range.lowerBound) % $0.step == 0
      }
  }

  func values(in range: ClosedRange<Int>) -> [Int] { range.filter(admits) }
}
