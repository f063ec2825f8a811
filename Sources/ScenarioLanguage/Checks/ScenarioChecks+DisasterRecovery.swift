import Estate
import Units

extension ScenarioChecks {
  mutating func check(_ recovery: DisasterRecovery, at path: [String]) {
    let path = path + ["disasterRecovery"]
    for policy in recovery.groups {
      let path = path + (policy.name == "replication" ? ["replication"] : ["groups", policy.name])
      checkPlaces(of: policy, in: recovery, at: path)
      if policy.feeder != nil { checkFeeding(of: policy, in: recovery, at: path) }
      checkOrder(of: policy, at: path)
      checkSilence(of: policy, at: path)
      checkJournal(of: policy, at: path)
      checkInterval(of: policy, in: recovery, at: path)
      checkLogReplication(policy, at: path)
      checkBothSites(of: policy, in: recovery, at: path)
    }
    checkCoverage(of: recovery, at: path + ["groups"])
    checkStandby(of: recovery, at: path + ["standby", "kind"])
    checkServing(of: recovery, at: path + ["standby", "kind"])
    if let automatic = recovery.automatic { check(automatic, of: recovery, at: path + ["automatic"]) }
  }

  // MARK: Groups

  /// Checks that a failover site has all volumes, and that no volume is copied to one place twice.
  private mutating func checkCoverage(of recovery: DisasterRecovery, at path: [String]) {
    let blueprint = scenario.blueprint
    let sites = recovery.groups.map(\.site).reduce(into: [SiteID]()) { if !$0.contains($1) { $0.append($1) } }
    for site in sites {
      let copied = recovery.groups(at: site).flatMap { $0.volumes(of: blueprint) }
      for (index, volume) in blueprint.volumes.enumerated() {
        let count = copied.count { $0 == VolumeID(index) }
        if count == 0 {
          report(
            path, "the volume '\(volume.name)' has no copy in '\(name(site))': it would be left behind",
            hint: "name it in one of the groups of '\(name(site))'")
        } else if count > 1 {
          report(
            path, "the volume '\(volume.name)' is copied to '\(name(site))' by \(count) groups",
            hint: "leave it in one of them")
        }
      }
    }
  }

  /// Checks the write order of a group. Writes of several hosts or arrays have no common order.
  private mutating func checkOrder(of policy: ReplicationPolicy, at path: [String]) {
    // A copy fed by another one has the order of that one.
    guard !policy.hasClock, policy.feeder == nil else { return }
    let blueprint = scenario.blueprint
    let volumes = policy.volumes(of: blueprint).map { blueprint.volumes[$0] }
    let writers: [String]
    let noun: String
    switch policy.mode {
    case .hostIO:
      writers = volumes.map { blueprint.hosts[blueprint.services[$0.service].host].name }
      noun = "hosts"
    case .storage:
      writers = volumes.map { blueprint.devices[$0.device].name }
      noun = "devices"
    case .application, .activeActive: return
    }
    let distinct = writers.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    guard distinct.count > 1 else { return }
    report(
      path,
      "the group has volumes of \(distinct.count) \(noun) (\(distinct.joined(separator: ", "))) and no common clock: "
        + "a recovered state could hold a write of one without an earlier one of another",
      hint: "write 'groupClock: true' if the product has one, or make a group of each in 'groups'")
  }

  /// The site that holds the volumes; `nil` when they are at several.
  var productionSite: SiteID? {
    scenario.blueprint.volumes.first.map { scenario.blueprint.devices[$0.device].site }
  }

  // MARK: Places

  private mutating func checkPlaces(
    of policy: ReplicationPolicy, in recovery: DisasterRecovery, at path: [String]
  ) {
    let blueprint = scenario.blueprint
    let device = blueprint.devices[policy.device]
    if device.site != policy.site {
      report(
        path + ["device"], "'\(device.name)' stands in '\(name(device.site))', not in '\(name(policy.site))'",
        hint: "name a device in '\(name(policy.site))'")
    } else if device.kind == .objectStore {
      report(
        path + ["device"], "volumes cannot be replicated to the object store '\(device.name)'",
        hint: "name a device of the kind 'disk' or 'array'")
    }
    guard let production = productionSite else { return }
    if policy.site == production {
      let others = blueprint.sites.indices.map(SiteID.init).filter { $0 != production }.map(name)
      report(
        path + ["site"], "the DR site '\(name(production))' is the production site: it is lost with it",
        hint: others.isEmpty ? "add another site" : "name another site: \(others.joined(separator: ", "))")
    } else if policy.feeder == nil || recovery.feeder(of: policy) != nil {
      let source = recovery.source(of: policy, in: blueprint)
      checkLink(from: source, to: policy.site, at: path + ["site"], purpose: "replicate the volumes")
    }
  }

  // MARK: Times

  private mutating func checkSilence(of policy: ReplicationPolicy, at path: [String]) {
    guard policy.heartbeat >= policy.tolerance else { return }
    report(
      path + ["heartbeat"],
      "a heartbeat every \(policy.heartbeat) is not heard within the tolerance of \(policy.tolerance)",
      hint: "write a heartbeat below the tolerance, usually a sixth of it or less")
  }

  /// Checks that a journal can hold at least one checkpoint.
  private mutating func checkJournal(of policy: ReplicationPolicy, at path: [String]) {
    guard case .hostIO(let mode) = policy.mode, case .asynchronous(let checkpoint?) = mode else { return }
    let written = mostWritten(in: checkpoint, to: policy)
    guard policy.journalMaximum < written else { return }
    report(
      path + ["journal"],
      "a journal of \(policy.journalMaximum) cannot hold one checkpoint: "
        + "up to \(written.inMebibytes) are written in \(checkpoint)",
      hint: "write at least '\(written.inMebibytes)', or shorten 'checkpoint'")
  }

  /// Checks that snapshots can be sent within their interval. Otherwise they fall ever further behind.
  private mutating func checkInterval(
    of policy: ReplicationPolicy, in recovery: DisasterRecovery, at path: [String]
  ) {
    guard case .storage(.interval(let interval)) = policy.mode, productionSite != nil,
      let id = recovery.link(to: policy, in: scenario.blueprint)
    else { return }
    let link = scenario.blueprint.links[id]
    let written = mostWritten(in: interval, to: policy)
    let transfer = link.rate.time(for: written)
    guard transfer > interval else { return }
    report(
      path + ["interval"],
      "a snapshot every \(interval) takes longer to send: up to \(written.inMebibytes) changes, "
        + "and '\(link.name)' carries \(link.rate), which takes \(transfer.roundedUp)",
      hint: "write a longer interval, or give '\(link.name)' a higher rate")
  }

  /// Returns the most written to a group's volumes in a time, at full size. A page counts once, so no volume
  /// changes by more than its size.
  private func mostWritten(in time: Duration, to policy: ReplicationPolicy) -> ByteCount {
    policy.volumes(of: scenario.blueprint).reduce(.zero) { sum, id in
      let volume = scenario.blueprint.volumes[id]
      return sum + min(volume.used.of(volume.size), volume.workload.mostWritten(in: time))
    }
  }
}

// MARK: - Disasters that go by places

extension ScenarioChecks {
  /// Checks the target of a disaster that hits sites.
  mutating func checkPlace(of disaster: Disaster, at path: [String]) {
    switch disaster.target {
    case .site(let id):
      let site = scenario.blueprint.sites[id]
      if !disaster.canBefall(site) {
        report(
          path + ["site"], "no tsunami reaches '\(site.name)': it does not lie on a coast",
          hint: "write 'coastal: true' for the site, or name another")
      }
      if disaster.cause == .drSiteFault, id == productionSite {
        report(
          path + ["site"], "'\(site.name)' is the production site, not a DR site",
          hint: "name a DR site, or write another cause, such as 'fire'")
      }
    case .sites(let reached) where reached.isEmpty: checkRegion(of: disaster, at: path)
    case .sites(let reached):
      for id in reached where !disaster.canBefall(scenario.blueprint.sites[id]) {
        report(
          path + ["sites"], "no tsunami reaches '\(name(id))': it does not lie on a coast",
          hint: "write 'coastal: true' for the site, or leave it out")
      }
    case .volumes, .host, .device, .link, .connections, .volumesAndVaults: break
    }
  }

  /// Checks that a site has connections to cut.
  mutating func checkConnections(of id: SiteID, at path: [String]) {
    guard !scenario.blueprint.links.contains(where: { $0.ends.contains(id) }) else { return }
    report(
      path, "no link joins '\(name(id))' with another site", hint: "name a site that others are linked with")
  }

  /// Checks that the region without launches has a site.
  mutating func checkLaunches(of disaster: Disaster, at path: [String]) {
    guard let region = disaster.launches?.region,
      !scenario.blueprint.sites.contains(where: { $0.region == region })
    else { return }
    report(
      path + ["launches", "region"], "no site lies in the region '\(region)'",
      hint: regions.suggestion(for: region, noun: "regions"))
  }

  private var regions: [String] {
    scenario.blueprint.sites.map(\.region).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Checks that a region has a site that a loss of the region would hit.
  private mutating func checkRegion(of disaster: Disaster, at path: [String]) {
    guard let region = disaster.region else { return }
    report(
      path + ["region"],
      disaster.cause == .tsunami && regions.contains(region)
        ? "no site on a coast lies in the region '\(region)'" : "no site lies in the region '\(region)'",
      hint: regions.suggestion(for: region, noun: "regions"))
  }
}

extension ByteCount {
  /// The size in MiB, rounded up, as in the file.
  fileprivate var inMebibytes: String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
}

extension Duration {
  /// The duration rounded up to a whole second.
  fileprivate var roundedUp: Duration { .seconds((nanoseconds + 999_999_999) / 1_000_000_000) }
}
