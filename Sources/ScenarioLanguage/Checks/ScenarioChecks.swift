import Backup
import Documents
import Estate
import Schedules
import Units

/// Checks across the sections of a scenario, for values that are only wrong together.
struct ScenarioChecks {
  let scenario: Scenario
  private let root: Node
  private(set) var diagnostics: [Diagnostic] = []

  var blueprint: Blueprint { scenario.blueprint }

  /// - Parameter root: the document, in which the errors are located.
  init(_ scenario: Scenario, root: Node) {
    self.scenario = scenario
    self.root = root
    checkVolumes()
    checkServers()
    checkDatabases()
    checkStrikes(scenario.strikes, at: ["strikes"])
    for disaster in scenario.disasters { check(disaster) }
    checkCoordinates()
    for strategy in scenario.strategies { check(strategy) }
    checkFootprint()
    checkCurrencies()
    checkServiceWeights()
    checkTiers()
    checkThresholds()
    checkPrices()
  }

  private mutating func checkThresholds() {
    for (place, threshold) in scenario.check.thresholds.enumerated() {
      guard case .money(let money) = threshold.bound, money.currency != scenario.prices.currency else {
        continue
      }
      report(
        ["check", "thresholds", "\(place)"],
        "the threshold is in \(money.currency), the price book in \(scenario.prices.currency)",
        hint: "write the threshold in \(scenario.prices.currency)")
    }
  }

  /// Checks that penalties and prices use one currency.
  private mutating func checkCurrencies() {
    let prices = scenario.prices.currency
    guard let penalties = scenario.costs.penalties, penalties.outagePerHour.currency != prices else { return }
    report(
      ["costs", "penalties"],
      "the penalties are in \(penalties.outagePerHour.currency), the price book in \(prices)",
      hint: "write the penalties in \(prices), or name a price book in \(penalties.outagePerHour.currency)")
  }

  mutating func report(_ path: [String], _ message: String, hint: String) {
    diagnostics.append(Diagnostic(at: root.descend(path).place, message: message, hint: hint))
  }

  mutating func report(_ found: [Diagnostic]) { diagnostics += found }

  /// Whether a key is written at a path.
  func says(_ key: String, at path: [String]) -> Bool { root.descend(path)[key] != nil }

  // MARK: Volumes

  private mutating func checkVolumes() {
    if blueprint.volumes.isEmpty {
      report(
        ["services"], "no service has a volume", hint: "give a service 'volumes': there is nothing to lose")
    }
    for volume in blueprint.volumes {
      let service = blueprint.services[volume.service]
      let device = blueprint.devices[volume.device]
      let path = ["services", service.name, "volumes", volume.name, "device"]
      if device.kind == .objectStore {
        report(
          path, "the volume '\(volume.name)' cannot live on the object store '\(device.name)'",
          hint: "name a device of the kind 'disk' or 'array'")
      }
      let host = blueprint.hosts[service.host]
      if device.site != host.site {
        report(
          path,
          "'\(device.name)' stands in '\(name(device.site))', but '\(host.name)' in '\(name(host.site))'",
          hint: "name a device in '\(name(host.site))'")
      }
    }
    checkProductionSite()
  }

  /// Checks that all volumes are at one site, where their backups are taken.
  private mutating func checkProductionSite() {
    let services = blueprint.services.filter { !$0.volumes.isEmpty }
    guard let first = services.first else { return }
    let site = blueprint.hosts[first.host].site
    for service in services where blueprint.hosts[service.host].site != site {
      report(
        ["services", service.name, "host"],
        "'\(service.name)' keeps data in '\(name(blueprint.hosts[service.host].site))', but '\(first.name)' in '\(name(site))'",
        hint: "keep the volumes of all services in one production site")
    }
  }

  func name(_ site: SiteID) -> String { blueprint.sites[site].name }

  // MARK: Disasters

  private mutating func checkStrikes(_ plan: StrikePlan, at path: [String]) {
    guard case .at(let instants) = plan else { return }
    for (index, instant) in instants.enumerated()
    where instant < scenario.windowStart || instant > scenario.windowEnd {
      report(
        path + ["at", "\(index)"], "\(instant) is outside the window",
        hint: "write an instant from \(scenario.windowStart) to \(scenario.windowEnd)")
    }
  }

  private mutating func check(_ disaster: Disaster) {
    let path = ["disasters", disaster.name]
    if let strikes = disaster.strikes { checkStrikes(strikes, at: path + ["strikes"]) }
    checkLaunches(of: disaster, at: path)
    checkServers(of: disaster, at: path)
    switch disaster.target {
    case .device(let id) where disaster.cause != .failSlow:
      let device = blueprint.devices[id]
      let fits = (disaster.cause == .diskFailure) == (device.kind == .disk)
      if !fits {
        let other: Cause = device.kind == .disk ? .diskFailure : .arrayFailure
        report(
          path + ["device"],
          "'\(device.name)' is of the kind '\(device.kind.rawValue)': no '\(disaster.cause.rawValue)' hits it",
          hint: "write 'cause: \(other.rawValue)', or name another device")
      }
    case .volumesAndVaults(_, let credentials): checkCredentials(credentials, at: path + ["credentials"])
    case .host(let host) where disaster.cause == .virusAttack:
      if !blueprint.services.contains(where: { $0.host == host && !$0.volumes.isEmpty }) {
        report(
          path + ["host"], "no volume is reached from '\(blueprint.hosts[host].name)'",
          hint: "name another host")
      }
    case .connections(let site): checkConnections(of: site, at: path + ["site"])
    case .volumes, .host, .device, .site, .sites, .link: checkPlace(of: disaster, at: path)
    }
  }

  private mutating func checkCredentials(_ credentials: String, at path: [String]) {
    var known = blueprint.vaults.map(\.credentials)
    known += scenario.strategies.compactMap { $0.snapshots?.credentials }
    let distinct = known.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    if !distinct.contains(credentials) {
      report(
        path, "nothing is opened by the credentials '\(credentials)'",
        hint: distinct.suggestion(for: credentials, noun: "credentials"))
    }
  }

  // MARK: Strategies

  private mutating func check(_ strategy: Strategy) {
    let path = ["strategies", strategy.name]
    if let snapshots = strategy.snapshots {
      checkPace(snapshots.schedule, at: path + ["snapshots", "schedule"])
    }
    for (index, backup) in strategy.backups.enumerated() {
      check(backup, at: path + ["backups", "\(index)"])
    }
    checkReplicas(of: strategy.backups, at: path + ["backups"])
    checkShipping(of: strategy, at: path + ["backups"])
    checkLogArchive(of: strategy, at: path)
    if let recovery = strategy.disasterRecovery { check(recovery, at: path) }
    guard let rebuild = strategy.recovery.rebuildSite else { return }
    let device = blueprint.devices[rebuild.device]
    let rebuildPath = path + ["recovery", "rebuild"]
    if device.site != rebuild.site {
      report(
        rebuildPath + ["device"],
        "'\(device.name)' stands in '\(name(device.site))', not in '\(name(rebuild.site))'",
        hint: "name a device in '\(name(rebuild.site))'")
    }
    if device.kind == .objectStore {
      report(
        rebuildPath + ["device"], "volumes cannot be rebuilt on the object store '\(device.name)'",
        hint: "name a device of the kind 'disk' or 'array'")
    }
    let vaults =
      strategy.backups.flatMap { backup in
        [backup.vault] + (backup.courier == nil ? backup.replica.map { [$0] } ?? [] : [])
      } + (strategy.logArchive.map { [$0.vault] } ?? [])
    for vault in vaults {
      let site = blueprint.devices[blueprint.vaults[vault].device].site
      checkLink(
        from: site, to: rebuild.site, at: rebuildPath + ["site"],
        purpose: "restore the vault '\(blueprint.vaults[vault].name)'")
    }
  }

  private mutating func check(_ backup: BackupPolicy, at path: [String]) {
    checkPace(backup.schedule, at: path + ["schedule"])
    if let prune = backup.prune { checkPace(prune, at: path + ["prune"]) }
    let vault = blueprint.vaults[backup.vault]
    let vaultSite = blueprint.devices[vault.device].site
    for volume in blueprint.volumes {
      checkLink(
        from: blueprint.devices[volume.device].site, to: vaultSite, at: path + ["vault"],
        purpose: "back up '\(volume.name)'")
    }
    if let replica = backup.replica, backup.courier == nil {
      checkLink(
        from: vaultSite, to: blueprint.devices[blueprint.vaults[replica].device].site, at: path + ["replica"],
        purpose: "replicate '\(vault.name)'")
    }
  }

  mutating func checkLink(from a: SiteID, to b: SiteID, at path: [String], purpose: String) {
    guard a != b, blueprint.link(between: a, and: b) == nil else { return }
    report(
      path, "no link joins '\(name(a))' and '\(name(b))' to \(purpose)",
      hint: "add one to 'links': 'between: [\(name(a)), \(name(b))]'")
  }

  /// The limit on runs of a rule. More are a mistake, and would take hours to rehearse.
  private static let runsMaximum = 50_000

  private mutating func checkPace(_ timetable: Timetable, at path: [String]) {
    var runs = 0
    for instant in BackupSchedule(timetable, from: scenario.start).slots {
      if instant > scenario.windowEnd || runs > Self.runsMaximum { break }
      runs += 1
    }
    if runs == 0 {
      report(
        path, "this rule never matches before the end of the window",
        hint: "write a rule that occurs from \(scenario.start) to \(scenario.windowEnd)")
    } else if runs > Self.runsMaximum {
      report(
        path, "this rule matches more than \(Self.runsMaximum) times in the run",
        hint: "write a slower rule, or shorten 'warmUp' and 'window'")
    }
  }
}
