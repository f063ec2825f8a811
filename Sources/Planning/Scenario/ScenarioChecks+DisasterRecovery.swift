import Estate
import Units

extension ScenarioChecks {
  mutating func check(_ recovery: DisasterRecovery, at path: [String]) {
    let policy = recovery.replication
    let path = path + ["disasterRecovery", "replication"]
    checkPlaces(of: policy, at: path)
    checkSilence(of: policy, at: path)
    checkJournal(of: policy, at: path)
    checkInterval(of: policy, at: path)
  }

  /// The site that holds the volumes; all stand in one.
  private var productionSite: SiteID? {
    scenario.blueprint.volumes.first.map { scenario.blueprint.devices[$0.device].site }
  }

  private func name(_ site: SiteID) -> String { scenario.blueprint.sites[site].name }

  // MARK: Places

  private mutating func checkPlaces(of policy: ReplicationPolicy, at path: [String]) {
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
    } else {
      checkLink(from: production, to: policy.site, at: path + ["site"], purpose: "replicate the volumes")
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

  /// A journal folds its oldest checkpoints away: it must be able to hold one.
  private mutating func checkJournal(of policy: ReplicationPolicy, at path: [String]) {
    guard case .hostIO(let mode) = policy.mode, case .asynchronous(let checkpoint?) = mode else { return }
    let written = mostWritten(in: checkpoint)
    guard policy.journalMaximum < written else { return }
    report(
      path + ["journal"],
      "a journal of \(policy.journalMaximum) cannot hold one checkpoint: "
        + "up to \(written.inMebibytes) are written in \(checkpoint)",
      hint: "write at least '\(written.inMebibytes)', or shorten 'checkpoint'")
  }

  /// Snapshots that take longer to send than to become due are sent ever later.
  private mutating func checkInterval(of policy: ReplicationPolicy, at path: [String]) {
    guard case .storage(.interval(let interval)) = policy.mode, let production = productionSite,
      let id = scenario.blueprint.link(between: production, and: policy.site)
    else { return }
    let link = scenario.blueprint.links[id]
    let written = mostWritten(in: interval)
    let transfer = link.rate.time(for: written)
    guard transfer > interval else { return }
    report(
      path + ["interval"],
      "a snapshot every \(interval) takes longer to send: up to \(written.inMebibytes) changes, "
        + "and '\(link.name)' carries \(link.rate), which takes \(transfer.roundedUp)",
      hint: "write a longer interval, or give '\(link.name)' a higher rate")
  }

  /// Over all volumes, at full size; a page that is written again is counted once, so no volume changes by more than it holds.
  private func mostWritten(in time: Duration) -> ByteCount {
    scenario.blueprint.volumes.reduce(.zero) { sum, volume in
      sum + min(volume.used.of(volume.size), volume.workload.mostWritten(in: time))
    }
  }
}

// MARK: - Disasters that go by places

extension ScenarioChecks {
  /// Whether a disaster that befalls sites befalls the right ones.
  mutating func checkPlace(of disaster: Disaster, at path: [String]) {
    switch disaster.target {
    case .site(let id):
      let site = scenario.blueprint.sites[id]
      if !disaster.canBefall(site) {
        report(
          path + ["site"], "no tsunami reaches '\(site.name)': it does not lie on a coast",
          hint: "write 'coast: true' for the site, or name another")
      }
      if disaster.cause == .drSiteFault, id == productionSite {
        report(
          path + ["site"], "'\(site.name)' is the production site, not a DR site",
          hint: "name a DR site, or write another cause, such as 'fire'")
      }
    case .sites(let reached) where reached.isEmpty: checkReach(of: disaster, at: path)
    case .sites, .volumes, .host, .device, .link, .volumesAndVaults: break
    }
  }

  private mutating func checkReach(of disaster: Disaster, at path: [String]) {
    guard let area = disaster.area else { return }
    let candidates = scenario.blueprint.sites.filter(disaster.canBefall)
    let kind = disaster.cause == .tsunami ? "site on a coast" : "site"
    let nearest = candidates.min { area.distance(to: $0) < area.distance(to: $1) }
    report(
      path + ["reach"], "no \(kind) lies within \(area.reach) of the centre",
      hint: nearest.map { "the nearest is '\($0.name)', \(area.distance(to: $0).roundedUp) away" }
        ?? "write 'coast: true' for a site that a tsunami can reach")
  }
}

extension ByteCount {
  /// Rounded up, as it could be written in the file.
  fileprivate var inMebibytes: String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
}

extension Duration {
  /// Rounded up to a whole second.
  fileprivate var roundedUp: Duration { .seconds((nanoseconds + 999_999_999) / 1_000_000_000) }
}

extension Distance {
  /// Rounded up to a whole kilometre: with that reach the site would be befallen.
  fileprivate var roundedUp: Distance { .kilometres((metres + 999) / 1_000) }
}
