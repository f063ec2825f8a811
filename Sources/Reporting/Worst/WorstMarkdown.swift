import Decision
import Planning
import Units

/// The worst instant for people, in Markdown.
public struct WorstMarkdown: Sendable {
  let finding: WorstFinding
  let title: String
  let reproducer: Reproducer.Result?

  public init(_ finding: WorstFinding, title: String, reproducer: Reproducer.Result?) {
    self.finding = finding
    self.title = title
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

  public var text: String {
    let parts =
      [
        "# Worst case: \(Markdown.escaped(title))", "**\(Markdown.escaped(answer))**",
        "![Worst instant](\(finding.scenario)-worst.svg)", "## How the loss came about", events, recovery,
      ] + (reproducer.map(reproduction) ?? [])
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// The instants after which the loss could no longer be avoided.
  private var events: String {
    var rows: [[String]] = []
    if let point = finding.point {
      rows.append(["\(point)", "The state that came back: later writes had no usable copy yet."])
    }
    if let last = finding.lastRecovered {
      rows.append(["\(last.strike)", "A strike at this instant was still recovered from."])
    }
    rows.append(["\(finding.drill.strike)", "The disaster strikes: from now on the loss is inevitable."])
    if finding.drill.outageStart != finding.drill.strike {
      rows.append(["\(finding.drill.outageStart)", "The damage shows, and the outage begins."])
    }
    if let relief = finding.relief {
      rows.append([
        "\(relief.strike)",
        "A strike at this instant loses \(relief.value.forReading): a newer copy can be used by then.",
      ])
    }
    return Markdown.table(["instant", "event"], rows.sorted { $0[0] < $1[0] })
  }

  private var recovery: String {
    guard case .recovered = finding.drill.outcome else {
      if case .unrecoverable(let reason) = finding.drill.outcome {
        return "Nothing usable came back: \(Markdown.escaped(reason))."
      }
      return ""
    }
    let rows = finding.drill.timeline.map { entry in
      [
        (entry.start - finding.drill.outageStart).forReading, (entry.end - entry.start).forReading,
        Markdown.code(entry.phase.reportName), Markdown.escaped(entry.attemptedSubject),
      ]
    }
    return rows.isEmpty ? "" : Markdown.table(["after", "for", "phase", "step"], rows)
  }

  private func reproduction(_ result: Reproducer.Result) -> [String] {
    [
      "## The least scenario that shows it",
      "\(result.valuesAfter.grouped) of \(result.valuesBefore.grouped) values are left"
        + (result.isMinimal
          ? "; without any one of them, scale and workload aside, the scenario is invalid or loses less."
          : "; the search ended at its limit of rehearsals."),
      "```sh\nfiredrill run \(finding.scenario)-worst.yaml\n```",
    ]
  }

  /// Returns the files: the report, the figure and the reduced scenario.
  public func files(objective: Duration) -> [ReportFile] {
    let names = Self.fileNames(of: finding.scenario, reproducer: reproducer != nil)
    return zip(
      names,
      [text, WorstFigure(finding: finding, objective: objective).svg] + (reproducer.map { [$0.text] } ?? [])
    )
    .map { ReportFile(name: $0, text: $1) }
  }

  public static func fileNames(of scenario: String, reproducer: Bool) -> [String] {
    ["\(scenario)-worst.md", "\(scenario)-worst.svg"] + (reproducer ? ["\(scenario)-worst.yaml"] : [])
  }
}
