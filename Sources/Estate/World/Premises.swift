import Units

/// The state of sites, hosts and services: which are up, and where each host runs.
///
/// Devices and links are not part of it: a service may be unbroken here and still be down because its volume is lost.
struct Premises: Sendable {
  private struct Site: Sendable {
    var isUp = true
    /// The end of a power cut; `nil` while there is none.
    var powerReturn: Instant?
  }
  private struct Host: Sendable {
    /// The number of servers, and the number that the services need.
    let count: Int
    let needs: Int
    /// The number of servers that run.
    var running: Int
    /// The number of broken servers, which power does not bring back.
    var lost = 0
    /// The site that the host runs at; a rebuilt host runs elsewhere than in the blueprint.
    var site: SiteID
  }

  private var sites: [Site]
  private var hosts: [Host]
  /// Services that were stopped, or whose data differs from what was acknowledged.
  private var broken: [Bool]

  /// The premises of an estate in good health.
  init(_ blueprint: Blueprint) {
    sites = blueprint.sites.map { _ in Site() }
    hosts = blueprint.hosts.map {
      Host(count: $0.count, needs: $0.needs, running: $0.count, site: $0.site)
    }
    broken = blueprint.services.map { _ in false }
  }

  func isUp(_ site: SiteID) -> Bool { sites[site].isUp }
  /// Whether as many servers run as the services need.
  func isUp(_ host: HostID) -> Bool { hosts[host].running >= hosts[host].needs }
  /// Whether too few servers are intact, with or without power.
  func isLost(_ host: HostID) -> Bool { hosts[host].count - hosts[host].lost < hosts[host].needs }
  func isBroken(_ service: ServiceID) -> Bool { broken[service] }
  func site(of host: HostID) -> SiteID { hosts[host].site }
  func powerReturn(of site: SiteID) -> Instant? { sites[site].powerReturn }
  var unbrokenServices: [ServiceID] { broken.indices.map(ServiceID.init).filter { !broken[$0] } }

  /// Traps when a site that is up waits for power.
  func checkInvariants(at now: Instant) {
    for site in sites {
      precondition(!site.isUp || site.powerReturn == nil, "only a site without power waits for its return")
      precondition(site.powerReturn.map { $0 >= now } ?? true, "power returns when it is due")
    }
    for host in hosts {
      precondition((0...host.count).contains(host.running + host.lost), "a lost server does not run")
    }
  }

  // MARK: Failures

  /// Takes servers of a host down.
  ///
  /// - Parameter servers: `nil` for all. Servers beyond those that run are ignored.
  mutating func stop(_ host: HostID, servers: Int? = nil) {
    let intact = hosts[host].count - hosts[host].lost
    let failed = min(servers ?? intact, intact)
    hosts[host].lost += failed
    hosts[host].running = max(0, hosts[host].running - failed)
  }

  /// Takes a site and every host at it down.
  ///
  /// - Parameter powerReturn: The end of the power cut; `nil` when the site is lost.
  mutating func stop(_ site: SiteID, until powerReturn: Instant? = nil) {
    sites[site].isUp = false
    if let powerReturn { sites[site].powerReturn = powerReturn }
    for index in hosts.indices where hosts[index].site == site { hosts[index].running = 0 }
  }

  mutating func stop(_ service: ServiceID) { broken[service] = true }

  mutating func stopAllServices() { for index in broken.indices { broken[index] = true } }

  // MARK: Recovery

  /// Replaces lost servers until the services have what they need. Spare servers follow after the recovery.
  mutating func start(_ host: HostID) {
    hosts[host].running = max(hosts[host].running, hosts[host].needs)
    hosts[host].lost = min(hosts[host].lost, hosts[host].count - hosts[host].running)
  }

  /// Makes a site available again; its hosts stay down until they are started.
  mutating func restore(_ site: SiteID) { sites[site] = Site() }

  /// Replaces the broken servers of a site, which stay down until they are started.
  mutating func replaceLostServers(at site: SiteID) {
    for index in hosts.indices where hosts[index].site == site { hosts[index].lost = 0 }
  }

  /// Starts the intact servers of a site.
  mutating func startHosts(at site: SiteID) {
    for index in hosts.indices where hosts[index].site == site {
      hosts[index].running = hosts[index].count - hosts[index].lost
    }
  }

  /// Runs the hosts of one site at another from now on.
  mutating func moveHosts(from left: SiteID, to site: SiteID) {
    for index in hosts.indices where hosts[index].site == left {
      hosts[index].site = site
      (hosts[index].running, hosts[index].lost) = (hosts[index].count, 0)
    }
  }

  mutating func start(_ service: ServiceID) { broken[service] = false }
}
