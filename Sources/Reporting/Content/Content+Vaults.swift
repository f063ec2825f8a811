import Units

extension ReportContent {
  /// The table of the vaults' growth while they were metered; `nil` without backups.
  var vaultGrowth: Table? {
    let blueprint = report.scenario.blueprint
    let rows = report.strategies.flatMap { strategy in
      strategy.vaults.map { growth -> [Cell] in
        [
          .name(strategy.strategy.name), .name(blueprint.vaults[growth.vault].name),
          .size(growth.atStart.bytes), .size(growth.atEnd.bytes), .count(growth.atEnd.points),
          growth.pointsInBalance.map { .count($0) } ?? Cell("never", key: .max),
          growth.bytesInBalance.map { .size($0) } ?? .none,
        ]
      }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "The vaults while they were metered. One that was still filling is billed for what it holds when as many points expire "
        + "as are added",
      [
        .words("strategy"), .words("vault"), .number("held at the start"), .number("at the end"),
        .number("points"), .number("points in balance"), .number("billed for"),
      ], rows)
  }

  /// The remark on natural disasters that hit no site; `nil` when all hit.
  var misses: Prose? {
    let natural = report.disasters.filter { $0.area != nil }
    let missed = natural.count(where: \.isMiss)
    guard missed > 0 else { return nil }
    return
      "\(natural.count.of("natural disaster")) given by centre and reach: \(natural.count - missed) hit a site, \(missed) "
      + "hit none and are rehearsed once."
  }
}

extension Cell {
  /// Returns a size to a tenth of a gibibyte.
  fileprivate static func size(_ bytes: ByteCount) -> Cell {
    let tenths = (bytes.bytes * 10 + (1 << 29)) >> 30
    return Cell(Prose("\(tenths / 10).\(tenths % 10) GiB"), key: bytes.bytes)
  }
}
