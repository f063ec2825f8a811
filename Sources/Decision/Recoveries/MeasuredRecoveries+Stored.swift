import Assessment
import Documents
import Units

extension MeasuredRecoveries {
  /// The recoveries of a stored report: the costs from `NAME.json`, the drills from `NAME-drills.csv` beside it.
  package init(_ document: ReportDocument, drills source: SourceText) throws(InputError) {
    let table = try DrillTable(source)
    guard let currency = document.json["costs"]?["currency"]?.text.flatMap({ Currency(code: $0) }) else {
      throw InputError(
        Diagnostic(
          file: document.path, message: "the report has no costs",
          hint: "make it anew with 'firedrill run'"))
    }
    func money(_ amount: JSON?) -> Money { Money(minorUnits: amount?.number ?? 0, currency: currency) }
    strategies = (document.json["strategies"]?.items ?? []).map { strategy in
      let name = strategy["name"]?.text ?? ""
      let costs = strategy["costs"]
      let recoveries = costs?["recoveries"]?.items ?? []
      return StrategyRecoveries(
        name: name, protection: money(costs?["protection_cost_minor"]),
        ownership: (costs?["ownership"]?["years"]?.items ?? []).map { money($0["present_value_minor"]) },
        disasters: (strategy["disasters"]?.items ?? []).map { disaster in
          let disaster = disaster["name"]?.text ?? ""
          let work = recoveries.first { $0["disaster"]?.text == disaster }
          return DisasterRecoveries(
            name: disaster, drills: table.drills(of: name, disaster: disaster),
            work: money(work?["mean"]?["total_minor"]))
        })
    }
  }
}

/// The drills of a stored report.
private struct DrillTable {
  private struct Group {
    var strategy: String
    var disaster: String
    var drills: [MeasuredRecovery]
  }

  private var groups: [Group] = []

  init(_ source: SourceText) throws(InputError) {
    let table = try CommaSeparatedTable(source)
    func place(_ names: String...) throws(InputError) -> Int {
      guard let place = names.lazy.compactMap(table.column).first else {
        throw InputError(
          Diagnostic(
            at: Place(source, line: 1, column: 1), message: "there is no column '\(names[names.count - 1])'",
            hint: "give the '-drills.csv' as 'firedrill run' wrote it"))
      }
      return place
    }
    let (strategy, disaster, instant) = (try place("strategy"), try place("disaster"), try place("instant"))
    let (rpo, rto) = (
      try place("achieved_rpo_upper_s", "achieved_rpo_s"), try place("achieved_rto_s")
    )
    let unprotected = try place("failback_unprotected_s")
    for row in table.rows {
      if groups.last?.strategy != row[strategy] || groups.last?.disaster != row[disaster] {
        groups.append(Group(strategy: row[strategy], disaster: row[disaster], drills: []))
      }
      var drill = MeasuredRecovery(strike: (try? Instant(parsing: row[instant])) ?? .epoch)
      if let rpo = Duration(field: row[rpo]), let rto = Duration(field: row[rto]) {
        drill.times = MeasuredRecovery.Times(rpo: rpo, rto: rto)
      }
      drill.unprotected = Duration(field: row[unprotected])
      groups[groups.count - 1].drills.append(drill)
    }
  }

  func drills(of strategy: String, disaster: String) -> [MeasuredRecovery] {
    groups.first { $0.strategy == strategy && $0.disaster == disaster }?.drills ?? []
  }
}

extension Duration {
  /// Parses a field of seconds; `nil` when it is empty or no number.
  fileprivate init?(field: String) {
    guard !field.isEmpty, let duration = try? Duration(parsing: "\(field) s") else { return nil }
    self = duration
  }
}
