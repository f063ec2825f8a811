import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension JSONReport {
  /// Returns the disaster recovery of a strategy; no member where there is none.
  func disasterRecovery(_ strategy: Strategy) -> [(String, JSON)] {
    guard let recovery = strategy.disasterRecovery else { return [] }
    let members: [(String, JSON)] = [
      ("groups", .array(recovery.groups.map(group))), ("standby", standby(recovery.standby)),
      ("failback", recovery.failback.map(failback) ?? .null),
      ("automatic", recovery.automatic.map(automatic) ?? .null),
    ]
    return [("disaster_recovery", .object(members))]
  }

  private func group(_ policy: ReplicationPolicy) -> JSON {
    let blueprint = report.scenario.blueprint
    let feeder = policy.feeder.map { [("fed_by", JSON.string($0))] } ?? []
    let delay =
      policy.applyDelay > .zero ? [("apply_delay_ns", JSON.duration(policy.applyDelay))] : []
    return .object(
      [
        ("name", .string(policy.name)),
        (
          "volumes",
          .array(policy.volumes(of: blueprint).map { .string(blueprint.volumes[$0].name) })
        ),
        ("layer", .string(policy.mode.layerReportName)),
        ("mode", .string(policy.mode.modeReportName)),
        ("point_interval_ns", .duration(policy.mode.pointInterval)),
        ("site", .string(blueprint.sites[policy.site].name)),
        ("device", .string(blueprint.devices[policy.device].name)),
        ("buffer_bytes", .integer(policy.bufferMaximum.bytes)),
        ("journal_bytes", policy.journalMaximum > .zero ? .integer(policy.journalMaximum.bytes) : .null),
        ("tolerance_ns", .duration(policy.tolerance)),
        ("heartbeat_ns", .duration(policy.heartbeat)),
      ] + delay + feeder)
  }

  /// Returns the standby. Random times are in words.
  private func standby(_ standby: Standby) -> JSON {
    .object([
      ("kind", .string(standby.kind.reportName)),
      ("provision", .string("\(standby.provision)")),
      ("redirect", .string("\(standby.redirect)")),
    ])
  }

  private func failback(_ plan: FailbackPlan) -> JSON {
    .object([
      ("production_returns", .string("\(plan.productionReturns)")), ("every", .integer(Int64(plan.every))),
    ])
  }

  private func automatic(_ automatic: AutomaticFailover) -> JSON {
    let sites = report.scenario.blueprint.sites
    return .object([
      ("heartbeat_ns", .duration(automatic.heartbeat)), ("misses", .integer(Int64(automatic.misses))),
      ("witness", automatic.witness.map { .string(sites[$0].name) } ?? .null),
      ("follow_ratio", .string(automatic.follow.asNumber)),
    ])
  }

  /// Returns the behaviour of automatic failover; `null` where people decide.
  func takeover(_ disaster: DisasterReport) -> JSON {
    guard let findings = TakeoverFindings(disaster.drills) else { return .null }
    return .object([
      ("false_alarms", .integer(Int64(findings.falseAlarms))),
      ("split_brain_drills", .integer(Int64(findings.splitBrains))),
      ("split_brain_max_ns", .duration(findings.longestSplitBrain)),
      ("writes_apart_max", findings.mostWritesApart.map { .integer(Int64($0)) } ?? .null),
    ])
  }

  /// Returns the reach of a disaster stated by place or rate; no member where neither is stated.
  func reach(_ disaster: Disaster) -> [(String, JSON)] {
    let sites = report.scenario.blueprint.sites
    var members: [(String, JSON)] = []
    if let area = disaster.area {
      members.append(
        (
          "area",
          .object([
            ("latitude_degrees", .string(area.latitude.asNumber)),
            ("longitude_degrees", .string(area.longitude.asNumber)),
            ("reach_m", .integer(area.reach.metres)),
          ])
        ))
    }
    if case .sites(let reached) = disaster.target {
      members.append(("sites", .array(reached.map { .string(sites[$0].name) })))
    }
    if let time = disaster.lasting { members.append(("lasting_ns", .duration(time))) }
    if let launches = disaster.launches {
      members.append(("launches_unavailable_ns", .duration(launches.duration)))
    }
    if let course = disaster.course.wording { members.append(("course", .string(course))) }
    return members
  }
}
