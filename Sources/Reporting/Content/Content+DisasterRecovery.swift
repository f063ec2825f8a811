import Estate
import ScenarioLanguage
import Units

extension ReportContent {
  /// Describes a strategy's replication and standby, one line each.
  func wording(_ recovery: DisasterRecovery) -> [Prose] {
    let blueprint = report.scenario.blueprint
    let sites = recovery.groups.map { blueprint.sites[$0.site].name }
    let distinct = sites.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let places = distinct.map { Prose(name: $0) }.joined(separator: " and in ")
    let standby = recovery.standby.kind
    let failback: Prose? = recovery.failback.map { plan in
      let drills = plan.every == 1 ? "every drill" : "one of \(plan.every) drills"
      return "failback, rehearsed in \(drills): the production site returns after \(plan.productionReturns)"
    }
    return recovery.groups.map(wording) + [
      "standby in \(places): \(name: standby.reportName), \(standby.wording)"
    ] + [recovery.automatic.map(wording), failback].compactMap { $0 }
  }

  private func wording(_ policy: ReplicationPolicy) -> Prose {
    let blueprint = report.scenario.blueprint
    let volumes: Prose =
      policy.volumes.map { ids in
        " of " + ids.map { Prose(name: blueprint.volumes[$0].name) }.joined(separator: ", ")
      } ?? ""
    return "replication\(volumes) \(policy.mode.layerWording) (\(name: policy.mode.layerReportName), "
      + "\(name: policy.mode.modeReportName)) to \(name: blueprint.devices[policy.device].name) in "
      + "\(name: blueprint.sites[policy.site].name)\(feeding(policy)): "
      + "\(policy.acknowledgementWording); \(policy.pointWording)"
  }

  /// Describes the feeder of a cascaded copy.
  private func feeding(_ policy: ReplicationPolicy) -> Prose {
    policy.feeder.map { ", fed by the copy of the group \(name: $0)" } ?? ""
  }

  /// The table of all disaster recovery; `nil` when no strategy has any.
  var replication: Table? {
    let rows = report.strategies.flatMap { report in
      report.strategy.disasterRecovery.map { recovery in
        recovery.groups.map { row(report.strategy, $0, recovery.standby) }
      } ?? []
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "Replication and standby",
      [
        .words("strategy"), .words("group"), .words("standby"), .words(Prose(name: "provision")),
        .words(Prose(name: "redirect")), .words("send buffer"), .words("journal"), .words("peer lost after"),
        .words("heartbeat"),
      ], rows)
  }

  private func row(_ strategy: Strategy, _ policy: ReplicationPolicy, _ standby: Standby) -> [Cell] {
    [
      .name(strategy.name),
      policy.volumes == nil && policy.feeder == nil ? .text("all volumes") : .name(policy.name),
      .name(standby.kind.reportName), .text("\(standby.provision)"),
      .text("\(standby.redirect)"), .text("\(policy.bufferMaximum)"),
      policy.journalMaximum > .zero ? .text("\(policy.journalMaximum)") : .text("none"),
      .text("\(policy.tolerance)"), .text("\(policy.heartbeat)"),
    ]
  }
}
