import Decision
import Units

/// The worst instant of a disaster for people: how it was found, and how the loss came about.
public struct WorstPage: Sendable {
  let finding: WorstFinding
  let title: String
  let objective: Duration
  let reproducer: Reproducer.Result?

  public init(
    _ finding: WorstFinding, title: String, objective: Duration, reproducer: Reproducer.Result?
  ) {
    self.finding = finding
    self.title = title
    self.objective = objective
    self.reproducer = reproducer
  }

  private var measure: String { finding.measure.rawValue.uppercased() }

  /// The worst value with its instant and certainty, in sentences for a terminal.
  public var answer: String {
    let value = finding.value.duration?.forReading ?? "nothing comes back"
    var text =
      "The worst \(measure) against '\(finding.disaster)' under '\(finding.strategy)' is \(value), when it strikes at "
      + "\(finding.drill.strike) (\(finding.rehearsals.of("rehearsal")))."
    if let bound = finding.bound, finding.value != .unrecoverable {
      text +=
        " No strike in the window loses more than \(bound.forReading), as long as a later strike never uses an "
        + "older copy."
    }
    return text
  }

  private var page: SectionedPage {
    SectionedPage(
      title: "Worst case: \(title)", answers: [Prose(answer)],
      question:
        "Searched between \(finding.window.lowerBound) and \(finding.window.upperBound); the objective is "
        + "\(objective.forReading).",
      sections: [
        Section(
          id: "instants", name: "Every rehearsed instant",
          blocks: [
            .drawing(
              caption: "The \(measure) by the instant of the strike",
              svg: WorstFigure(finding: finding, objective: objective).svg,
              file: "\(finding.scenario)-worst.svg")
          ]),
        Section(id: "course", name: "How the loss came about", blocks: [events] + recovery),
      ] + (reproducer.map { [reproduction($0)] } ?? []))
  }

  /// The instants after which the loss could no longer be avoided.
  private var events: ContentBlock {
    var rows: [(at: Instant, event: String)] = []
    if let point = finding.point {
      rows.append((point, "The state that came back: later writes had no usable copy yet."))
    }
    if let last = finding.lastRecovered {
      rows.append((last.strike, "A strike at this instant was still recovered from."))
    }
    rows.append((finding.drill.strike, "The disaster strikes: from now on the loss is inevitable."))
    if finding.drill.outageStart != finding.drill.strike {
      rows.append((finding.drill.outageStart, "The damage shows, and the outage begins."))
    }
    if let relief = finding.relief {
      rows.append(
        (
          relief.strike,
          "A strike at this instant loses \(relief.value.forReading): a newer copy can be used by then."
        ))
    }
    return .table(
      Table(
        "The events", [.words("instant"), .words("event")],
        rows.sorted { $0.at < $1.at }.map { [.text("\($0.at)"), .text($0.event)] }, isSortable: false))
  }

  private var recovery: [ContentBlock] {
    if case .unrecoverable(let reason) = finding.drill.outcome {
      return [.paragraph("Nothing usable came back: \(reason).")]
    }
    let rows = finding.drill.timeline.map { entry -> [Cell] in
      [
        .time(.duration(entry.start - finding.drill.outageStart)), .time(.duration(entry.end - entry.start)),
        .name(entry.phase.reportName), .text(entry.attemptedSubject),
      ]
    }
    guard !rows.isEmpty else { return [] }
    return [
      .table(
        Table(
          "The recovery", [.number("after"), .number("for"), .words("phase"), .words("step")], rows,
          isSortable: false))
    ]
  }

  private func reproduction(_ result: Reproducer.Result) -> Section {
    let certainty: Prose =
      result.isMinimal
      ? "without any one of them, scale and workload aside, the scenario is invalid or loses less."
      : "the search ended at its limit of rehearsals."
    return Section(
      id: "least", name: "The least scenario that shows it",
      blocks: [
        .paragraph(
          "\(result.valuesAfter.grouped) of \(result.valuesBefore.grouped) values are left; " + certainty),
        .code("firedrill run \(finding.scenario)-worst.yaml"),
      ])
  }

  /// Returns the files: pages for people, the figure and the reduced scenario.
  public func files(origin: PageOrigin) -> [ReportFile] {
    page.files(stem: "\(finding.scenario)-worst", origin: origin)
      + (reproducer.map { [ReportFile(name: "\(finding.scenario)-worst.yaml", text: $0.text)] } ?? [])
  }

  public static func fileNames(of scenario: String, reproducer: Bool) -> [String] {
    ["worst.md", "worst.svg", "worst.html"].map { "\(scenario)-\($0)" }
      + (reproducer ? ["\(scenario)-worst.yaml"] : [])
  }
}
