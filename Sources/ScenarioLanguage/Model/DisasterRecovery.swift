import Estate
import Statistics
import Units

/// The replication to other sites, the standby there, and the failback.
public struct DisasterRecovery: Sendable {
  /// The protection groups, at least one. Of several copies of a volume the first is the nearest.
  public var groups: [ReplicationPolicy]
  public var standby: Standby
  /// The plan of the failback; `nil` when a rehearsal ends once the services run again.
  public var failback: FailbackPlan?
  /// The automatic failover; `nil` when people detect, declare and decide.
  public var automatic: AutomaticFailover?

  package init(
    groups: [ReplicationPolicy], standby: Standby, failback: FailbackPlan? = nil,
    automatic: AutomaticFailover? = nil
  ) {
    precondition(!groups.isEmpty, "something is replicated")
    self.groups = groups
    self.standby = standby
    self.failback = failback
    self.automatic = automatic
  }

  /// Returns the earlier group whose copy feeds another one; `nil` where production does.
  package func feeder(of policy: ReplicationPolicy) -> ReplicationPolicy? {
    guard let name = policy.feeder else { return nil }
    return groups.prefix { $0.name != policy.name }.first { $0.name == name }
  }

  /// Returns the groups that pass on changes to a group's copy, and the group itself, from production
  /// outward.
  package func chain(to policy: ReplicationPolicy) -> [ReplicationPolicy] {
    (feeder(of: policy).map(chain) ?? []) + [policy]
  }

  /// Returns the site that feeds a group's copy.
  package func source(of policy: ReplicationPolicy, in blueprint: Blueprint) -> SiteID {
    feeder(of: policy)?.site ?? blueprint.devices[blueprint.volumes[0].device].site
  }

  /// Returns the link over which a group's copy is fed; `nil` where none joins the two sites.
  package func link(to policy: ReplicationPolicy, in blueprint: Blueprint) -> LinkID? {
    blueprint.link(between: source(of: policy, in: blueprint), and: policy.site)
  }

  /// Returns the groups whose copies are at a site.
  package func groups(at site: SiteID) -> [ReplicationPolicy] { groups.filter { $0.site == site } }

  /// Returns the sites that hold a copy of every volume, in the order of the groups. Each can take over.
  package func standbySites(of blueprint: Blueprint) -> [SiteID] {
    let sites = groups.map(\.site).reduce(into: [SiteID]()) { if !$0.contains($1) { $0.append($1) } }
    return sites.filter { site in
      let copied = groups(at: site).flatMap { $0.volumes(of: blueprint) }
      return blueprint.volumes.indices.allSatisfy { copied.contains(VolumeID($0)) }
    }
  }
}

extension [ReplicationPolicy] {
  /// The groups, where a fed copy has its feeder's volumes unless others are stated.
  var withVolumesOfFeeders: [ReplicationPolicy] {
    reduce(into: []) { groups, policy in
      var policy = policy
      if policy.volumes == nil { policy.volumes = groups.first { $0.name == policy.feeder }?.volumes }
      groups.append(policy)
    }
  }
}

extension ReplicationPolicy {
  /// Returns the volumes of the group.
  public func volumes(of blueprint: Blueprint) -> [VolumeID] {
    volumes ?? blueprint.volumes.indices.map(VolumeID.init)
  }
}

/// The policy of a standby site that takes over automatically after missing production's heartbeats.
public struct AutomaticFailover: Hashable, Sendable {
  /// The interval between heartbeats.
  public var heartbeat: Duration
  /// The number of consecutive missed heartbeats after which production counts as lost.
  public var misses: Int
  /// The third site whose consent a takeover needs and from which production holds its lease. With `nil`, the
  /// standby site decides alone.
  public var witness: SiteID?
  /// The share of clients that follow the new address, among those who still reach the old primary after a
  /// promotion.
  public var follow: Ratio

  package init(heartbeat: Duration, misses: Int, witness: SiteID? = nil, follow: Ratio) {
    self.heartbeat = heartbeat
    self.misses = misses
    self.witness = witness
    self.follow = follow
  }

  /// The longest time to detect the loss of production, just after a heartbeat. A witness reports with its next one.
  package var worstDetection: Duration { patience + heartbeat * (witness == nil ? 1 : 2) }

  /// The silence after which production counts as lost.
  public var patience: Duration { heartbeat * Int64(misses) }
}

/// The plan of the services' return to their original site.
public struct FailbackPlan: Sendable {
  /// The time from the failover until the production site is restored. A disaster with a duration decides for
  /// itself.
  public var productionReturns: Distribution
  /// The sampling of failbacks: one in this many drills of a disaster continues until the services are back.
  public var every: Int

  package init(productionReturns: Distribution, every: Int) {
    self.productionReturns = productionReturns
    self.every = every
  }

  /// Whether a drill at an instant includes the failback. Only the instant decides, so a drill run alone has
  /// the same result.
  package func isRehearsed(at strike: Instant) -> Bool {
    UInt64(bitPattern: strike.nanoseconds).mixed % UInt64(every) == 0
  }
}

/// The hosts that take over at the DR site.
public struct Standby: Sendable {
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Data only. Servers are created after the disaster.
    case pilotLight
    /// Servers that run at a small size and grow after the disaster.
    case warmStandby
    /// Servers at full size, ready to start the application.
    case hotStandby
    /// Both sites serve at the same time.
    case activeActive
  }

  public var kind: Kind
  /// The time to create servers (pilot light) or to grow them (warm standby). The others do not wait.
  public var provision: Distribution
  /// The time until the service's address leads to the DR site.
  public var redirect: Distribution
  /// Warm standby: the size class that prices each server while it waits.
  public var size: String

  package init(kind: Kind, provision: Distribution, redirect: Distribution, size: String = "small") {
    self.kind = kind
    self.size = size
    self.provision = provision
    self.redirect = redirect
  }

  /// Whether servers must be booted.
  package var boots: Bool { kind == .pilotLight }
}
