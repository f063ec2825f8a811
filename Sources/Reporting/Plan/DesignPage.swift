import Decision
import Units

/// The cheapest design for people: its variants, the front that it lies on, and the prices of the objectives.
public struct DesignPage: Sendable {
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

  private var page: SectionedPage {
    SectionedPage(
      title: "Plan: \(report.title)", answers: [Prose(answer)],
      question:
        "Asked for: the cheapest of \(report.designCount.of("valid design")) that meets every objective\(level).",
      sections: [
        Section(id: "designs", name: "The designs", blocks: [designs, front]),
        Section(id: "reasons", name: "Why it wins", blocks: [.paragraph(reasons), cheaper]),
        Section(id: "prices", name: "Prices of the objectives", blocks: [prices]),
        Section(id: "method", name: "How it was found", blocks: [.paragraph(method), .code(command)]),
      ])
  }

  // MARK: Designs

  private var designs: ContentBlock {
    let rows = Self.variants(of: report).map { name, result -> [Cell] in
      [
        .text(name.replacing("_", with: " ")), .text(result.design.base), .money(result.cost),
        .time(result.rpo), .time(result.rto),
        report.leastChange == nil ? .none : .count(result.design.changes), .text(choices(of: result.design)),
      ]
    }
    return .table(
      Table(
        "The plan and its variants",
        [
          .words("variant"), .words("from"), .number("cost a year"), .number("RPO"), .number("RTO"),
          .number("changed values"), .words("choices"),
        ], rows))
  }

  private var front: ContentBlock {
    .drawing(
      caption: "Every rehearsed design by its cost and what it achieves, with the plan marked",
      svg: DesignFrontFigure(report: report).svg, file: "\(report.scenario)-plan-front.svg")
  }

  private func choices(of design: Design) -> String {
    design.choices.isEmpty
      ? "as it is" : design.choices.map { "\($0.axis): \($0.value)" }.joined(separator: "; ")
  }

  // MARK: Reasons

  private var reasons: Prose {
    "Of \(report.combinations.of("combination")), \(report.designCount.of("valid design")) remain. Closed forms exclude "
      + "\(report.excluded.grouped), because nothing comes back from some disaster or no recovery point is recent enough; "
      + "rehearsals show that \(report.refuted.grouped) more miss an objective. Each other design costs more, by its "
      + "standby servers, copies and upkeep alone or by what was metered. A rehearsal of every strike certifies the plan."
  }

  private var cheaper: ContentBlock {
    guard !report.cheaper.isEmpty else { return .paragraph("No cheaper design was tried.") }
    let rows = report.cheaper.map { refuted -> [Cell] in
      [
        .text(refuted.design.base), .text(choices(of: refuted.design)),
        refuted.cost.map { .money($0) } ?? .text("not rehearsed"),
        Cell(
          "\(refuted.miss.kind.rawValue.uppercased()) against \(name: report.disasters[refuted.miss.disaster]): "
            + "\(refuted.miss.value.forReading)"),
      ]
    }
    return .table(
      Table(
        "The cheapest designs that miss an objective",
        [.words("from"), .words("choices"), .number("cost a year"), .words("misses")], rows))
  }

  // MARK: Prices

  private var prices: ContentBlock {
    .table(
      Table(
        "The price of each objective",
        [
          .words("objective"), .number("shorter by"), .number("costs more a year"),
          .number("without it, saved a year"),
        ],
        report.prices.map { price in
          [
            .text(price.kind.rawValue.uppercased()), .text(price.step.forReading),
            price.shorter.map { .money(difference($0.cost, report.plan.cost)) }
              ?? .text("no design of the space"),
            price.without.map { .money(difference(report.plan.cost, $0.cost)) } ?? .none,
          ]
        }, isSortable: false))
  }

  private func difference(_ a: Money, _ b: Money) -> Money {
    Money(minorUnits: a.minorUnits - b.minorUnits, currency: a.currency)
  }

  private var method: Prose {
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

  /// Returns the pages, the tables, and a runnable scenario for each variant.
  public func files(origin: PageOrigin) -> [ReportFile] {
    let name = report.scenario
    var files =
      page.files(stem: "\(name)-plan", origin: origin) + [
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
    [
      "plan.md", "plan-front.svg", "plan.html", "plan.json", "plan.csv", "plan.yaml", "plan-fastest.yaml",
      "plan-least-change.yaml",
    ].map { "\(scenario)-\($0)" }
  }

  /// The rows of the table for each variant.
  static func variants(of report: DesignReport) -> [(name: String, result: DesignResult)] {
    [
      ("cheapest", report.plan), ("runner_up", report.runnerUp), ("fastest", report.fastest),
      ("least_change", report.leastChange),
    ].compactMap { name, result in result.map { (name, $0) } }
  }
}
