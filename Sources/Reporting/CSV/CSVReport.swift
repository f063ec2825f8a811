import Assessment

/// A report as two tables after RFC 4180, with snake_case columns that end in the unit. Times are in seconds
/// to the nearest millisecond (half away from zero), instants in ISO 8601 UTC.
///
/// An unrecoverable value is an empty cell; the verdict beside it says so, and no number represents it. To
/// sort by a value, sort by `verdict_rank` first: unrecoverable is 4, above every verdict that has numbers.
public struct CSVReport: Sendable {
  let report: Report

  public init(_ report: Report) { self.report = report }

  /// The table with a row per strategy and disaster.
  public var disasters: String {
    let rows = report.strategies.flatMap { strategy in
      strategy.disasters.map { DisasterRow(report: report, strategy: strategy, disaster: $0) }
    }
    return CSVTable(columns: DisasterRow.columns).text(of: rows)
  }

  /// The table with a row per rehearsed instant. The instant is exact, so the drill can be repeated alone.
  public var drills: String {
    let rows = report.strategies.flatMap { strategy in
      strategy.disasters.flatMap { disaster in
        disaster.drills.map {
          DrillRow(
            scenario: report.scenario, strategy: strategy.strategy, disaster: disaster.disaster, drill: $0)
        }
      }
    }
    return CSVTable(columns: DrillRow.columns).text(of: rows)
  }
}
