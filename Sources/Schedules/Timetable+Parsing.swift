import Units

extension Timetable.Rule {
  /// Parses any of the notations. An RRULE contains '=', cron has five fields or begins with '@', and
  /// anything else is systemd's.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    let fields = String(text).split { $0.isWhitespace }
    let isCron = fields.first?.hasPrefix("@") == true || (fields.count >= 5 && !text.contains(":"))
    if text.contains("=") {
      self = .recurrence(try RecurrenceRule(parsing: text))
    } else if isCron {
      self = .cron(try CronRule(parsing: text))
    } else {
      self = .calendar(try CalendarEvent(parsing: text))
    }
  }
}
