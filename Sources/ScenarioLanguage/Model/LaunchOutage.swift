import Documents
import Estate
import Units

/// A time in which a provider launches no servers, although those that run go on and data is intact.
public struct LaunchOutage: Hashable, Sendable {
  /// The time from the strike until servers can be launched again.
  public var duration: Duration
  /// The sites concerned; `nil` with `region` for all, alone for every site.
  public var sites: [SiteID]?
  /// The region all of whose sites are concerned.
  public var region: String?

  package init(duration: Duration, sites: [SiteID]? = nil, region: String? = nil) {
    self.duration = duration
    self.sites = sites
    self.region = region
  }

  /// Whether no servers can be launched at a site.
  package func concerns(_ site: SiteID, in blueprint: Blueprint) -> Bool {
    if let sites { return sites.contains(site) }
    return region.map { $0 == blueprint.sites[site].region } ?? true
  }
}

extension Shape<LaunchOutage> {
  static let launches = mapping(
    "Servers cannot be launched: new ones, and those of a pilot light. Servers that run are not concerned, nor those that grow.",
    Field<Duration>(
      "unavailable", .positiveDuration, "From the strike until servers can be launched again."),
    Field<[SiteID]?>(
      optional: "sites", .list(of: .site, countMinimum: 1), "The sites concerned; by default all."),
    Field<String?>(optional: "region", .text, "The region whose sites are concerned.")
  ) { unavailable, sites, region throws(Misfit) in
    if sites != nil, region != nil {
      throw Misfit(at: "region", "'sites' and 'region' exclude each other", hint: "keep one of the two")
    }
    return LaunchOutage(duration: unavailable, sites: sites, region: region)
  }
}
