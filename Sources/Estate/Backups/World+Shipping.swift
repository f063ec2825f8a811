import Backup
import Units

/// Copies that a courier carries to a vault and back.
extension World {
  // MARK: On the way out

  /// Makes the points of the oldest shipment recovery points.
  mutating func shipmentArrives(_ index: Int) { backups.receiveShipment(of: index, at: now) }

  /// Returns the courier of a vault that no network reaches; `nil` for a vault on the network.
  public func courier(of vault: VaultID) -> Courier? { backups.courier(of: vault) }

  // MARK: On the way back

  /// Returns the vaults whose media must come to `home` before a service is restored from them.
  ///
  /// - Parameter isUsable: whether a point serves the recovery.
  public func vaultsToFetch(
    for service: ServiceID, to home: SiteID, where isUsable: (RecoveryOption) -> Bool
  ) -> [VaultID] {
    blueprint.vaults.indices.map(VaultID.init).filter { vault in
      guard courier(of: vault) != nil, !backups[vault].isLost, site(of: vault) != home else { return false }
      guard backups[vault].media?.site != home else { return false }
      return shelvedOptions(in: vault).contains(where: isUsable)
    }
  }

  /// Returns the points of a vault's media, oldest first.
  private func shelvedOptions(in vault: VaultID) -> [RecoveryOption] {
    backups.agents.filter { $0.policy.replica == vault }.flatMap { agent in
      agent.replica.points.filter { backups[vault].holds($0.id) }.map {
        RecoveryOption(instant: $0.instant, source: .vault(vault), origin: .vault(vault, $0.id))
      }
    }
  }

  /// Places a vault's media at a site. The media that arrived after `call` stay in the vault.
  public mutating func receiveMedia(of vault: VaultID, at site: SiteID, calledAt call: Instant) {
    backups[vault].fetchMedia(FetchedMedia(site: site, calledAt: call))
  }

  /// The vaults whose media were brought to another site.
  public var vaultsWithFetchedMedia: [VaultID] {
    backups.vaults.indices.map(VaultID.init).filter { backups[$0].media != nil }
  }

  /// Whether a point is on media that are where they can be read.
  func isAtHand(_ point: PointID, in vault: VaultID, of agent: BackupAgent, from home: SiteID) -> Bool {
    guard agent.policy.replica == vault, agent.policy.courier != nil, site(of: vault) != home else {
      return true
    }
    guard let media = backups[vault].media, media.site == home,
      let arrival = agent.replica.arrival(of: point)
    else { return false }
    return arrival <= media.calledAt
  }
}
