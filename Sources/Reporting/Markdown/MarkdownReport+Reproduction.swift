import Planning
import Units

extension MarkdownReport {
  /// What the words mean, for somebody who sees such a report for the first time.
  var terms: [String] {
    [
      "## Terms",
      """
      - **Achieved RPO**: from the acknowledgement of the earliest acknowledged write that is missing after the recovery \
      to the start of the outage; 0 s when none is missing.
      - **Achieved RTO**: from the start of the outage until every service is verified and reachable.
      - **Objective** is what was asked for, **published** what somebody else promised or observed, **estimate** a \
      closed-form worst case, **achieved** what the rehearsal measured. None stands in for another.
      - **p95**: 95 % of the drills achieved this or better. In brackets the range in which the true value lies with \
      the confidence of \(confidence), over all instants at which the disaster could strike.
      - **Verdict**: `met` when every drill met the objective, `breached` when one missed it, `unrecoverable` when in \
      one nothing usable came back. Unrecoverable is no number: what is computed from it is unrecoverable too.
      """,
    ]
  }

  private var confidence: String {
    let summaries = report.strategies.flatMap(\.disasters).flatMap { [$0.rpo, $0.rto] }.compactMap { $0 }
    let intervals = summaries.flatMap { [$0.p50, $0.p95, $0.p99] }.compactMap(\.interval)
    return "\(intervals.first?.confidence ?? .percent(95))"
  }

  /// What to type to get the same bytes again.
  var reproduction: [String] {
    let scenario = report.scenario
    var rows = [
      ["seed", "\(scenario.seed)"],
      ["scale", "\(scenario.scale)"],
      ["quantum: no RPO is known more finely", report.quantum.forReading],
      ["version", Markdown.escaped(report.provenance.version)],
      ["SHA-256 of the scenario and its files", Markdown.code(report.provenance.digest)],
    ]
    rows += report.strategies.map {
      ["trace of \(Markdown.code($0.strategy.name))", Markdown.code($0.protection.trace)]
    }
    return [
      "## How to reproduce it",
      "```sh\n\(ReproductionCommand(report).text)\n```",
      Markdown.table(["", ""], rows),
      "To rehearse one drill alone, add `--strategy`, `--disaster` and `--at` with the strategy, the disaster and the "
        + "instant of its row in \(Markdown.code("\(scenario.name)-drills.csv")).",
    ]
  }
}
