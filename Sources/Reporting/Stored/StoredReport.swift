import Assessment
import Documents
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// A report read back from JSON, for rendering without a run.
///
/// The report has the contents of the JSON: every number by strategy and disaster, reasons and costs. Single
/// drills are only in the CSV.
public struct StoredReport: Sendable {
  let document: ReportDocument

  public init(_ document: ReportDocument) { self.document = document }

  private var json: JSON { document.json }

  public var markdown: String {
    MarkdownPage(page, stem: document.scenario).text
  }

  /// - Parameter isOpen: whether folded parts are shown, as on paper.
  public func html(isOpen: Bool) -> String {
    let origin = PageOrigin(
      version: provenance("version"), seed: provenance("seed"), scale: provenance("scale"),
      digest: document.digest)
    let text = HTMLPage(page, origin: origin).text
    return isOpen ? text.replacing("<details>", with: "<details open>") : text
  }

  /// The table with a row for each measured value.
  public var csv: String {
    typealias Column = CSVTable<Measurement>.Column
    let scenario = document.scenario
    let columns = [
      Column(name: "scenario") { _ in .text(scenario) }, Column(name: "strategy") { .text($0.strategy) },
      Column(name: "disaster") { .text($0.disaster ?? "") },
      Column(name: "metric") { .text($0.metric.rawValue) },
      Column(name: "value") { .text($0.value.inTable) },
      Column(name: "unit") {
        .text($0.metric.kind == .time ? "s" : $0.metric.kind == .money ? "money" : "ratio")
      },
    ]
    return CSVTable(columns: columns).text(of: document.measurements)
  }

  // MARK: Parts

  private var page: SectionedPage {
    SectionedPage(
      title: title, answers: answers, question: question, coverage: coverage, sections: sections)
  }

  private var title: String { json["title"]?.text ?? document.scenario }

  private var answers: [Prose] { (json["answers"]?.items ?? []).compactMap { $0.text.map { Prose($0) } } }

  private var coverage: Prose? { json["coverage"]?.text.map { Prose($0) } }

  private var question: Prose {
    "Asked for: at most \(objective("rpo_ns").forReading) of lost data (RPO), and the entire system back within "
      + "\(objective("rto_ns").forReading) (RTO). Rendered from the stored report of version \(provenance("version"))."
  }

  private func provenance(_ key: String) -> String { json["provenance"]?[key]?.text ?? "" }

  func objective(_ key: String) -> Duration {
    Duration(nanoseconds: json["objectives"]?[key]?.number ?? 0)
  }

  var strategies: [JSON] { json["strategies"]?.items ?? [] }

  private var sections: [Section] { [glance, matrix, evidence, audit] }
}

extension StoredReport {
  private var glance: Section {
    let rows = strategies.map { strategy -> [Cell] in
      let disasters = strategy["disasters"]?.items ?? []
      func sum(_ key: String) -> Int { disasters.reduce(0) { $0 + Int($1[key]?.number ?? 0) } }
      let name = strategy["name"]?.text ?? ""
      return [
        .name(name), Cell(verdict(strategy), met: sum("met_drills"), of: sum("drills")),
        money(document.value(of: .protectionCost, strategy: name, disaster: nil)),
        time(worst(.rpoP95, name)), time(worst(.rtoP95, name)),
        money(document.value(of: .expectedLoss, strategy: name, disaster: nil)),
      ]
    }
    return Section(
      id: "glance", name: "At a glance",
      blocks: [
        .table(
          Table(
            "Every strategy in a line",
            [
              .words("strategy"), .words("verdict"), .number("cost a year"), .number("RPO p95"),
              .number("RTO p95"), .number("expected loss"),
            ], rows)),
        .drawing(caption: Figure.heat.caption, svg: HeatMap(grid, identifier: "heat").svg),
      ] + fill)
  }

  /// The figure of vaults and links, for reports that have their fill.
  private var fill: [ContentBlock] {
    let figure = FillFigure(strategies: strategies, window: window)
    return figure.rows.isEmpty ? [] : [.drawing(caption: Figure.fill.caption, svg: figure.svg)]
  }

  private var window: Duration {
    let ends = ["window_start", "window_end"].map { try? Instant(parsing: provenance($0)) }
    guard let start = ends[0], let end = ends[1], start < end else { return .seconds(1) }
    return end - start
  }

  private var grid: HeatMap.Grid {
    HeatMap.Grid(
      strategies: strategies.map { strategy in
        HeatMap.Row(
          name: strategy["name"]?.text ?? "",
          cells: (strategy["disasters"]?.items ?? []).map { disaster in
            HeatMap.Cell(
              disaster: disaster["name"]?.text ?? "", met: Int(disaster["met_drills"]?.number ?? 0),
              unrecoverable: Int(disaster["unrecoverable_drills"]?.number ?? 0),
              drills: Int(disaster["drills"]?.number ?? 0))
          })
      })
  }

  private var matrix: Section {
    let names = (strategies.first?["disasters"]?.items ?? []).compactMap { $0["name"]?.text }
    let rows = names.map { name -> [Cell] in
      [.name(name)]
        + strategies.map { strategy in
          guard let disaster = strategy["disasters"]?.items.first(where: { $0["name"]?.text == name }) else {
            return .text("not rehearsed")
          }
          let (rpo, rto) = (achieved(disaster, "rpo", "max"), achieved(disaster, "rto", "max"))
          return Cell(
            verdict(disaster), met: Int(disaster["met_drills"]?.number ?? 0),
            of: Int(disaster["drills"]?.number ?? 0),
            rto == .unrecoverable ? "" : "\(rpo?.forReading ?? "-") / \(rto?.forReading ?? "-")",
            worst: max(rpo ?? .duration(.zero), rto ?? .duration(.zero)))
        }
    }
    return Section(
      id: "matrix", name: "Every strategy against every disaster",
      blocks: [
        .table(
          Table(
            "Verdict, drills met, and maximum RPO / RTO",
            [.words("disaster")] + strategies.map { .words(Prose(name: $0["name"]?.text ?? "")) }, rows))
      ])
  }

  private var evidence: Section {
    let folds = strategies.map { strategy -> ContentBlock in
      let disasters = strategy["disasters"]?.items ?? []
      let blocks = ["rpo", "rto"].map { name in
        ContentBlock.table(
          Table(
            "\(name.uppercased()), objective \(objective("\(name)_ns").forReading)",
            [
              .words("disaster"), .words("verdict"), .number("estimate"), .number("p50"), .number("p95"),
              .number("p99"), .number("maximum"), .number("drills"),
            ],
            disasters.map { disaster in
              [
                .name(disaster["name"]?.text ?? ""),
                Cell(Verdict(rawValue: disaster[name]?["verdict"]?.text ?? "") ?? .notAssessed),
                time(Self.achieved(disaster[name]?["estimate"])),
              ] + ["p50", "p95", "p99", "max"].map { time(achieved(disaster, name, $0)) } + [
                .count(Int(disaster["drills"]?.number ?? 0))
              ]
            }))
      }
      let reasons = disasters.flatMap { disaster in
        (disaster["unrecoverable_reasons"]?.items ?? []).map { reason -> Prose in
          "\(name: disaster["name"]?.text ?? ""), nothing came back in \((reason["drills"]?.number ?? 0).of("drill")): "
            + "\(reason["reason"]?.text ?? "")."
        }
      }
      return .folded(
        summary: "\(name: strategy["name"]?.text ?? ""): \(strategy["title"]?.text ?? "")",
        blocks + (reasons.isEmpty ? [] : [.list(reasons)]))
    }
    return Section(id: "evidence", name: "The evidence", blocks: folds)
  }

  /// The section for auditors: the objective, the result, and their evidence.
  private var audit: Section {
    let arguments = (json["provenance"]?["arguments"]?.items ?? []).compactMap(\.text)
    let chosen = json["chosen"]?.text
    let judged = strategies.filter { chosen == nil || $0["name"]?.text == chosen }
    let results = judged.map { strategy -> [Cell] in
      let disasters = strategy["disasters"]?.items ?? []
      let drills = disasters.reduce(0) { $0 + Int($1["drills"]?.number ?? 0) }
      let met = disasters.reduce(0) { $0 + Int($1["met_drills"]?.number ?? 0) }
      return [
        .text("result of \(strategy["name"]?.text ?? "")"),
        .text("\(met.grouped) of \(drills.of("drill")) met both objectives; \(verdict(strategy).name)"),
      ]
    }
    let rows =
      [
        [
          Cell.text("objective"),
          .text("RPO \(objective("rpo_ns").forReading), RTO \(objective("rto_ns").forReading)"),
        ]
      ] + results + [
        [
          .text("period of the disasters"),
          .text("\(provenance("window_start")) to \(provenance("window_end"))"),
        ],
        [.text("version"), .text("firedrill \(provenance("version")), \(json["format"]?.text ?? "")")],
        [.text("SHA-256 of the scenario and its files"), .name(document.digest)],
        [.text("seed and scale"), .text("\(provenance("seed")), \(provenance("scale"))")],
      ]
    return Section(
      id: "audit", name: "For the auditor",
      blocks: [
        .table(
          Table("What was asked for and found", [.words("what"), .words("value")], rows, isSortable: false)),
        .code("firedrill run " + arguments.map(ReproductionCommand.shellQuoted).joined(separator: " ")),
      ])
  }

  // MARK: Cells

  private func verdict(_ json: JSON) -> Verdict {
    Verdict.allCases.first { $0.name == json["verdict"]?.text } ?? .notAssessed
  }

  private func worst(_ metric: Metric, _ strategy: String) -> MetricValue? {
    let own = document.measurements.filter { $0.strategy == strategy }
    let isLost = own.contains { $0.metric == .unrecoverableShare && $0.value > .share(.zero) }
    return isLost ? .unrecoverable : own.filter { $0.metric == metric }.map(\.value).max()
  }

  private func achieved(_ disaster: JSON, _ name: String, _ key: String) -> Achieved? {
    Self.achieved(disaster[name]?["achieved"]?[key])
  }

  private static func achieved(_ json: JSON?) -> Achieved? {
    if json?["unrecoverable"]?.flag == true { return .unrecoverable }
    return json?["ns"]?.number.map { .duration(Duration(nanoseconds: $0)) }
  }

  private func time(_ value: Achieved?) -> Cell { .time(value) }

  private func time(_ value: MetricValue?) -> Cell {
    switch value {
    case .time(let time): .time(.duration(time))
    case .unrecoverable: .time(.unrecoverable)
    default: .none
    }
  }

  private func money(_ value: MetricValue?) -> Cell {
    switch value {
    case .money(let money): .money(money)
    case .unrecoverable: Cell("", key: .max, verdict: .unrecoverable)
    default: .none
    }
  }
}

extension MetricValue {
  /// The number in the unit of its column, or `unrecoverable`.
  fileprivate var inTable: String {
    switch self {
    case .time(let duration): duration.inSeconds
    case .share(let ratio): ratio.asNumber
    case .money(let money): "\(money)"
    case .unrecoverable: "unrecoverable"
    }
  }
}
