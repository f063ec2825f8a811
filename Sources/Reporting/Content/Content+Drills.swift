import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension ReportContent {
  /// Returns a table of the longest drill's phases for each disaster; `nil` when no drill took time.
  func phases(_ strategy: StrategyReport) -> Table? {
    let drills = strategy.disasters.compactMap { disaster in
      disaster.longestOutage.flatMap { $0.criticalPath.isEmpty ? nil : (disaster, $0) }
    }
    let phases = Phase.allCases.filter { phase in drills.contains { $0.1.time(of: phase) != nil } }
    guard !phases.isEmpty else { return nil }
    let rows = drills.map { disaster, drill -> [Cell] in
      [.name(disaster.disaster.name)]
        + phases.map { phase in
          drill.time(of: phase).map { Cell(Prose($0.forReading), key: $0.nanoseconds) } ?? .none
        } + [.time(drill.achievedRTO), .text(drill.longestStep), .text(sources(disaster))]
    }
    return Table(
      "What the end of the slowest drill waited for: the critical path by phase, which adds up to the achieved RTO",
      [.words("disaster")] + phases.map { .number(Prose(name: $0.reportName)) } + [
        .number("achieved RTO"), .words("the longest step"), .words("all drills came back"),
      ], rows)
  }

  /// Returns the sources of restored data in all drills that recovered.
  private func sources(_ disaster: DisasterReport) -> String {
    disaster.sources.map { source, count in
      let place = source.map { "from \(report.scenario.blueprint.name(of: $0))" } ?? "without a restore"
      return disaster.sources.count == 1 ? place : "\(place) \(count.grouped)"
    }.joined(separator: ", ")
  }

  /// Returns the losses and failures with their reasons; `nil` when nothing was ever lost.
  func losses(_ strategy: StrategyReport) -> [Prose]? {
    let lines = strategy.disasters.flatMap { disaster in
      [loss(disaster)].compactMap { $0 } + neverBack(disaster, strategy) + neverHome(disaster)
    }
    return lines.isEmpty ? nil : lines
  }

  private func loss(_ disaster: DisasterReport) -> Prose? {
    guard let drill = disaster.worstLoss, let recovered = drill.recovered, recovered.rpo > .zero else {
      return nil
    }
    return
      "\(name: disaster.disaster.name), the worst drill, at \(drill.strike.forReading)\(dwell(drill)): the writes of the "
      + "last \(recovered.rpo.forReading) before the outage were gone, \(recovered.lostBytes.forReading) in "
      + "\(recovered.lossWording)\(atScale).\(splitBrain(of: drill))\(origin(drill))"
  }

  /// The remark about scale: bytes are at full size, and writes are those of the run.
  private var atScale: String {
    report.scenario.scale == .full ? "" : " at the scale of \(report.scenario.scale)"
  }

  private func dwell(_ drill: Drill) -> String {
    drill.outageStart == drill.strike
      ? "" : ", showing after \((drill.outageStart - drill.strike).forReading)"
  }

  /// Explains the loss of the worst drill.
  private func origin(_ drill: Drill) -> Prose {
    guard let oldest = drill.oldestRestored else { return "" }
    let blueprint = report.scenario.blueprint
    let age = drill.outageStart - oldest.point
    var text: Prose =
      " The newest usable point of \(name: blueprint.services[oldest.service].name) was of \(oldest.point.forReading), "
      + "\(age.forReading) old, from \(blueprint.name(of: oldest.source))."
    if let replayed = oldest.replayedTo {
      text = text + " Its log was replayed to \(replayed.forReading)."
    }
    if oldest.candidatesTried > 1 {
      text = text + " \(oldest.candidatesTried.of("point")) had to be restored and scanned to find it."
    }
    if drill.attempts > 1 { text = text + " \(drill.attempts.of("runbook")) were begun." }
    return text
  }

  private func neverBack(_ disaster: DisasterReport, _ strategy: StrategyReport) -> [Prose] {
    let reasons = UnrecoverableReason(strategy.strategy, disaster.disaster, in: report.scenario)
    return disaster.unrecoverableReasons.map { reason, count in
      "\(name: disaster.disaster.name), nothing came back in \(count.grouped) of \(disaster.drills.count.of("drill")): \(reasons.wording(reason))."
    }
  }
}

extension Drill {
  fileprivate func time(of phase: Phase) -> Duration? { criticalPhases.first { $0.phase == phase }?.time }

  /// The critical path's entry with the longest time.
  fileprivate var longestStep: String {
    let steps = criticalPath.map { timeline[$0] }
    let longest = steps.reduce(nil as TimelineEntry?) { best, step in
      best.map { $0.end - $0.start >= step.end - step.start } == true ? best : step
    }
    return longest.map { "\($0.phase.reportName), \($0.attemptedSubject)" } ?? ""
  }
}

extension Instant {
  /// The instant to the second, rounded down, as in `2026-03-14 00:59:12 UTC`.
  var forReading: String {
    var civil = CivilTime(self)
    civil.nanosecond = 0
    return civil.description.split(separator: "T").joined(separator: " ").dropLast() + " UTC"
  }
}
