import Estate
import ScenarioLanguage

extension Blueprint {
  /// Returns the source of a service's data in a few words.
  func name(of source: RecoverySource) -> String {
    switch source {
    case .snapshot: "local snapshot"
    case .vault(let vault): "vault \(vaults[vault].name)"
    case .journal(let site): "journal at \(sites[site].name)"
    case .remoteSnapshot(let site): "replicated snapshot at \(sites[site].name)"
    }
  }

  /// Returns the target of a disaster in a few words.
  func name(of target: Target) -> String {
    switch target {
    case .volumes(let volumes): names(of: volumes)
    case .host(let host): "host \(hosts[host].name)"
    case .device(let device): "device \(devices[device].name)"
    case .site(let site): "site \(sites[site].name)"
    case .sites(let reached) where reached.isEmpty: "no site"
    case .sites(let reached):
      (reached.count == 1 ? "site " : "sites ") + reached.map { sites[$0].name }.listed
    case .link(let link): "link \(links[link].name)"
    case .connections(let site): "all links of site \(sites[site].name)"
    case .volumesAndVaults(let volumes, let credentials):
      "\(names(of: volumes)) and every vault that \(credentials) opens"
    }
  }

  private func names(of volumes: [VolumeID]) -> String {
    (volumes.count == 1 ? "volume " : "volumes ") + volumes.map { self.volumes[$0].name }.listed
  }
}

extension Scenario {
  /// Returns the disaster in words, as in `virus attack, volume db-data, 30 % of its pages, hidden for 3 d`.
  func wording(of disaster: Disaster) -> String {
    var parts = [disaster.cause.wording, blueprint.name(of: disaster.target)]
    switch disaster.target {
    case .volumes, .volumesAndVaults: parts.append("\(disaster.share) of the used pages")
    case .host(let host) where blueprint.hosts[host].count > 1 && disaster.cause == .serverFailure:
      let count = blueprint.hosts[host].count
      parts.append("\(disaster.servers ?? count) of its \(count) servers")
    case .host, .device, .site, .sites, .link, .connections: break
    }
    if let area = disaster.area { parts.append(area.wording) }
    if let course = disaster.course.wording { parts.append(course) }
    if let time = disaster.lasting { parts.append("lasting \(time.forReading)") }
    if let launches = disaster.launches {
      let places =
        launches.region.map { "in \($0) " }
        ?? launches.sites.map { "in \($0.map { blueprint.sites[$0].name }.listed) " } ?? ""
      parts.append("no servers launched \(places)for \(launches.duration.forReading)")
    }
    if disaster.dwell > .zero { parts.append("hidden for \(disaster.dwell.forReading)") }
    if let second = disaster.followedBy {
      parts.append("followed by \(disasters[second.disaster].name) after \(second.after)")
    }
    return parts.joined(separator: ", ")
  }
}

extension Cause {
  fileprivate var wording: String {
    self == .drSiteFault ? "fault of the DR site" : reportName.split(separator: "_").joined(separator: " ")
  }
}

extension Array where Element == String {
  /// The items in a sentence, as in `a`, `a and b`, `a, b and c`.
  var listed: String {
    count < 2 ? first ?? "" : dropLast().joined(separator: ", ") + " and " + self[count - 1]
  }
}
