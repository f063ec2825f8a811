import Estate

extension Disaster {
  /// The sites that the disaster removes, temporarily or for good.
  package var sites: [SiteID] {
    switch target {
    case .site(let site): [site]
    case .sites(let sites): sites
    case .volumes, .host, .device, .link, .connections, .volumesAndVaults: []
    }
  }
}
