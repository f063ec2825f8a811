extension DrillRow {
  /// The columns of automatic failover, empty where people decide. Those of the split brain are empty without
  /// one.
  static var takeover: [Column] {
    [
      Column(name: "false_alarms") { $0.drill.takeover.map { .count($0.falseAlarms) } ?? .none },
      Column(name: "split_brain_s") { .seconds($0.drill.takeover?.splitBrain?.duration) },
      Column(name: "writes_apart") {
        $0.drill.takeover?.splitBrain.map { .count($0.writesApart) } ?? .none
      },
    ]
  }
}
