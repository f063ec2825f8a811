extension DisasterRow {
  /// The columns of the strategy's copies and their overhead without disasters; the worst of several groups.
  static var replication: [Column] {
    [
      Column(name: "lag_mean_s") { .seconds($0.strategy.replication?.courses.compactMap(\.meanLag).max()) },
      Column(name: "lag_peak_s") { .seconds($0.strategy.replication?.courses.compactMap(\.peakLag).max()) },
      Column(name: "time_in_rpo_ratio") {
        $0.strategy.replication?.courses.map(\.timeInRPO).min().map { .ratio($0) } ?? .none
      },
      Column(name: "added_wait_mean_ms") { .milliseconds($0.strategy.overhead?.added.mean) },
      Column(name: "added_wait_p95_ms") { .milliseconds($0.strategy.overhead?.added.p95) },
      Column(name: "added_wait_max_ms") { .milliseconds($0.strategy.overhead?.added.maximum) },
      Column(name: "writes_lost") { $0.strategy.overhead.map { .count($0.writesLost) } ?? .none },
    ]
  }

  /// The columns of the copies' worst values in the drills.
  static var copies: [Column] {
    [
      Column(name: "drill_lag_peak_s") { .seconds($0.disaster.protection?.peakLag) },
      Column(name: "drill_time_in_rpo_min_ratio") {
        $0.disaster.protection.map { .ratio($0.timeInRPO) } ?? .none
      },
      Column(name: "drill_rpo_violations_max") {
        $0.disaster.protection.map { .count($0.violations) } ?? .none
      },
      Column(name: "drill_unprotected_max_s") { .seconds($0.disaster.protection?.unprotectedTime) },
      Column(name: "drill_degraded_max_s") { .seconds($0.disaster.protection?.degradedTime) },
      Column(name: "drill_wait_max_s") { .seconds($0.disaster.protection?.longestWait) },
      Column(name: "drill_protected_again_max_s") { .seconds($0.disaster.protection?.restoredAfter) },
    ]
  }
}
