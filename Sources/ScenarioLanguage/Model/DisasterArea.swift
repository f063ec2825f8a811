import Estate
import Glibc
import Units

/// The area of a natural disaster: everything within a distance of its centre.
public struct DisasterArea: Hashable, Sendable {
  /// The latitude in degrees north.
  public var latitude: Ratio
  /// The longitude in degrees east.
  public var longitude: Ratio
  public var reach: Distance

  public init(latitude: Ratio, longitude: Ratio, reach: Distance) {
    self.latitude = latitude
    self.longitude = longitude
    self.reach = reach
  }

  /// The mean radius of the Earth (R1 of Moritz, "Geodetic Reference System 1980", Journal of Geodesy 74, 2000).
  private static let earthRadius = 6_371_008.8

  /// Returns the great-circle distance from the centre, to the nearest metre. The Earth is modelled as a
  /// sphere, which errs by up to half a percent.
  ///
  /// The haversine formula keeps its digits for near points (Sinnott, "Virtues of the Haversine", Sky & Telescope
  /// 68(2), 1984).
  public func distance(to site: Site) -> Distance {
    let (from, to) = (latitude.radians, site.latitude.radians)
    let chord =
      squaredSine((to - from) / 2)
      + cos(from) * cos(to) * squaredSine((site.longitude.radians - longitude.radians) / 2)
    return Distance(metres: Int64((2 * Self.earthRadius * asin(sqrt(min(1, chord)))).rounded()))
  }

  private func squaredSine(_ angle: Double) -> Double { sin(angle) * sin(angle) }
}

extension Ratio {
  /// The value in radians, read as degrees.
  fileprivate var radians: Double { value * .pi / 180 }
}

extension Disaster {
  /// Returns the disaster with the sites in its area as its target. A tsunami reaches only coastal sites, and
  /// a regional disaster all sites of its region.
  func reaching(_ sites: [Site]) -> Disaster {
    var disaster = self
    if let region {
      disaster.target = .sites(
        sites.indices.map(SiteID.init).filter { sites[$0].region == region && canBefall(sites[$0]) })
      return disaster
    }
    guard let area else { return self }
    disaster.target = .sites(
      sites.indices.map(SiteID.init).filter {
        area.distance(to: sites[$0]) <= area.reach && canBefall(sites[$0])
      })
    return disaster
  }

  /// Whether a disaster of this cause can hit a site.
  func canBefall(_ site: Site) -> Bool { cause != .tsunami || site.isOnCoast }
}
