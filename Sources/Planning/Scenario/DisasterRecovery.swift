import Estate
import Units

/// Replication to other sites, what stands there, and the way back.
public struct DisasterRecovery: Sendable {
  /// The protection groups; of several copies of a volume the first is the nearest. Never empty.
  public var groups: [ReplicationPolicy]
  public var standby: Standby
  /// `nil`: a rehearsal ends when the services are back.
  public var failback: FailbackPlan?
  /// `nil`: people detect, declare and decide.
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

  /// The group whose copy feeds another one; `nil` where production does. It is named before that.
  func feeder(of policy: ReplicationPolicy) -> ReplicationPolicy? {
    guard let name = policy.feeder else { return nil }
    return groups.prefix { $0.name != policy.name }.first { $0.name == name }
  }

  /// The copies that pass on what comes to a group's copy, and it: from production outward.
  func chain(to policy: ReplicationPolicy) -> [ReplicationPolicy] {
    (feeder(of: policy).map(chain) ?? []) + [policy]
  }

  /// The site from which a group's copy is fed.
  func source(of policy: ReplicationPolicy, in blueprint: Blueprint) -> SiteID {
    feeder(of: policy)?.site ?? blueprint.devices[blueprint.volumes[0].device].site
  }

  /// The link that a group's copy is fed over; `nil` where none joins the two sites.
  func link(to policy: ReplicationPolicy, in blueprint: Blueprint) -> LinkID? {
    blueprint.link(between: source(of: policy, in: blueprint), and: policy.site)
  }

  /// The groups whose copies stand at a site.
  func groups(at site: SiteID) -> [ReplicationPolicy] { groups.filter { $0.site == site } }

  /// The sites that hold a copy of every volume, in the order of the groups: each of them can take over.
  func standbySites(of blueprint: Blueprint) -> [SiteID] {
    let sites = groups.map(\.site).reduce(into: [SiteID]()) { if !$0.contains($1) { $0.append($1) } }
    return sites.filter { site in
      let copied = groups(at: site).flatMap { $0.volumes(of: blueprint) }
      return blueprint.volumes.indices.allSatisfy { copied.contains(VolumeID($0)) }
    }
  }
}

extension [ReplicationPolicy] {
  /// What is fed by a copy is of the same volumes, where nothing else is said.
  var withVolumesOfFeeders: [ReplicationPolicy] {
    reduce(into: []) { groups, policy in
      var policy = policy
      if policy.volumes == nil { policy.volumes = groups.first { $0.name == policy.feeder }?.volumes }
      groups.append(policy)
    }
  }
}

extension ReplicationPolicy {
  /// The volumes of the group.
  public func volumes(of blueprint: Blueprint) -> [VolumeID] {
    volumes ?? blueprint.volumes.indices.map(VolumeID.init)
  }
}

/// A standby site that takes over by itself when it has not heard production for too long.
public struct AutomaticFailover: Hashable, Sendable {
  /// From one sign of life to the next.
  public var heartbeat: Duration
  /// How many missing in a row mean that production is lost.
  public var misses: Int
  /// A third site without whose consent nobody takes over, and without whose voice production serves no longer; `nil`: the
  /// standby site decides alone.
  public var witness: SiteID?
  /// Of the clients who still reach the old primary when the other site was promoted too: how many follow the new address.
  public var follow: Ratio

  package init(heartbeat: Duration, misses: Int, witness: SiteID? = nil, follow: Ratio) {
    self.heartbeat = heartbeat
    self.misses = misses
    self.witness = witness
    self.follow = follow
  }

  /// From the loss of production until it is noticed: one sign of life may just have come.
  var worstDetection: Duration { patience + heartbeat }

  /// Silence for so long means that production is lost.
  public var patience: Duration { heartbeat * Int64(misses) }
}

/// How the services come back to the site that they failed over from.
public struct FailbackPlan: Sendable {
  /// From the failover until the production site stands again; a disaster that says how long it lasts decides itself.
  public var productionReturns: Distribution
  /// One of so many drills of a disaster goes on until the services are back home.
  public var every: Int

  package init(productionReturns: Distribution, every: Int) {
    self.productionReturns = productionReturns
    self.every = every
  }

  /// Whether a drill at an instant is one of those that go on: the instant alone decides, so that a drill that is
  /// rehearsed alone comes out as it does among all.
  func isRehearsed(at strike: Instant) -> Bool {
    UInt64(bitPattern: strike.nanoseconds).mixed % UInt64(every) == 0
  }
}

/// The hosts that take over at the DR site.
public struct Standby: Sendable {
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Data only: servers are made on the day.
    case pilotLight
    /// Servers that run at a small size and grow on the day.
    case warmStandby
    /// Servers at full size, ready to start the application.
    case hotStandby
    /// Both sites serve at the same time.
    case activeActive
  }

  public var kind: Kind
  /// Until servers stand ready: made (pilot light) or grown (warm standby); not waited for by the others.
  public var provision: Distribution
  /// Until the address of the service leads to the DR site.
  public var redirect: Distribution
  /// Warm standby: what each of its servers is priced as while it waits.
  public var size: String

  package init(kind: Kind, provision: Distribution, redirect: Distribution, size: String = "small") {
    self.kind = kind
    self.size = size
    self.provision = provision
    self.redirect = redirect
  }

  /// Whether servers have to be booted.
  var boots: Bool { kind == .pilotLight }
}
