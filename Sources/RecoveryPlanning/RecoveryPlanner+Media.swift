import Estate
import Units

/// Media that a courier must bring back before a restore can begin.
extension RecoveryPlanner {
  /// Plans the calls for media, where no vault on the network has a usable point that is as new.
  func planMedia(
    for down: [ServiceID], in world: World, places: ReplacementSteps, after decided: Int,
    into runbook: inout Runbook
  ) -> [Int] {
    guard places.takeover == nil,
      world.blueprint.vaults.indices.contains(where: { world.courier(of: VaultID($0)) != nil })
    else { return [] }
    var called: [(vault: VaultID, site: SiteID)] = []
    for service in down {
      guard let recovery = recovery(of: service, in: world) else { continue }
      let home = home(of: service, in: world)
      let atHand = PointSearch(recovery, among: world.recoveryOptions(for: service, at: home), of: service)
      for vault in world.vaultsToFetch(
        for: service, to: home, where: { recovery.prefers($0, to: atHand.current) })
      where !called.contains(where: { $0 == (vault, home) }) {
        called.append((vault, home))
      }
    }
    return called.compactMap { vault, site in
      world.courier(of: vault).map { courier in
        runbook.add(
          .provision, "media of \(scenario.blueprint.vaults[vault].name)", after: [decided],
          .change(.receiveMedia(vault, site, comeback: courier.comeback), after: courier.comeback))
      }
    }
  }

  /// The site of a service after its recovery.
  private func home(of service: ServiceID, in world: World) -> SiteID {
    let site = world.site(of: scenario.blueprint.services[service].host)
    if world.isUp(site) || world.powerReturn(of: site) != nil { return site }
    return strategy.recovery.rebuildSite?.site ?? site
  }
}

extension DataRecovery {
  /// Whether a shelved point serves the recovery and the one at hand does not, or is older.
  fileprivate func prefers(_ shelved: RecoveryOption, to atHand: RecoveryOption?) -> Bool {
    switch self {
    case .newest(let limit):
      return shelved.instant <= limit && atHand.map { $0.instant < shelved.instant } ?? true
    // Points at hand are tried first: only their scan says whether they are clean.
    case .newestClean: return atHand == nil
    }
  }
}
