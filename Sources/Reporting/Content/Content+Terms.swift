import Rehearsals
import Statistics
import Units

extension ReportContent {
  /// The section of terms for first-time readers.
  var terms: Section {
    Section(
      id: "terms", name: "Terms",
      blocks: [
        .list([
          "\(strong: "Achieved RPO"): from the acknowledgement of the earliest acknowledged write that is missing after the "
            + "recovery to the start of the outage; 0 s when none is missing.",
          "\(strong: "Achieved RTO"): from the start of the outage until every service is verified and reachable.",
          "\(strong: "Objective") is what was asked for, \(strong: "published") what somebody else promised or observed, "
            + "\(strong: "estimate") a formula's: the most that is lost, and the time that 99 of 100 recoveries need at most; "
            + "\(strong: "achieved") what the rehearsal measured. None stands in "
            + "for another.",
          "\(strong: "p95"): 95 % of the drills achieved this or better. In brackets the range in which the true value lies with "
            + "the confidence of \(confidence), over all instants at which the disaster could strike.",
          "\(strong: "Verdict"): \(name: "met") when every drill met the objective, \(name: "breached") when one missed it, "
            + "\(name: "unrecoverable") when in one nothing usable came back. Unrecoverable is no number: what is computed from "
            + "it is unrecoverable too.",
        ])
      ])
  }

  private var confidence: String {
    let summaries = report.strategies.flatMap(\.disasters).flatMap { [$0.rpo, $0.rto] }.compactMap { $0 }
    let intervals = summaries.flatMap { [$0.p50, $0.p95, $0.p99] }.compactMap(\.interval)
    return "\(intervals.first?.confidence ?? .percent(95))"
  }

  /// The section with the command that reproduces the report.
  var reproduction: Section {
    let scenario = report.scenario
    var rows: [[Cell]] = [
      [.text("seed"), .text("\(scenario.seed)")], [.text("scale"), .text("\(scenario.scale)")],
      [
        .text("resolution: the greatest distance between the bounds of an RPO"),
        .text(report.resolution.forReading),
      ],
      [.text("version"), .text(report.provenance.version)],
      [.text("SHA-256 of the scenario and its files"), .name(report.provenance.digest)],
    ]
    rows += report.strategies.map {
      [Cell("trace of \(name: $0.strategy.name)"), .name($0.protection.trace)]
    }
    return Section(
      id: "reproduction", name: "How to reproduce it",
      blocks: [
        .code(ReproductionCommand(report).text),
        .paragraph(
          "To rehearse one drill alone, add \(name: "--strategy"), \(name: "--disaster") and \(name: "--at") with the strategy, "
            + "the disaster and the instant of its row in \(name: "\(report.fileStem)-drills.csv")."),
        .folded(
          summary: "What the run was made from",
          [.table(Table("Provenance", [.words("what"), .words("value")], rows))]),
      ])
  }
}
