import Assessment
import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Units

/// The drills of a report as compact JSON for the page's explorer. Times are whole seconds, and -1 means
/// unrecoverable.
///
/// Instants are nanoseconds after `start`, so that a drill can be replayed exactly; all strategies share them.
struct ExplorerData {
  private let report: Report
  private let phases = Phase.allCases
  private var subjects: [String] = []
  private var cells: [[JSON]] = []

  init(_ report: Report) {
    self.report = report
    for strategy in report.strategies {
      var row: [JSON] = []
      for disaster in report.disasters {
        let own = strategy.disasters.first { $0.disaster.name == disaster.name }
        if let own { row.append(cell(own, strategy.strategy)) } else { row.append(.null) }
      }
      cells.append(row)
    }
  }

  var json: String {
    JSON.object([
      ("rpo", seconds(report.scenario.objectives.rpo)), ("rto", seconds(report.scenario.objectives.rto)),
      ("start", .string("\(report.scenario.windowStart.nanoseconds)")),
      ("command", .string(command)),
      ("strategies", .array(report.strategies.map { .string($0.strategy.name) })),
      ("phases", .array(phases.map { .string($0.reportName) })),
      ("subjects", .array(subjects.map { .string($0) })),
      ("disasters", .array(report.disasters.map(disaster))),
      ("cells", .array(cells.map { .array($0) })),
    ]).compactText
  }

  /// The command of this run without the options that choose a drill.
  private var command: String {
    var arguments = report.provenance.arguments
    for option in ["--strategy", "--disaster", "--at"] {
      if let place = arguments.firstIndex(of: option), place + 1 < arguments.count {
        arguments.removeSubrange(place...place + 1)
      }
    }
    return "firedrill run " + arguments.map(ReproductionCommand.shellQuoted).joined(separator: " ")
  }

  private func disaster(_ disaster: Disaster) -> JSON {
    let drills =
      report.strategies.lazy.compactMap { strategy in
        strategy.disasters.first { $0.disaster.name == disaster.name }?.drills
      }.first ?? []
    let start = report.scenario.windowStart.nanoseconds
    return .object([
      ("name", .string(disaster.name)), ("scope", .string(disaster.target.scope)),
      ("at", .array(drills.map { .integer($0.strike.nanoseconds - start) })),
    ])
  }

  private mutating func cell(_ disaster: DisasterReport, _ strategy: Strategy) -> JSON {
    let objectives = report.scenario.objectives
    let reasons = UnrecoverableReason(strategy, disaster.disaster, in: report.scenario)
    var steps: [JSON] = []
    if let drill = disaster.longestOutage { steps = self.steps(drill) }
    let isMet = disaster.drills.map { $0.verdict(objectives) == .met ? "1" : "0" }.joined()
    return .object([
      ("met", .integer(Int64(disaster.metCount(objectives)))),
      ("rpo", .array(disaster.drills.map { seconds($0.achievedRPO.duration) })),
      ("rto", .array(disaster.drills.map { seconds($0.achievedRTO.duration) })),
      ("ok", .string(isMet)),
      (
        "why",
        .array(
          disaster.unrecoverableReasons.map {
            .array([.string(reasons.wording($0.reason)), .integer(Int64($0.count))])
          })
      ),
      ("steps", .array(steps)),
    ])
  }

  /// Returns phase, subject, start and length in seconds, and whether the step is on the critical path.
  private mutating func steps(_ drill: Drill) -> [JSON] {
    for entry in drill.timeline where !subjects.contains(entry.attemptedSubject) {
      subjects.append(entry.attemptedSubject)
    }
    let (phases, subjects) = (phases, subjects)
    return drill.timeline.indices.map { index in
      let entry = drill.timeline[index]
      return .array([
        .integer(Int64(phases.firstIndex(of: entry.phase) ?? 0)),
        .integer(Int64(subjects.firstIndex(of: entry.attemptedSubject) ?? 0)),
        seconds(entry.start - drill.outageStart), seconds(entry.end - entry.start),
        .integer(drill.criticalPath.contains(index) ? 1 : 0),
      ])
    }
  }

  /// Returns seconds, rounded up, so that a missed objective never appears to be met.
  private func seconds(_ duration: Duration?) -> JSON {
    .integer(duration.map { ($0.nanoseconds + 999_999_999) / 1_000_000_000 } ?? -1)
  }
}

extension Target {
  /// The scope by which disasters are filtered.
  fileprivate var scope: String {
    switch self {
    case .volumes: "software"
    case .volumesAndVaults: "credentials"
    case .host, .device: "hardware"
    case .link, .connections: "network"
    case .site: "site"
    case .sites: "region"
    }
  }
}
