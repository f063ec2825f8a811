extension DrillRow {
  /// The columns of the failback, empty where there was none.
  static var failback: [Column] {
    [
      Column(name: "failback_unprotected_s") { .seconds($0.drill.failback?.returned?.unprotectedWindow) },
      Column(name: "resynchronization_s") { .seconds($0.drill.failback?.returned?.resynchronization) },
      Column(name: "resynchronized_bytes") {
        $0.drill.failback?.returned.map { .bytes($0.resynchronizedBytes) } ?? .none
      },
      Column(name: "failback_downtime_s") { .seconds($0.drill.failback?.returned?.downtime) },
      Column(name: "failback_rpo_s") { .seconds($0.drill.failback?.returned?.rpo) },
      Column(name: "failback_failure") { .text($0.drill.failback?.failure ?? "") },
    ]
  }
}
