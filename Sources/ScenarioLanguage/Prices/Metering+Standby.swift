import Estate
import Units

extension Metering {
  /// Returns the usage of a strategy's DR sites over a time. Standby servers exist where every volume has a
  /// copy, and copies need storage.
  package func standby(of strategy: Strategy, for time: Duration) -> [Usage] {
    guard let recovery = strategy.disasterRecovery else { return [] }
    return recovery.standbySites(of: blueprint).flatMap { servers(recovery.standby, at: $0, for: time) }
      + recovery.groups.flatMap { copies($0, for: time) }
      + [recovery.automatic?.witness].compactMap { $0 }.map { witness(at: $0, for: time) }
  }

  /// Returns the smallest server, which suffices for a witness.
  private func witness(at site: SiteID, for time: Duration) -> Usage {
    Usage(
      .compute, of: "witness in \(blueprint.sites[site].name)", item: "compute.small.running", .seconds, time)
  }

  /// Returns one server for each server of production: stopped, small, or at production's size.
  private func servers(_ standby: Standby, at site: SiteID, for time: Duration) -> [Usage] {
    blueprint.hosts.map { host in
      let item =
        switch standby.kind {
        case .pilotLight: "compute.\(host.size).stopped"
        case .warmStandby: "compute.\(standby.size).running"
        case .hotStandby, .activeActive: "compute.\(host.size).running"
        }
      let subject = "standby of \(host.name) in \(blueprint.sites[site].name)"
      return Usage(.compute, of: subject, item: item, .seconds, time * Int64(host.count))
    }
  }

  /// Returns the storage of copies as provisioned, and of the journal at its capacity.
  private func copies(_ policy: ReplicationPolicy, for time: Duration) -> [Usage] {
    let item = storageItem(of: policy.device)
    let place = blueprint.sites[policy.site].name
    let volumes = policy.volumes(of: blueprint).map { blueprint.volumes[$0] }
    let held =
      volumes.map { (subject: "copy of \($0.name) in \(place)", size: $0.size) } + [
        (subject: "journal in \(place)", size: policy.journalMaximum)
      ]
    return held.map { subject, size in
      Usage(.storage, of: subject, item: item, .mebibyteHours, StoredTime(size, for: time).mebibyteHours)
    }
  }

  /// Returns the additional servers for a practised recovery. A hot standby has its own.
  package func practiceServers(of strategy: Strategy, for time: Duration) -> [Usage] {
    switch strategy.disasterRecovery?.standby.kind {
    case .hotStandby, .activeActive: []
    case nil, .pilotLight, .warmStandby:
      blueprint.hosts.map {
        Usage(
          .compute, of: "drill host \($0.name)", item: "compute.\($0.size).running", .seconds,
          time * Int64($0.count))
      }
    }
  }

  /// Returns the leased lines that a strategy uses. The strategy does not pay for others.
  func leases(_ meters: Meters, for time: Duration) -> [Usage] {
    zip(blueprint.links, meters.linkBytes).compactMap { link, bytes in
      guard link.tariff != nil, bytes > .zero else { return nil }
      return Usage(.fixed, of: "link \(link.name)", item: leaseItem(of: link), .seconds, time)
    }
  }
}

extension StoredTime {
  package init(_ bytes: ByteCount, for time: Duration) {
    self = .zero
    add(bytes, for: time)
  }
}
