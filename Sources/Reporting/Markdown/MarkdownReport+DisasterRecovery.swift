import Estate
import Planning
import Units

extension MarkdownReport {
  /// What a strategy's replication and standby are, one line each.
  func wording(_ recovery: DisasterRecovery) -> [String] {
    let blueprint = report.scenario.blueprint
    let sites = recovery.groups.map { Markdown.code(blueprint.sites[$0.site].name) }
    let distinct = sites.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let standby = recovery.standby.kind
    let failback = recovery.failback.map { plan in
      let drills = plan.every == 1 ? "every drill" : "one of \(plan.every) drills"
      return "failback, rehearsed in \(drills): the production site returns after \(plan.productionReturns)"
    }
    return recovery.groups.map(wording) + [
      "standby in \(distinct.joined(separator: " and in ")): \(Markdown.code(standby.reportName)), \(standby.wording)"
    ] + [failback].compactMap { $0 }
  }

  private func wording(_ policy: ReplicationPolicy) -> String {
    let blueprint = report.scenario.blueprint
    let site = Markdown.code(blueprint.sites[policy.site].name)
    let layer = Markdown.code(policy.mode.layerReportName)
    let mode = Markdown.code(policy.mode.modeReportName)
    let volumes = policy.volumes.map { ids in
      " of " + ids.map { Markdown.code(blueprint.volumes[$0].name) }.joined(separator: ", ")
    }
    return "replication\(volumes ?? "") \(policy.mode.layerWording) (\(layer), \(mode)) to "
      + "\(Markdown.code(blueprint.devices[policy.device].name)) in \(site): "
      + "\(policy.mode.acknowledgementWording); \(policy.mode.pointWording)"
  }

  /// What the scenario states of all disaster recovery; `nil` when no strategy has any.
  var disasterRecovery: String? {
    let rows = report.strategies.flatMap { report in
      report.strategy.disasterRecovery.map { recovery in
        recovery.groups.map { row(report.strategy, $0, recovery.standby) }
      } ?? []
    }
    guard !rows.isEmpty else { return nil }
    let header = [
      "strategy", "group", "standby", "`provision`", "`redirect`", "send buffer", "journal",
      "peer lost after",
      "heartbeat",
    ]
    return Markdown.table(header, rows)
  }

  private func row(_ strategy: Strategy, _ policy: ReplicationPolicy, _ standby: Standby) -> [String] {
    let group = policy.volumes == nil ? "all volumes" : Markdown.code(policy.name)
    return [
      Markdown.code(strategy.name), group, Markdown.code(standby.kind.reportName), "\(standby.provision)",
      "\(standby.redirect)", "\(policy.bufferMaximum)",
      policy.journalMaximum > .zero ? "\(policy.journalMaximum)" : "none",
      "\(policy.tolerance)", "\(policy.heartbeat)",
    ]
  }
}
