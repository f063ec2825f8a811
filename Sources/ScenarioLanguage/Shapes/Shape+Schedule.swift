import Documents
import Schedules
import Units
import Zones

extension Shape<Zone> {
  /// A zone of the IANA database.
  static let zone = scalar(
    Schema(.scalar(types: ["string"], pattern: nil, values: [], bounds: nil), example: "Europe/Lisbon"),
    expected: "a time zone"
  ) { text throws(QuantityError) in try Zone(named: text) }
}

extension Shape<Timetable> {
  /// `FREQ=DAILY;BYHOUR=1`, `30 2 * * *`, `Mon..Fri 02:30 Europe/Lisbon`, or a mapping with a zone.
  static let schedule = text.or(structured)
    .defined(as: "schedule", "A recurrence: RRULE (RFC 5545), cron or systemd's OnCalendar.")

  private static let text = scalar(
    Schema(
      .scalar(types: ["string"], pattern: nil, values: [], bounds: nil),
      example: "FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0"),
    expected: "a schedule"
  ) { text throws(QuantityError) in
    let rule = try Timetable.Rule(parsing: text)
    guard case .calendar(let event) = rule, let zone = event.zoneName else { return Timetable(rule) }
    return Timetable(rule, in: try Zone(named: zone))
  }

  private static let structured = mapping(
    "A schedule in one of three notations, with its time zone.",
    Field(optional: "rrule", .text, "An iCalendar recurrence rule (RFC 5545)."),
    Field(optional: "cron", .text, "A cron expression."),
    Field(optional: "onCalendar", .text, "A calendar event of a systemd timer."),
    Field(
      "dialect", Shape<CronDialect>.oneOf, default: "cron", "The program whose cron notation is used."),
    Field(optional: "zone", .zone, "The time zone; by default UTC.")
  ) { rrule, cron, onCalendar, dialect, zone throws(Misfit) in
    guard [rrule, cron, onCalendar].compactMap({ $0 }).count == 1 else {
      throw Misfit("a schedule has one rule", hint: "write one of 'rrule', 'cron' and 'onCalendar'")
    }
    do throws(QuantityError) {
      if let rrule { return Timetable(try RecurrenceRule(parsing: rrule), in: zone ?? .utc) }
      if let cron { return Timetable(.cron(try CronRule(parsing: cron, dialect: dialect)), in: zone ?? .utc) }
      let event = try CalendarEvent(parsing: onCalendar ?? "")
      let own = try event.zoneName.map { name throws(QuantityError) in try Zone(named: name) }
      return Timetable(.calendar(event), in: own ?? zone ?? .utc)
    } catch {
      throw Misfit(
        at: rrule != nil ? "rrule" : cron != nil ? "cron" : "onCalendar", error.problem, hint: error.hint)
    }
  }
}
