import Estate
import Planning
import Units

extension MarkdownReport {
  /// What a strategy's replication and standby are, one line each.
  func wording(_ recovery: DisasterRecovery) -> [String] {
    let blueprint = report.scenario.blueprint
    let policy = recovery.replication
    let site = Markdown.code(blueprint.sites[policy.site].name)
    let layer = Markdown.code(policy.mode.layerReportName)
    let mode = Markdown.code(policy.mode.modeReportName)
    return [
      "replication \(policy.mode.layerWording) (\(layer), \(mode)) to "
        + "\(Markdown.code(blueprint.devices[policy.device].name)) in \(site): "
        + "\(policy.mode.acknowledgementWording); \(policy.mode.pointWording)",
      "standby in \(site): \(Markdown.code(recovery.standby.kind.reportName)), \(recovery.standby.kind.wording)",
    ]
  }

  /// What the scenario states of all disaster recovery; `nil` when no strategy has any.
  var disasterRecovery: String? {
    let rows = report.strategies.compactMap { report in
      report.strategy.disasterRecovery.map { row(report.strategy, $0) }
    }
    guard !rows.isEmpty else { return nil }
    let header = [
      "strategy", "standby", "`provision`", "`redirect`", "send buffer", "journal", "peer lost after",
      "heartbeat",
    ]
    return Markdown.table(header, rows)
  }

  private func row(_ strategy: Strategy, _ recovery: DisasterRecovery) -> [String] {
    let (policy, standby) = (recovery.replication, recovery.standby)
    return [
      Markdown.code(strategy.name), Markdown.code(standby.kind.reportName), "\(standby.provision)",
      "\(standby.redirect)", "\(policy.bufferMaximum)",
      policy.journalMaximum > .zero ? "\(policy.journalMaximum)" : "none",
      "\(policy.tolerance)", "\(policy.heartbeat)",
    ]
  }
}
