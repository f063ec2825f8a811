import Estate
import ScenarioLanguage
import Testing
import Units

/// Disasters that go by places: which sites a centre and a reach come to, and what lasts how long.
@Suite struct NaturalDisasters {
  private static func text(_ disaster: String) -> String {
    Shop.text(with: disaster, for: "cause: fire, site: frankfurt, detect: 2 min")
  }

  private func target(_ disaster: String) throws -> Target {
    try Shop.read(Self.text(disaster)).disasters[1].target
  }

  /// Distances that geodesists give (Vincenty on WGS 84), within the half percent by which a sphere errs.
  @Test(arguments: [
    (50.11, 8.68, 52.52, 13.40, 424.0), (35.68, 139.69, 34.69, 135.50, 396.0),
    (-33.87, 151.21, 51.51, -0.13, 16_989.0), (0, 179.5, 0, -179.5, 111.3), (90, 0, -90, 0, 20_004.0),
  ])
  func aDistanceIsThatOfTheGreatCircle(
    fromNorth: Double, fromEast: Double, toNorth: Double, toEast: Double, kilometres: Double
  ) {
    func degrees(_ value: Double) -> Ratio { Ratio(billionths: Int64((value * 1e9).rounded())) }
    let area = DisasterArea(
      latitude: degrees(fromNorth), longitude: degrees(fromEast), reach: .kilometres(1))
    let site = Site(
      name: "there", region: "", latitude: degrees(toNorth), longitude: degrees(toEast), isOnCoast: false)
    let error = abs(Double(area.distance(to: site).metres) / 1_000 / kilometres - 1)
    #expect(error < 0.006, "\(area.distance(to: site))")
  }

  @Test func everySiteWithinReachIsBefallenAndNoOther() throws {
    let centre = "centre: { latitude: 50.5, longitude: 9.5 }"
    #expect(try target("cause: earthquake, \(centre), radius: 120 km") == .sites([SiteID(0)]))
    #expect(try target("cause: flood, \(centre), radius: 1000 km") == .sites([SiteID(0), SiteID(1)]))
    #expect(try target("cause: flood, site: berlin") == .site(SiteID(1)))
  }

  @Test func aTsunamiReachesOnlyCoasts() throws {
    let text = Self.text("cause: tsunami, centre: { latitude: 51, longitude: 11 }, radius: 1000 km")
    #expect(
      try Shop.read(text.replacing("coastal: false", with: "coastal: true")).disasters[1].target
        == .sites([SiteID(1)]))
    #expect(try Shop.read(text).disasters[1].isMiss)
    check(
      Shop.errors(in: Self.text("cause: tsunami, site: berlin")),
      "51:33: error: no tsunami reaches 'berlin': it does not lie on a coast",
      "write 'coastal: true' for the site, or name another")
  }

  @Test func powerAndLinksComeBack() throws {
    let outage = try Shop.read(Self.text("cause: powerOutage, site: frankfurt, duration: 4 h")).disasters[1]
    #expect(outage.target == .site(SiteID(0)) && outage.lasting == .hours(4))
    let cut = try Shop.read(
      Self.text(
        "cause: linkFault, link: backbone, duration: 20 min, followedBy: { disaster: deletion, after: 9 min }"
      )
    ).disasters[1]
    #expect(cut.target == .link(LinkID(0)) && cut.lasting == .minutes(20))
    #expect(cut.followedBy?.disaster == 0)
    #expect(try Shop.read(Self.text("cause: drSiteFault, site: berlin")).disasters[1].lasting == nil)
  }

  @Test(arguments: [
    (
      "cause: earthquake, site: berlin, centre: { latitude: 40, longitude: 0 }, radius: 120 km",
      "51:52: error: 'site' and 'centre' exclude each other", "keep one of the two"
    ),
    (
      "cause: flood, centre: { latitude: 40, longitude: 0 }",
      "51:9: error: this does not say what 'flood' hits", "add 'radius'"
    ),
    (
      "cause: linkFault, host: web, duration: 1 min",
      "51:35: error: 'host' does not go with the cause 'linkFault'", "it hits: link, site"
    ),
    (
      "cause: linkFault, link: bakbone, duration: 1 min", "51:35: error: there is no link 'bakbone'",
      "did you mean 'backbone'? the links are: backbone"
    ),
    (
      "cause: powerOutage, site: berlin", "51:9: error: a 'powerOutage' ends by itself",
      "add 'duration', for example 'duration: 4 h'"
    ),
    (
      "cause: fire, site: berlin, duration: 4 h",
      "51:48: error: 'duration' does not go with the cause 'fire'",
      "remove it: only a 'powerOutage', a 'linkFault', a 'failSlow' and a 'maintenance' end by themselves"
    ),
    (
      "cause: drSiteFault, site: frankfurt",
      "51:37: error: 'frankfurt' is the production site, not a DR site",
      "name a DR site, or write another cause, such as 'fire'"
    ),
    (
      "cause: fire, site: berlin, radius: 7 miles", "51:46: error: 'miles' is not a unit of distance",
      "use one of km, m"
    ),
  ])
  func whatDoesNotGoTogetherIsToldWithItsMend(disaster: String, head: String, hint: String) {
    check(Shop.errors(in: Self.text(disaster)), head, hint)
  }
}
