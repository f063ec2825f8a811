import Estate
import Units

extension ScenarioChecks {
  /// Checks a group of two serving sites, which have no common order and merge page by page.
  mutating func checkBothSites(
    of policy: ReplicationPolicy, in recovery: DisasterRecovery, at path: [String]
  ) {
    guard policy.mode.activeActive != nil else { return }
    let blueprint = scenario.blueprint
    if policy.hasClock {
      report(
        path + ["groupClock"], "no clock puts the writes of two sites that both serve in one order",
        hint: "remove 'groupClock'")
    }
    if recovery.automatic != nil {
      report(
        path + ["mode"],
        "both sites serve the group '\(policy.name)' already: none of them takes over by itself",
        hint: "remove 'automatic', or write another mode for the group")
    }
    let volumes = policy.volumes(of: blueprint)
    if let database = blueprint.services.first(where: {
      $0.database?.volumes.contains(where: volumes.contains) ?? false
    }) {
      report(
        path + ["mode"], "'\(database.name)' is a database: it has one writer, and cannot serve at two sites",
        hint: "leave its volumes to a group of another mode, such as 'witnessedSync'")
    }
    for volume in volumes
    where recovery.groups.count(where: { $0.volumes(of: blueprint).contains(volume) }) > 1 {
      report(
        path + ["mode"],
        "'\(blueprint.volumes[volume].name)' is served by two sites, and another group copies what one of them writes",
        hint: "leave the volume in one group")
    }
  }

  /// Checks that servers which serve all the time have writable volumes.
  mutating func checkServing(of recovery: DisasterRecovery, at path: [String]) {
    let serving = recovery.groups.filter { $0.mode.activeActive != nil }
    switch (recovery.standby.kind, serving.first) {
    case (.activeActive, nil):
      report(
        path, "servers that serve all the time have no volumes that they may write to",
        hint: "write 'mode: activeActive' for a group, or 'kind: hotStandby'")
    case (.activeActive, _?), (_, nil): break
    case (let kind, let group?):
      report(
        path, "a '\(kind.rawValue)' serves nobody, and the group '\(group.name)' is served at both sites",
        hint: "write 'kind: activeActive', or another mode for the group")
    }
  }
}
