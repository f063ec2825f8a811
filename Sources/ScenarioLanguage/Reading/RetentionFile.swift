import Documents
import Retention
import Schedules
import Units

/// A question to the retention simulator, from a file or a list of options.
public struct RetentionFile: Sendable {
  public let question: RetentionQuestion

  /// The limit on a schedule's runs per year.
  static let runsMaximum = 2_000_000

  /// Reads a question from a file.
  ///
  /// - Parameters:
  ///   - settings: `KEY=VALUE` each, in order: values that take the place of what the file says.
  ///   - today: the start where the file names none.
  public init(path: String, settings: [String] = [], today: Instant) throws(InputError) {
    let source = try SourceFile.read(path, limit: ScenarioFile.sizeMaximum)
    try self.init(source, settings: settings, today: today)
  }

  /// Reads a question from options, each a key and a YAML text.
  public init(options: [(key: String, text: String)], today: Instant) throws(InputError) {
    let lines = options.map { option in
      // A text that is no mapping is a single value, whatever YAML would make of its first character.
      let isFlow = option.text.hasPrefix("{") || option.text.hasPrefix("[")
      let quoted = option.text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      return "\(option.key): " + (isFlow ? option.text : "'\(quoted)'")
    }
    let source = SourceText(name: "options", text: lines.joined(separator: "\n") + "\n")
    try self.init(source, settings: [], today: today)
  }

  package init(_ source: SourceText, settings: [String], today: Instant) throws(InputError) {
    let document = try YAMLDocument(source)
    var root = document.root
    let shape = Shape<RetentionQuestion>.question(today: today)
    for setting in settings { try Setting(setting).apply(to: &root, schema: shape.schema) }
    var reading = Reading()
    reading.report(document.diagnostics)
    let read = shape.read(root, &reading)
    if let read, reading.diagnostics.isEmpty { Self.check(read, root, &reading) }
    guard let question = read, reading.diagnostics.isEmpty else { throw InputError(reading.diagnostics) }
    self.question = question
  }

  private static func check(_ question: RetentionQuestion, _ root: Node, _ reading: inout Reading) {
    guard question.end > question.schedule.start else {
      return reading.report(
        "the time line ends before it starts", hint: "write an 'until' after \(question.schedule.start)",
        at: root.place(of: "until"))
    }
    let runs = question.schedule.slots.prefix(runsMaximum + 1).prefix { $0 <= question.end }.count
    if runs == 0 {
      reading.report(
        "this schedule never fires before the end of the time line",
        hint: "write a schedule that fires from \(question.schedule.start) to \(question.end)",
        at: root.place(of: "schedule"))
    } else if runs > runsMaximum {
      reading.report(
        "this schedule fires more than \(runsMaximum) times",
        hint: "write a slower one, or an earlier 'until'",
        at: root.place(of: "schedule"))
    }
  }
}

/// A date in the zone of the question, or an instant in UTC.
struct RetentionDate: Sendable {
  private let instant: Instant
  private let isLocal: Bool

  func instant(in zone: Zone) -> Instant {
    guard isLocal else { return instant }
    let local = instant.wholeSeconds
    return Instant(second: zone.seconds(showing: local).first ?? local - zone.offset(at: local))
  }

  init(parsing text: String) throws(QuantityError) {
    instant = try Instant(parsing: text)
    isLocal = !text.contains("T")
  }
}

extension Shape<RetentionDate> {
  static let date = scalar(
    Schema(
      .scalar(types: ["string"], pattern: QuantityPattern.instant, values: [], bounds: nil),
      example: "2027-01-01"),
    expected: "a date"
  ) { text throws(QuantityError) in
    let date = try RetentionDate(parsing: text)
    guard (1_971...2_198).contains(CivilTime(date.instant(in: .utc)).year) else {
      throw QuantityError("'\(text)' is out of range", hint: "write a date of the years 1971 to 2198")
    }
    return date
  }
}

extension Shape<RetentionQuestion> {
  private struct Change: Sendable {
    let date: RetentionDate
    let policy: RetentionPolicy
  }

  private struct Outage: Sendable {
    let start: RetentionDate
    let end: RetentionDate
  }

  private static let change = Shape<Change>.mapping(
    "Rules that take over.",
    Field(
      "at", Shape<RetentionDate>.date, "The change of the rules: a date in the zone, or an instant in UTC."),
    Field("retention", .retention, "The new rules.")
  ) { Change(date: $0, policy: $1) }

  private static let outage = Shape<Outage>.mapping(
    "A time in which nothing runs.",
    Field("from", Shape<RetentionDate>.date, "The start of the outage."),
    Field("until", Shape<RetentionDate>.date, "The end of the outage.")
  ) { Outage(start: $0, end: $1) }

  static func question(today: Instant) -> Shape {
    mapping(
      "A schedule and the rules by which its points stay.",
      Field("schedule", .schedule, "The schedule of the backups."),
      Field("retention", .retention, "The retention of their points: own rules, or those of one tool."),
      Field(
        optional: "zone", .zone,
        "The zone of the rules' calendar; by default the schedule's."),
      Field(optional: "from", .date, "The first day: a date in the zone; by default today."),
      Field(optional: "until", .date, "The last day; by default two years later."),
      Field(
        optional: "prune", .schedule, "The schedule of dropping points; by default the tool's own."),
      Field(optional: "lock", .positiveDuration, "Every point is locked for this time."),
      Field("outages", .list(of: outage), otherwise: [], "Times in which neither backups nor prunes run."),
      Field("changes", .list(of: change), otherwise: [], "Rules that take over later.")
    ) { timetable, policy, ownZone, from, until, prune, lock, outages, changes in
      let zone = ownZone ?? timetable.zone
      let start = from?.instant(in: zone) ?? today
      let schedule = BackupSchedule(timetable, from: start)
      var question = RetentionQuestion(
        policy.asDialect, schedule: schedule, until: until?.instant(in: zone) ?? start + .days(731),
        zone: zone)
      if let prune { question.prune = BackupSchedule(prune, from: start) }
      question.lock = lock
      question.outages = outages.map {
        let start = $0.start.instant(in: zone)
        return start..<max(start, $0.end.instant(in: zone))
      }
      question.changes = changes.map { (instant: $0.date.instant(in: zone), dialect: $0.policy.asDialect) }
        .sorted { $0.instant < $1.instant }
      return question
    }
  }
}

extension RetentionPolicy {
  fileprivate var asDialect: Dialect { dialect ?? .own(OwnRules(self)) }
}

extension RetentionFile {
  /// Returns the last instant of a local day, or a given instant, within a time line.
  public static func instant(ofDay text: String, in timeline: RetentionTimeline) throws(QuantityError)
    -> Instant
  {
    let date = try RetentionDate(parsing: text)
    var instant = date.instant(in: timeline.question.zone)
    if !text.contains("T") {
      instant = timeline.dayEnds.first { $0 >= instant } ?? instant
    }
    let range = timeline.question.schedule.start...timeline.question.end
    guard range.contains(instant) else {
      throw QuantityError(
        "'\(text)' lies outside the time line",
        hint: "name a day from \(range.lowerBound) to \(range.upperBound)")
    }
    return instant
  }
}
