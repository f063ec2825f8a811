import Decision
import Units

/// The smallest sufficient resources of a strategy for people, in Markdown.
public struct SizeMarkdown: Sendable {
  let report: SizeReport

  public init(_ report: SizeReport) { self.report = report }

  /// The answers for a terminal, with a line for each resource at the highest level.
  public var answer: String {
    let tables = SizeTables(report: report)
    let lines = report.answers.filter { $0.level == .one }.map { answer in
      let question = answer.question
      let enough =
        answer.threshold.enough.map { "at least \(question.text(of: $0))" } ?? "no amount is enough"
      let stated = question.text(of: question.stated)
      return "\(question.path): \(enough) for the \(tables.goal(question.goal)); stated \(stated)"
    }
    return (["\(report.strategy) against \(report.disaster), every drill:"] + lines).joined(separator: "\n")
  }

  public var text: String {
    let parts = [
      "# Sizes: \(Markdown.escaped(report.title))",
      "Strategy \(Markdown.code(report.strategy)) against \(Markdown.code(report.disaster)), in "
        + "\(report.rehearsals.of("drill")). Each amount was searched for with all else as the scenario states it; "
        + "the amount in the column `enough` was rehearsed, and so was the one that is too little.",
      Markdown.table(SizeTables.header, SizeTables(report: report).rows), achieved, firstCopy, reaches,
      "## How to get this report again", "```sh\n\(command)\n```",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var achieved: String {
    let rows = report.achieved.map { [$0.level.asPercent, $0.rpo.forReading, $0.rto.forReading] }
    return "## As stated\n\nWhat a share of the drills achieved, or better:\n\n"
      + Markdown.table(["share", "RPO", "RTO"], rows)
  }

  private var firstCopy: String {
    guard let copy = report.firstCopy else {
      return "## First copy\n\nNo copy could be recovered from before the end of the window."
    }
    return
      "## First copy\n\nThe first copy that can be recovered from is there \(copy.time.forReading) after "
      + "\(copy.start): not yet at \(copy.notYet), but at \(copy.done)."
  }

  private var reaches: String {
    guard !report.reaches.isEmpty else { return "" }
    let rows = report.reaches.map { [$0.level.asPercent, $0.reach?.forReading ?? "nothing"] }
    return
      "## Retention window of the journal\n\nThe journal as stated holds a recovery point that is at least as old:\n\n"
      + Markdown.table(["share of the time", "age of the oldest point"], rows)
  }

  private var command: String {
    "firedrill size " + report.arguments.map(ReproductionCommand.shellQuoted).joined(separator: " ")
  }

  /// The report as Markdown, JSON and CSV.
  public var files: [ReportFile] {
    zip(Self.fileNames(of: report.scenario), [text, SizeJSON(report).text, SizeCSV(report).text])
      .map { ReportFile(name: $0, text: $1) }
  }

  public static func fileNames(of scenario: String) -> [String] {
    ["md", "json", "csv"].map { "\(scenario)-size.\($0)" }
  }
}
