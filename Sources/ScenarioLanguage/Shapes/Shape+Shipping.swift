import Documents
import Estate
import Schedules
import Units
import Zones

/// A backup window as it is written, before the zone of the schedule is known.
struct WindowDeclaration: Sendable {
  /// The rule of the openings.
  var rule: RecurrenceRule
  var length: Duration
  var unfinished: BackupWindow.Unfinished

  func window(in zone: Zone) -> BackupWindow {
    BackupWindow(openings: Timetable(rule, in: zone), length: length, unfinished: unfinished)
  }
}

extension Shape<RecurrenceRule> {
  /// A time of the day, as the rule of its daily occurrences.
  fileprivate static let timeOfDay = scalar(
    Schema(
      .scalar(types: ["string"], pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$", values: [], bounds: nil),
      example: "22:00"),
    expected: "a time of the day"
  ) { text throws(QuantityError) in
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
      let minute = Int(parts[1]),
      (0...23).contains(hour), (0...59).contains(minute)
    else { throw QuantityError("'\(text)' is not a time of the day", hint: "write for example '22:00'") }
    return try RecurrenceRule(parsing: "FREQ=DAILY;BYHOUR=\(hour);BYMINUTE=\(minute);BYSECOND=0")
  }
}

extension Shape<WindowDeclaration> {
  static let window = mapping(
    "A daily window outside which the backup moves no data.",
    Field<RecurrenceRule>(
      "start", .timeOfDay, "The time of the day at which the window opens, in the zone of the schedule."),
    Field<Duration>("length", .positiveDuration, "The time until the window closes, less than a day."),
    Field<BackupWindow.Unfinished>(
      "unfinished", .oneOf, default: "resume",
      "A backup that is unfinished when the window closes continues in the next one, or fails.")
  ) { rule, length, unfinished throws(Misfit) in
    guard length < .days(1) else {
      throw Misfit(
        at: "length", "a daily window of \(length) never closes",
        hint: "write less than 24 h, or remove 'window'")
    }
    return WindowDeclaration(rule: rule, length: length, unfinished: unfinished)
  }
}

extension Shape<Courier> {
  static let courier = mapping(
    "A courier that carries the copies to the replica on removable media, which no network reaches.",
    Field<Duration>(
      "transit", .duration, "The time from a departure until the copies count as recovery points."),
    Field<Duration>(
      "return", .duration,
      "The time from the call for the media until they are at another site, where a restore reads them."),
    Field<String>(
      "tariff", .text, default: "trip",
      "The tariff of a trip: the price 'courier.TARIFF' of the price book, per trip.")
  ) { Courier(transit: $0, comeback: $1, tariff: $2) }
}
