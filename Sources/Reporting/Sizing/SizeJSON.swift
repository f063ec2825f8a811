import Decision
import Documents
import Units

/// The smallest sufficient resources of a strategy as JSON.
struct SizeJSON {
  private let report: SizeReport

  /// The name of the format and its version.
  static let format = "firedrill size 1"

  init(_ report: SizeReport) { self.report = report }

  var text: String {
    let head: [(String, JSON)] = [
      ("format", .string(Self.format)), ("scenario", .string(report.scenario)),
      ("title", .string(report.title)), ("scenario_sha256", .string(report.digest)),
      ("arguments", .array(report.arguments.map { .string($0) })), ("strategy", .string(report.strategy)),
      ("disaster", .string(report.disaster)), ("drills", .integer(Int64(report.rehearsals))),
      ("rpo_objective_ns", .duration(report.objectives.rpo)),
      ("rto_objective_ns", .duration(report.objectives.rto)),
    ]
    let results: [(String, JSON)] = [
      ("sizes", .array(report.answers.map(answer))), ("achieved", .array(report.achieved.map(achieved))),
      ("first_copy", firstCopy), ("journal_reach", .array(report.reaches.map { reach($0.level, $0.reach) })),
    ]
    return JSON.object(head + results).text() + "\n"
  }

  private func achieved(_ achieved: LevelAchievement) -> JSON {
    .object([
      ("share", .string(achieved.level.asNumber)), ("rpo", .achieved(achieved.rpo)),
      ("rto", .achieved(achieved.rto)),
    ])
  }

  private func reach(_ level: Ratio, _ reach: Duration?) -> JSON {
    .object([("share", .string(level.asNumber)), ("reach_ns", .duration(reach))])
  }

  private func answer(_ answer: SizeAnswer) -> JSON {
    let (question, threshold) = (answer.question, answer.threshold)
    return .object([
      ("resource", .string(question.resource.rawValue)), ("path", .string(question.path)),
      ("unit", .string(question.unit.reportName)), ("objective", .string(question.goal.reportName)),
      ("share", .string(answer.level.asNumber)), ("stated", .integer(question.stated)),
      ("enough", threshold.enough.map { .integer($0) } ?? .null),
      ("share_with_enough", answer.shareWithEnough.map { .string($0.asNumber) } ?? .null),
      ("too_little", threshold.tooLittle.map { .integer($0) } ?? .null),
      ("share_with_too_little", answer.shareWithTooLittle.map { .string($0.asNumber) } ?? .null),
    ])
  }

  private var firstCopy: JSON {
    guard let copy = report.firstCopy else { return .null }
    return .object([
      ("start", .string("\(copy.start)")), ("not_yet", .string("\(copy.notYet)")),
      ("done", .string("\(copy.done)")), ("time_ns", .duration(copy.time)),
    ])
  }
}

/// The smallest sufficient resources of a strategy as a table.
struct SizeCSV {
  private let report: SizeReport

  init(_ report: SizeReport) { self.report = report }

  var text: String {
    let table = CSVTable<SizeAnswer>(columns: [
      .init(name: "strategy") { [report] _ in .text(report.strategy) },
      .init(name: "disaster") { [report] _ in .text(report.disaster) },
      .init(name: "resource") { .text($0.question.resource.rawValue) },
      .init(name: "path") { .text($0.question.path) },
      .init(name: "objective") { .text($0.question.goal.reportName) },
      .init(name: "share_ratio") { .ratio($0.level) },
      .init(name: "unit") { .text($0.question.unit.reportName) },
      .init(name: "stated") { .count(Int($0.question.stated)) },
      .init(name: "enough") { $0.threshold.enough.map { .count(Int($0)) } ?? .none },
      .init(name: "kept_with_enough_ratio") { $0.shareWithEnough.map { .ratio($0) } ?? .none },
      .init(name: "too_little") { $0.threshold.tooLittle.map { .count(Int($0)) } ?? .none },
      .init(name: "kept_with_too_little_ratio") { $0.shareWithTooLittle.map { .ratio($0) } ?? .none },
    ])
    return table.text(of: report.answers)
  }
}
