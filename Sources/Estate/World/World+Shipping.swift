import Backup
import Units

/// A point that must not leave yet.
struct HeldPoint: Sendable {
  let id: PointID
  let until: Instant
}

/// The points on media that a courier carries.
struct Shipment: Sendable {
  let points: [RecoveryPoint]
}

/// Copies that wait before they leave, and copies that a courier carries.
extension World {
  // MARK: On the way out

  /// Starts the copy of a new point to the replica, or holds the point first.
  mutating func sendOn(_ point: RecoveryPoint, of index: Int) {
    let policy = backupAgents[index].policy
    guard policy.replica != nil else { return }
    if policy.hold > .zero {
      backupAgents[index].replica.held.append(HeldPoint(id: point.id, until: now + policy.hold))
    }
    guard backupAgents[index].replicaSchedule == nil else { return }
    if policy.hold > .zero {
      events.schedule(.holdEnds(index), at: now + policy.hold)
    } else {
      replicate(index)
    }
  }

  mutating func holdEnds(_ index: Int) {
    guard !protectionIsSuspended else { return }
    replicate(index)
  }

  /// Returns the points that must not leave now, and forgets those that may.
  mutating func heldPoints(_ index: Int) -> [PointID] {
    let now = now
    backupAgents[index].replica.held.removeAll { $0.until <= now }
    return backupAgents[index].replica.held.map(\.id)
  }

  /// Sends off the media that a copy has written.
  mutating func ship(_ index: Int, with courier: Courier) {
    guard let replica = backupAgents[index].policy.replica else { return }
    let known =
      backupAgents[index].replica.points.map(\.id)
      + backupAgents[index].replica.shipments.flatMap { $0.points.map(\.id) }
    let points = backupAgents[index].points.filter {
      !known.contains($0.id) && vaults[replica].store.attributes(of: $0.id.key) != nil
    }
    guard !points.isEmpty else { return }
    backupAgents[index].replica.shipments.append(Shipment(points: points))
    events.schedule(.shipmentArrives(index), at: now + courier.transit)
  }

  /// Makes the points of the oldest shipment recovery points.
  mutating func shipmentArrives(_ index: Int) {
    let shipment = backupAgents[index].replica.shipments.removeFirst()
    guard let replica = backupAgents[index].policy.replica, !vaults[replica].isLost else { return }
    for point in shipment.points { backupAgents[index].replica.arrivals[point.id] = now }
    backupAgents[index].replica.points += shipment.points
    backupAgents[index].replica.points.sort { $0.instant < $1.instant }
    if let newest = shipment.points.map(\.instant).max() { backupAgents[index].record.note(now - newest) }
  }

  /// Returns the courier of a vault that no network reaches; `nil` for a vault on the network.
  public func courier(of vault: VaultID) -> Courier? {
    // Asked at every request: the agents are looked at where they stand, not in copies.
    for index in backupAgents.indices where backupAgents[index].policy.courier != nil {
      if backupAgents[index].policy.replica == vault { return backupAgents[index].policy.courier }
    }
    return nil
  }

  // MARK: On the way back

  /// Returns the vaults whose media must come to `home` before a service is restored from them.
  ///
  /// - Parameter isUsable: whether a point serves the recovery.
  public func vaultsToFetch(
    for service: ServiceID, to home: SiteID, where isUsable: (RecoveryOption) -> Bool
  ) -> [VaultID] {
    blueprint.vaults.indices.map(VaultID.init).filter { vault in
      guard courier(of: vault) != nil, !vaults[vault].isLost, site(of: vault) != home else { return false }
      guard vaults[vault].media?.site != home else { return false }
      return shelvedOptions(in: vault).contains(where: isUsable)
    }
  }

  /// Returns the points of a vault's media, oldest first.
  private func shelvedOptions(in vault: VaultID) -> [RecoveryOption] {
    backupAgents.filter { $0.policy.replica == vault }.flatMap { agent in
      agent.replica.points.filter { vaults[vault].store.attributes(of: $0.id.key) != nil }.map {
        RecoveryOption(instant: $0.instant, source: .vault(vault), origin: .vault(vault, $0.id))
      }
    }
  }

  /// Places a vault's media at a site. The media that arrived after `call` stay in the vault.
  public mutating func receiveMedia(of vault: VaultID, at site: SiteID, calledAt call: Instant) {
    vaults[vault].media = FetchedMedia(site: site, calledAt: call)
  }

  /// The vaults whose media were brought to another site.
  public var vaultsWithFetchedMedia: [VaultID] {
    vaults.indices.filter { vaults[$0].media != nil }.map(VaultID.init)
  }

  /// Whether a point is on media that are where they can be read.
  func isAtHand(_ point: PointID, in vault: VaultID, of agent: BackupAgent, from home: SiteID) -> Bool {
    guard agent.policy.replica == vault, agent.policy.courier != nil, site(of: vault) != home else {
      return true
    }
    guard let media = vaults[vault].media, media.site == home,
      let arrival = agent.replica.arrivals[point]
    else { return false }
    return arrival <= media.calledAt
  }

  /// Destroys the media that were fetched to a site.
  mutating func loseMedia(at site: SiteID) {
    for index in vaults.indices where vaults[index].media?.site == site { vaults[index].isLost = true }
  }
}

/// Media that were brought from their vault to another site.
struct FetchedMedia: Sendable {
  let site: SiteID
  /// The instant of the call, after which the vault sent nothing more.
  let calledAt: Instant
}
