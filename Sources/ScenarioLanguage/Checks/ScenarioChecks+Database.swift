import Estate
import Units

extension ScenarioChecks {
  /// Checks that every database has volumes of its own with enough room, and every other volume a workload.
  mutating func checkDatabases() {
    let before = diagnostics.count
    for (index, service) in scenario.blueprint.services.enumerated() {
      checkWorkloads(of: service)
      if let plan = service.database { checkVolumes(of: service, ServiceID(index), plan) }
    }
    guard diagnostics.count == before else { return }
    for (index, service) in scenario.blueprint.services.enumerated() {
      if let plan = service.database {
        checkRoom(for: ServiceID(index), plan, at: ["services", service.name])
      }
    }
  }

  private mutating func checkWorkloads(of service: Service) {
    for id in service.volumes {
      let name = scenario.blueprint.volumes[id].name
      let path = ["services", service.name, "volumes", name]
      switch (service.database?.volumes.contains(id) ?? false, says("workload", at: path)) {
      case (true, true):
        report(
          path + ["workload"], "'\(name)' is written to by the database of '\(service.name)'",
          hint: "remove 'workload': what is written follows from the transactions")
      case (false, false):
        report(
          path, "the key 'workload' is missing",
          hint: "add 'workload': what is written to it; or name the volume in the 'database' of its service")
      case (true, false), (false, true): break
      }
    }
  }

  private mutating func checkVolumes(of service: Service, _ id: ServiceID, _ plan: DatabasePlan) {
    let path = ["services", service.name, "database"]
    let names = service.volumes.map { scenario.blueprint.volumes[$0].name }
    for (key, volume) in [("data", plan.data), ("log", plan.log)] where !service.volumes.contains(volume) {
      report(
        path + [key], "'\(scenario.blueprint.volumes[volume].name)' is no volume of '\(service.name)'",
        hint: names.isEmpty
          ? "add 'volumes' to the service" : "its volumes are: \(names.joined(separator: ", "))")
    }
    if plan.data == plan.log {
      report(
        path + ["log"], "data and write-ahead log cannot share a volume",
        hint: "give the service a second volume for the log")
    } else if let other = service.volumes.first(where: { !plan.volumes.contains($0) }) {
      let name = scenario.blueprint.volumes[other].name
      report(
        ["services", service.name, "volumes", name],
        "'\(service.name)' is a database, and '\(name)' holds neither its data nor its log",
        hint: "give '\(name)' to another service")
    }
  }

  /// The limit on recorded transactions. More take minutes and gigabytes to record.
  private static let transactionsMaximum = 60_000.0

  private mutating func checkRoom(for id: ServiceID, _ plan: DatabasePlan, at path: [String]) {
    let run = scenario.warmUp + scenario.window + .days(1)
    let expected = plan.churn.perSecond.value * run.seconds / Double(scenario.scale.denominator)
    guard expected <= Self.transactionsMaximum else {
      return report(
        path + ["database", "transactionsPerSecond"],
        "\(Int64(expected)) transactions fall into the run at this scale, and at most \(Int64(Self.transactionsMaximum)) fit",
        hint: "write a smaller scale, or fewer transactions")
    }
    let room = DatabaseSchedule.fits(
      id, plan, in: scenario.blueprint, scale: scenario.scale, seed: scenario.seed, start: scenario.start,
      end: scenario.workloadEnd)
    let blueprint = scenario.blueprint
    if !room.data {
      report(
        path + ["volumes", blueprint.volumes[plan.data].name, "size"],
        "at this scale '\(blueprint.volumes[plan.data].name)' has no room for what the transactions of the run add",
        hint: "write a larger size, a smaller share in use, or fewer transactions")
    }
    if !room.log {
      report(
        path + ["volumes", blueprint.volumes[plan.log].name, "used"],
        "at this scale '\(blueprint.volumes[plan.log].name)' has no room beside the share in use for one transaction more",
        hint: "write a smaller share in use, or a larger size")
    }
  }

  /// Checks that a standby runs all the time to apply the log.
  mutating func checkStandby(of recovery: DisasterRecovery, at path: [String]) {
    guard recovery.standby.kind == .pilotLight, recovery.groups.contains(where: { $0.mode.isApplication })
    else { return }
    report(
      path, "nothing runs in a pilot light that could apply the log of a database",
      hint: "write 'kind: warmStandby' or 'kind: hotStandby'")
  }

  /// Checks that log replication copies exactly one database's log.
  mutating func checkLogReplication(_ policy: ReplicationPolicy, at path: [String]) {
    guard policy.mode.isApplication else { return }
    let blueprint = scenario.blueprint
    let volumes = policy.volumes(of: blueprint).sorted()
    let databases = blueprint.services.filter { $0.database != nil }
    guard !databases.contains(where: { $0.volumes.sorted() == volumes }) else { return }
    guard let database = databases.first(where: { $0.volumes.contains(where: volumes.contains) }) else {
      return report(
        path + ["layer"], "the group has no database whose log could be replicated",
        hint: databases.isEmpty
          ? "give a service a 'database', or write another layer"
          : "name the volumes of '\(databases[0].name)', or write another layer")
    }
    let names = database.volumes.map { blueprint.volumes[$0].name }
    report(
      path + ["layer"],
      "the log of '\(database.name)' carries what is in \(names.joined(separator: " and ")), and nothing else",
      hint: "write 'volumes: [\(names.joined(separator: ", "))]', and protect other volumes by another group")
  }
}
