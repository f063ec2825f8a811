import Estate
import ScenarioLanguage
import Statistics
import Units

/// The copies of the data that a strategy keeps, and the copies that disasters reach.
///
/// Production is a copy too. A copy that took over is consumed until the failback is complete.
package struct StrategyCopies {
  private enum Copy {
    case production
    case snapshots(credentials: String)
    case vault(VaultID, isLocked: Bool)
    case standby(SiteID)
  }

  private let scenario: Scenario
  private let strategy: Strategy
  private let copies: [Copy]

  package init(of strategy: Strategy, in scenario: Scenario) {
    self.scenario = scenario
    self.strategy = strategy
    let snapshots = strategy.snapshots.map { [Copy.snapshots(credentials: $0.credentials)] } ?? []
    let vaults = strategy.backups.flatMap { policy in
      // Stolen credentials do not reach media that a courier carries.
      [(policy.vault, false), policy.replica.map { ($0, policy.courier != nil) }].compactMap { $0 }
        .map { Copy.vault($0.0, isLocked: policy.lock != nil || $0.1) }
    }
    let standbys = (strategy.disasterRecovery?.groups.map(\.site) ?? [])
      .reduce(into: [SiteID]()) { if !$0.contains($1) { $0.append($1) } }
    copies = [.production] + snapshots + vaults + standbys.map { .standby($0) }
  }

  package var names: [String] {
    copies.map { copy in
      switch copy {
      case .production: "production"
      case .snapshots: "snapshots"
      case .vault(let vault, _): "vault \(scenario.blueprint.vaults[vault].name)"
      case .standby(let site): "standby at \(scenario.blueprint.sites[site].name)"
      }
    }
  }

  /// Returns a bit for each copy that a disaster destroys.
  package func destroyed(by disaster: Disaster) -> UInt64 {
    copies.indices.reduce(0) { isDestroyed(copies[$1], by: disaster) ? $0 | 1 << UInt64($1) : $0 }
  }

  /// Returns a bit for the standby that takes over when a disaster destroys production's devices.
  package func consumed(by disaster: Disaster) -> UInt64 {
    guard losesDevices(disaster) else { return 0 }
    let standby = copies.indices.first { place in
      if case .standby = copies[place] { !isDestroyed(copies[place], by: disaster) } else { false }
    }
    return standby.map { 1 << UInt64($0) } ?? 0
  }

  /// Returns the time until each copy is whole again. Production and damaged copies are whole once the system
  /// is back.
  package func repairs(after disaster: Disaster, unprotected: Duration?) -> [Distribution] {
    let isPhysical = !damagesBytes(disaster)
    let measured = unprotected.flatMap { try? Distribution(.constant($0)) }
    return copies.map { copy in
      switch copy {
      case .production: .zero
      case .snapshots, .vault: isPhysical ? strategy.recovery.replaceDevice : .zero
      case .standby:
        isPhysical
          ? measured ?? strategy.disasterRecovery?.failback?.productionReturns
            ?? strategy.recovery.replaceDevice
          : .zero
      }
    }
  }

  private var productionDevices: [DeviceID] { scenario.blueprint.volumes.map(\.device) }

  private func damagesBytes(_ disaster: Disaster) -> Bool {
    switch disaster.target {
    case .volumes, .volumesAndVaults: true
    case .host, .device, .site, .sites, .link, .connections: false
    }
  }

  private func losesDevices(_ disaster: Disaster) -> Bool {
    !damagesBytes(disaster) && productionDevices.contains { isLost($0, to: disaster) }
  }

  private func isLost(_ device: DeviceID, to disaster: Disaster) -> Bool {
    guard ![.powerOutage, .linkFault, .failSlow, .maintenance, .serverFailure].contains(disaster.cause) else {
      return false
    }
    switch disaster.target {
    case .device(let lost): return lost == device
    case .site(let site): return scenario.blueprint.devices[device].site == site
    case .sites(let sites): return sites.contains(scenario.blueprint.devices[device].site)
    case .volumes, .volumesAndVaults, .host, .link, .connections: return false
    }
  }

  private func isDestroyed(_ copy: Copy, by disaster: Disaster) -> Bool {
    switch copy {
    case .production: return damagesBytes(disaster) || losesDevices(disaster)
    case .snapshots(let credentials):
      if case .volumesAndVaults(_, credentials) = disaster.target { return true }
      return losesDevices(disaster)
    case .vault(let vault, let isLocked):
      if case .volumesAndVaults(_, let credentials) = disaster.target {
        return !isLocked && scenario.blueprint.vaults[vault].credentials == credentials
      }
      return isLost(scenario.blueprint.vaults[vault].device, to: disaster)
    case .standby(let site):
      let groups = strategy.disasterRecovery?.groups.filter { $0.site == site } ?? []
      if damagesBytes(disaster) { return !isSpared(groups, by: disaster) && !isLeftOut(disaster, at: site) }
      return groups.contains { isLost($0.device, to: disaster) }
    }
  }

  /// Whether the delayed standbys of all harmed services are promoted without the mistake.
  private func isLeftOut(_ disaster: Disaster, at site: SiteID) -> Bool {
    guard case .volumes(let harmed) = disaster.target, let recovery = strategy.disasterRecovery else {
      return false
    }
    return scenario.blueprint.services.filter { $0.volumes.contains(where: harmed.contains) }.allSatisfy {
      recovery.outlasts(disaster, of: $0, at: site, in: scenario)
    }
  }

  /// Whether a disaster spares the copies. A log-based standby escapes damage to files, and a journal is
  /// rewound.
  private func isSpared(_ groups: [ReplicationPolicy], by disaster: Disaster) -> Bool {
    groups.allSatisfy { $0.mode.isHostIO || (disaster.passesByTheLog && $0.mode.isApplication) }
  }
}
