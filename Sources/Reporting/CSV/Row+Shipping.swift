extension DisasterRow {
  /// The columns of backup windows and instant restores, empty without them.
  static var shipping: [Column] {
    [
      Column(name: "backups_continued") {
        $0.strategy.protection.backupsContinued.map { .count($0) } ?? .none
      },
      Column(name: "full_speed_estimate_s") { .seconds($0.disaster.estimate.fullSpeed?.duration) },
      Column(name: "achieved_full_speed_p50_s") { .seconds($0.disaster.fullSpeed?.p50.value.duration) },
      Column(name: "achieved_full_speed_p95_s") { .seconds($0.disaster.fullSpeed?.p95.value.duration) },
      Column(name: "achieved_full_speed_max_s") { .seconds($0.disaster.fullSpeed?.maximum.duration) },
    ]
  }
}

extension DrillRow {
  /// The columns of instant restores and of media that a courier brought back, empty without them.
  static var shipping: [Column] {
    [
      Column(name: "full_speed_s") { .seconds($0.drill.slowService?.fullSpeed) },
      Column(name: "demand_reads") { $0.drill.slowService.map { .count($0.reads) } ?? .none },
      Column(name: "demand_read_mean_s") { .seconds($0.drill.slowService?.meanRead) },
      Column(name: "demand_read_max_s") {
        .seconds($0.drill.slowService.flatMap { $0.reads > 0 ? $0.longestRead : nil })
      },
      Column(name: "media") { row in
        .text(row.drill.media.map { row.scenario.blueprint.vaults[$0].name }.joined(separator: "; "))
      },
    ]
  }
}
