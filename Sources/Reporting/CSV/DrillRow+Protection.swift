import Estate
import Units

extension DrillRow {
  /// The columns of the copies; the worst of several groups.
  static var protection: [Column] {
    func most(_ name: String, _ value: @escaping (ReplicationCourse) -> Duration?) -> Column {
      Column(name: name) { row in .seconds(row.courses.compactMap(value).max()) }
    }
    func count(_ name: String, _ value: @escaping (ReplicationCourse) -> Int) -> Column {
      Column(name: name) { row in row.courses.map(value).max().map { .count($0) } ?? .none }
    }
    return [
      most("lag_peak_s", \.peakLag),
      Column(name: "time_in_rpo_ratio") { row in
        row.courses.map(\.timeInRPO).min().map { .ratio($0) } ?? .none
      },
      count("rpo_violations", \.violations.count), most("rpo_violation_s", \.violations.total),
      count("unprotected_windows", \.unprotected.count), most("unprotected_s", \.unprotected.total),
      most("unprotected_longest_s", \.unprotected.longest), most("degraded_s", \.degraded.total),
      count("degraded_acknowledgements", \.degradedAcknowledgements), count("peer_losses", \.peerLosses),
      count("overflows", \.overflows),
      Column(name: "conflicts") { $0.drill.protection.map { .count($0.conflicts) } ?? .none },
      count("pages_marked", \.resynchronized.pagesMarked),
      count("pages_resent", \.resynchronized.pagesSent),
      Column(name: "protected_again_s") { .seconds($0.drill.protection?.restoredAfter) },
      Column(name: "wait_max_s") { .seconds($0.drill.protection?.longestWait) },
      Column(name: "writes_not_issued") {
        $0.drill.protection.map { .count($0.writesNotIssued) } ?? .none
      },
    ]
  }

  private var courses: [ReplicationCourse] { drill.protection?.courses ?? [] }
}
