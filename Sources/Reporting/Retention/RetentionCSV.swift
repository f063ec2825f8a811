import Retention
import Schedules
import Units

/// Every point of a time line with its end and the rule behind it, as a table for a spreadsheet.
public struct RetentionCSV {
  private let timeline: RetentionTimeline

  public init(_ timeline: RetentionTimeline) { self.timeline = timeline }

  public var text: String {
    let question = timeline.question
    let clock = RetentionClock(question.zone)
    var keepers = [UInt32](repeating: 0, count: timeline.lives.count)
    for span in timeline.spans { keepers[span.life] |= span.finding.rules }
    let names = question.dialect.ruleNames
    let table = CSVTable<Int>(columns: [
      .init(name: "made", cell: { .instant(timeline.lives[$0].point.instant) }),
      .init(name: "made_local", cell: { .text(clock.text(of: timeline.lives[$0].point.instant)) }),
      .init(name: "series", cell: { .text(Self.series(of: timeline.lives[$0], question.dialect)) }),
      .init(name: "dropped", cell: { timeline.lives[$0].ended.map { .instant($0) } ?? .none }),
      .init(
        name: "lifetime_s",
        cell: { place in
          timeline.lives[place].ended.map { .duration($0 - timeline.lives[place].point.instant) } ?? .none
        }),
      .init(
        name: "kept_by",
        cell: { place in
          .text(
            names.enumerated().filter { keepers[place] & (1 << UInt32($0.offset)) != 0 }.map(\.element)
              .joined(separator: ", "))
        }),
      .init(
        name: "why_dropped",
        cell: { place in
          let life = timeline.lives[place]
          guard life.ended != nil else { return .none }
          return .text(question.dialect(ofRevision: life.revision).explanation(life.end))
        }),
    ])
    return table.text(of: Array(timeline.lives.indices))
  }

  private static func series(of life: PointLife, _ dialect: Dialect) -> String {
    switch life.point.kind {
    case .full: dialect.hasSeries ? dialect.ruleNames[life.point.series] : "full"
    case .differential: "differential"
    case .incremental: "incremental"
    }
  }
}
