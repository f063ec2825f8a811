import Estate
import Units

extension ReportContent {
  /// The archives of databases' logs; `nil` where no strategy has one.
  var logArchives: Table? {
    let rows = report.strategies.compactMap { strategy -> [Cell]? in
      guard let policy = strategy.strategy.logArchive else { return nil }
      return [
        .name(strategy.strategy.name), .name(report.scenario.blueprint.vaults[policy.vault].name),
        .text(policy.mode.wording), .text("\(policy.segmentSize)"),
        .text(policy.bytesPerTransaction.map { "\($0)" } ?? "the size of its changes"),
        .text(policy.pace.wording),
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "How the databases' logs are archived and replayed",
      [
        .words("strategy"), .words("vault"), .words("sent"), .number("segment"),
        .words("log of a transaction"), .words("replay"),
      ], rows)
  }
}
