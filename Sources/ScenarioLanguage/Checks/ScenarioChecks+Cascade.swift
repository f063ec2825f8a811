import Estate
import Units

extension ScenarioChecks {
  /// Checks a copy that another copy feeds: its volumes, its mode, its link, and its failback.
  mutating func checkFeeding(
    of policy: ReplicationPolicy, in recovery: DisasterRecovery, at path: [String]
  ) {
    guard let name = policy.feeder else { return }
    guard recovery.groups.contains(where: { $0.name == name }) else {
      return report(
        path + ["from"], "there is no protection group '\(name)'",
        hint: recovery.groups.map(\.name).filter { $0 != policy.name }.suggestion(for: name, noun: "others"))
    }
    guard let feeder = recovery.feeder(of: policy) else {
      return checkCycle(to: name, from: policy, in: recovery, at: path + ["from"])
    }
    checkModes(of: policy, fedBy: feeder, at: path)
    checkVolumes(of: policy, fedBy: feeder, at: path)
    if feeder.site == policy.site {
      report(
        path + ["site"],
        "the copy stands in '\(self.name(policy.site))', as the one that feeds it: they are lost together",
        hint: "name another site, or remove one of the two groups")
    }
    checkWayBack(from: policy, in: recovery, at: path + ["from"])
  }

  /// Checks for cycles. A feeder must be listed first, so any cycle shows here.
  private mutating func checkCycle(
    to feeder: String, from policy: ReplicationPolicy, in recovery: DisasterRecovery, at path: [String]
  ) {
    var names = [policy.name, feeder]
    while names.last != policy.name, names.count <= recovery.groups.count + 1,
      let next = recovery.groups.first(where: { $0.name == names.last })?.feeder
    {
      names.append(next)
    }
    if names.last == policy.name {
      let circle = names.map { "'\($0)'" }.joined(separator: " from ")
      return report(
        path, "a cycle of replication: \(circle)", hint: "let production feed one of them: remove its 'from'")
    }
    report(
      path, "'\(feeder)' feeds '\(policy.name)' and is named after it",
      hint: "name '\(feeder)' first: of two copies the nearer one comes before the other")
  }

  private mutating func checkModes(
    of policy: ReplicationPolicy, fedBy feeder: ReplicationPolicy, at path: [String]
  ) {
    if !feeder.mode.canFeed {
      report(
        path + ["from"],
        "'\(feeder.name)' holds \(feeder.mode.holding), of which no copy can be made as it grows",
        hint:
          "let a group of the layer 'storage' feed it that is replicated all the time, such as 'mode: sync'")
    }
    guard !policy.mode.canBeFed else { return }
    if case .storage = policy.mode {
      report(
        path + ["mode"], "nobody waits for a copy that is fed by another, and so it is not synchronous",
        hint: "write 'mode: async' or 'mode: interval'")
    } else {
      report(
        path + ["layer"],
        "where '\(feeder.name)' stands no host writes: it is the storage that passes its copy on",
        hint: "write 'layer: storage' with 'mode: async' or 'mode: interval'")
    }
  }

  private mutating func checkVolumes(
    of policy: ReplicationPolicy, fedBy feeder: ReplicationPolicy, at path: [String]
  ) {
    let (wanted, held) = (policy.volumes(of: blueprint), feeder.volumes(of: blueprint))
    guard wanted.sorted(by: <) != held.sorted(by: <) else { return }
    let names = held.map { blueprint.volumes[$0].name }.joined(separator: ", ")
    report(
      path + ["volumes"], "'\(feeder.name)' feeds the group and is a copy of other volumes: \(names)",
      hint: "remove 'volumes': the group has those of the copy that feeds it")
  }

  /// Checks the failback from a far site, which knows nothing of production's data and must send everything.
  private mutating func checkWayBack(
    from policy: ReplicationPolicy, in recovery: DisasterRecovery, at path: [String]
  ) {
    guard recovery.failback != nil, let home = productionSite,
      blueprint.link(between: policy.site, and: home) == nil
    else { return }
    report(
      path, "no link leads back from '\(name(policy.site))' to '\(name(home))' once that has taken over",
      hint: "add one to 'links': 'between: [\(name(home)), \(name(policy.site))]', or remove 'failback'")
  }
}

extension ReplicationPolicy.Mode {
  /// The contents of the DR site, as the object of a sentence.
  fileprivate var holding: String {
    switch self {
    case .storage(.interval): "a snapshot that is brought up to date now and then"
    case .hostIO: "a journal"
    case .application: "what a database of its own has written"
    case .activeActive: "what its own clients write"
    case .storage: "an image"
    }
  }
}
