import Decision
import Planning
import Units

/// The cheapest design for people, in Markdown.
public struct DesignMarkdown: Sendable {
  let report: DesignReport

  public init(_ report: DesignReport) { self.report = report }

  /// The plan in sentences for a terminal.
  public var answer: String {
    let plan = report.plan
    var sentences = [
      "The cheapest design that meets every objective is '\(plan.design.label)', at \(plan.cost.forReading) a year: "
        + "RPO \(plan.rpo.forReading), RTO \(plan.rto.forReading)\(level)."
    ]
    if let second = report.runnerUp {
      let more = Money(
        minorUnits: second.cost.minorUnits - plan.cost.minorUnits, currency: plan.cost.currency)
      sentences.append("The runner-up is '\(second.design.label)', for \(more.forReading) a year more.")
    } else {
      sentences.append("No other design meets them.")
    }
    return sentences.joined(separator: " ")
  }

  private var level: String {
    report.level == .one ? " in every drill" : " in \(report.level.asPercent) of the drills"
  }

  public var text: String {
    let parts = [
      "# Plan: \(Markdown.escaped(report.title))", "**\(Markdown.escaped(answer))**", designs,
      "## Why it wins",
      reasons, cheaper, "## Prices of the objectives", prices, "## How it was found", method,
      "```sh\n\(command)\n```",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  // MARK: Designs

  private var designs: String {
    let rows = variants.map { name, result in
      [
        name, Markdown.escaped(result.design.base), result.cost.forReading, result.rpo.forReading,
        result.rto.forReading, report.leastChange == nil ? "-" : result.design.changes.grouped,
        Markdown.escaped(choices(of: result.design)),
      ]
    }
    return Markdown.table(
      ["variant", "from", "cost a year", "RPO", "RTO", "changed values", "choices"], rows)
  }

  private var variants: [(name: String, result: DesignResult)] {
    [
      ("cheapest", report.plan), ("runner-up", report.runnerUp), ("fastest to recover", report.fastest),
      ("least change", report.leastChange),
    ].compactMap { name, result in result.map { (name, $0) } }
  }

  private func choices(of design: Design) -> String {
    design.choices.isEmpty
      ? "as it is" : design.choices.map { "\($0.axis): \($0.value)" }.joined(separator: "; ")
  }

  // MARK: Reasons

  private var reasons: String {
    "Of \(report.combinations.of("combination")), \(report.designCount.of("valid design")) remain. Closed forms exclude "
      + "\(report.excluded.grouped), because nothing comes back from some disaster or no recovery point is recent enough; "
      + "rehearsals show that \(report.refuted.grouped) more miss an objective. Each other design costs more, by its "
      + "standby servers, copies and upkeep alone or by what was metered. A rehearsal of every strike certifies the plan."
  }

  private var cheaper: String {
    guard !report.cheaper.isEmpty else { return "No cheaper design was tried." }
    let rows = report.cheaper.map { refuted in
      [
        Markdown.escaped(refuted.design.label), refuted.cost?.forReading ?? "not rehearsed",
        "\(refuted.miss.kind.rawValue.uppercased()) against \(Markdown.code(report.disasters[refuted.miss.disaster])): "
          + refuted.miss.value.forReading,
      ]
    }
    return "The cheapest designs that miss an objective:\n\n"
      + Markdown.table(["design", "cost a year", "misses"], rows)
  }

  // MARK: Prices

  private var prices: String {
    Markdown.table(
      ["objective", "shorter by", "costs more a year", "without it, saved a year"],
      report.prices.map { price in
        [
          price.kind.rawValue.uppercased(), price.step.forReading,
          price.shorter.map { difference($0.cost, report.plan.cost) } ?? "no design of the space",
          price.without.map { difference(report.plan.cost, $0.cost) } ?? "-",
        ]
      })
  }

  private func difference(_ a: Money, _ b: Money) -> String {
    Money(minorUnits: a.minorUnits - b.minorUnits, currency: a.currency).forReading
  }

  private var method: String {
    let share = Ratio(
      billionths: Int64(
        (Int128(report.drills) * 1_000_000_000).roundedQuotient(Int128(max(1, report.exhaustiveDrills)))))
    return
      "\(report.drills.of("drill")) were rehearsed; an exhaustive search takes \(report.exhaustiveDrills.grouped) "
      + "(\(share.asPercent)). \(report.certified.of("design")) \(report.certified == 1 ? "was" : "were") rehearsed in full."
  }

  private var command: String {
    "firedrill plan " + report.arguments.map(ReproductionCommand.shellQuoted).joined(separator: " ")
  }

  // MARK: Files

  /// The report, and a runnable scenario for each variant.
  public var files: [ReportFile] {
    let name = report.scenario
    var files = [
      ReportFile(name: "\(name)-plan.md", text: text),
      ReportFile(name: "\(name)-plan.json", text: DesignJSON(report).text),
      ReportFile(name: "\(name)-plan.csv", text: DesignCSV(report).text),
      ReportFile(name: "\(name)-plan.yaml", text: yaml("The cheapest design", report.plan)),
    ]
    if let fastest = report.fastest {
      files.append(
        ReportFile(name: "\(name)-plan-fastest.yaml", text: yaml("The fastest to recover", fastest)))
    }
    if let nearest = report.leastChange {
      files.append(
        ReportFile(name: "\(name)-plan-least-change.yaml", text: yaml("The least change", nearest)))
    }
    return files
  }

  private func yaml(_ heading: String, _ result: DesignResult) -> String {
    result.design.yaml(
      heading:
        "\(heading) of '\(report.scenario)' that meets every objective\(level):\n\(result.design.label)\n"
        + "\(result.cost.forReading) a year, RPO \(result.rpo.forReading), RTO \(result.rto.forReading).")
  }

  public static func fileNames(of scenario: String) -> [String] {
    ["plan.md", "plan.json", "plan.csv", "plan.yaml", "plan-fastest.yaml", "plan-least-change.yaml"].map {
      "\(scenario)-\($0)"
    }
  }

  /// The rows of the table for each variant.
  static func variants(of report: DesignReport) -> [(name: String, result: DesignResult)] {
    [
      ("cheapest", report.plan), ("runner_up", report.runnerUp), ("fastest", report.fastest),
      ("least_change", report.leastChange),
    ].compactMap { name, result in result.map { (name, $0) } }
  }
}
