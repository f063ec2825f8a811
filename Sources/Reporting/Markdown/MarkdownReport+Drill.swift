import Planning
import Units

extension MarkdownReport {
  /// Where the time went, in the median drill and in the one that took longest.
  func phases(_ disaster: DisasterReport) -> String? {
    guard let longest = disaster.longestOutage, let objective = longest.recovered else { return nil }
    let median = disaster.medianOutage
    let phases = Phase.allCases.filter { phase in
      [longest, median].contains { $0?.time(of: phase) != nil }
    }
    let rows = phases.map { phase in
      [
        Markdown.code(phase.reportName), median?.time(of: phase)?.forReading ?? "-",
        longest.time(of: phase)?.forReading ?? "-", Markdown.escaped(longest.subjects(of: phase)),
      ]
    }
    let sum = [
      "achieved RTO", median?.recovered?.rto.forReading ?? "unrecoverable", objective.rto.forReading, "",
    ]
    return "**What the end waited for** (the critical path, by phase):\n\n"
      + Markdown.table(["phase", "median drill", "longest drill", "of what (longest drill)"], rows + [sum])
  }

  /// What the worst drill lost, and why.
  func loss(_ disaster: DisasterReport) -> String? {
    guard let drill = disaster.worstLoss, let recovered = drill.recovered else { return nil }
    guard recovered.rpo > .zero else {
      return "**What was lost**: nothing, in any drill that recovered. " + sources(disaster)
    }
    return "**What was lost**: the worst drill struck at \(Markdown.code("\(drill.strike)"))\(dwell(drill)). "
      + "Acknowledged writes from the last \(recovered.rpo.forReading) before the outage were gone: "
      + "\(recovered.lostBytes.forReading), in \(recovered.lostWrites.of("write"))\(atScale).\(origin(drill)) "
      + sources(disaster)
  }

  /// Bytes are told at full size; writes are those of the run.
  private var atScale: String {
    report.scenario.scale == .full ? "" : " at the scale of \(report.scenario.scale)"
  }

  private func dwell(_ drill: Drill) -> String {
    drill.outageStart == drill.strike
      ? "" : " and showed after \((drill.outageStart - drill.strike).forReading)"
  }

  /// From where the data came back, in all drills that recovered.
  private func sources(_ disaster: DisasterReport) -> String {
    let counts = disaster.sources.map { source, count in
      let name = source.map { Markdown.escaped("from \(report.scenario.blueprint.name(of: $0))") }
      return "\(name ?? "without a restore") in \(count.of("drill"))"
    }
    return "The data came back \(counts.listed)."
  }

  /// Why the worst drill lost what it lost.
  private func origin(_ drill: Drill) -> String {
    guard let oldest = drill.oldestRestored else { return "" }
    let blueprint = report.scenario.blueprint
    let age = drill.outageStart - oldest.point
    var text =
      " The newest usable recovery point of \(Markdown.code(blueprint.services[oldest.service].name)) was of "
      + "\(oldest.point.forReading), \(age.forReading) old, from \(Markdown.escaped(blueprint.name(of: oldest.source)))."
    if oldest.candidatesTried > 1 {
      text += " \(oldest.candidatesTried.of("recovery point")) had to be restored and scanned to find it."
    }
    if drill.attempts > 1 {
      text += " A second disaster struck during the recovery: \(drill.attempts.of("runbook")) were begun."
    }
    return text
  }

  /// Why nothing came back, and how often.
  func unrecoverable(_ disaster: DisasterReport) -> String? {
    let reasons = disaster.unrecoverableReasons
    guard !reasons.isEmpty else { return nil }
    let lines = reasons.map { reason, count in
      "- \(Markdown.escaped(reason)): \(count.grouped) of \(disaster.drills.count.of("drill"))"
    }
    return "**Nothing usable came back**:\n\n" + lines.joined(separator: "\n")
  }
}

extension Drill {
  fileprivate func time(of phase: Phase) -> Duration? { criticalPhases.first { $0.phase == phase }?.time }

  /// What the critical path waited for in a phase, each once.
  fileprivate func subjects(of phase: Phase) -> String {
    criticalPath.map { timeline[$0] }.filter { $0.phase == phase }.reduce(into: [String]()) {
      if !$0.contains($1.subject) { $0.append($1.subject) }
    }.joined(separator: ", ")
  }
}

extension Instant {
  /// To the second, rounded down: `2026-03-14 00:59:12 UTC`.
  var forReading: String {
    var civil = CivilTime(self)
    civil.nanosecond = 0
    return civil.description.split(separator: "T").joined(separator: " ").dropLast() + " UTC"
  }
}
