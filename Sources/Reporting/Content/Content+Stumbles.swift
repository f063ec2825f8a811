import Rehearsals
import ScenarioLanguage
import Units

extension ReportContent {
  /// The attempts at steps that failed, disaster by disaster; `nil` where none did.
  func failedAttempts(_ strategy: StrategyReport) -> Table? {
    let rows = strategy.disasters.compactMap { disaster -> [Cell]? in
      let drills = disaster.drills.map { $0.timeline.filter(\.hasFailed) }
      let stumbling = drills.filter { !$0.isEmpty }
      guard !stumbling.isEmpty else { return nil }
      let times = stumbling.map { $0.reduce(Duration.zero) { $0 + ($1.end - $1.start) } }
      return [
        .name(disaster.disaster.name),
        Cell("\(stumbling.count) of \(drills.count)", key: Int64(stumbling.count)),
        .count(stumbling.reduce(0) { $0 + $1.count }), .count(stumbling.map(\.count).max() ?? 0),
        .time(times.max().map { .duration($0) }),
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "Steps that failed and were repeated",
      [
        .words("disaster"), .number("drills with failed attempts"), .number("failed attempts"),
        .number("in one drill, at most"), .number("time of them in one drill, at most"),
      ], rows)
  }

  /// The steps that can fail; `nil` where no strategy has any.
  var stumbles: Table? {
    let rows = report.strategies.flatMap { report in
      let stumbles = report.strategy.recovery.stumbles
      return stumbles.phases.compactMap { phase in
        stumbles[phase].map { row(report.strategy.name, phase, $0) }
      }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "Steps that can fail",
      [
        .words("strategy"), .words("phase"), .number("first attempt fails"),
        .number("repeated attempt fails"), .number("attempts, at most"), .words("time of a failed attempt"),
      ], rows)
  }

  private func row(_ strategy: String, _ phase: Phase, _ stumble: Stumble) -> [Cell] {
    [
      .name(strategy), .name(phase.reportName),
      Cell("\(stumble.chance.asPercent)", key: stumble.chance.billionths),
      Cell("\(stumble.retryChance.asPercent)", key: stumble.retryChance.billionths),
      .count(stumble.attempts), .text(stumble.lost.map { "\($0)" } ?? "as long as the step takes"),
    ]
  }

  /// The certification of restored data; `nil` where no strategy has one.
  var cleanRooms: Table? {
    let rows = report.strategies.compactMap { report -> [Cell]? in
      report.strategy.recovery.certify.map { [.name(report.strategy.name), .text("\($0)")] }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "The clean room: restored data is certified before anybody uses it, where damage had time to spread",
      [.words("strategy"), .words("until certified")], rows)
  }
}
