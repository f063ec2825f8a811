import Documents
import Estate
import Statistics
import Units

extension Shape<StrikePlan> {
  static let strikes = choice(
    "The instants at which disasters strike.",
    [
      Way("at", .given, "The instants of the strikes."),
      Way("spread", .spread, "The number of strikes, spread evenly over the window."),
      Way("renewal", .renewal, "The random times between strikes."),
    ]
  )
  .defined(as: "strikes", "The instants at which disasters strike.")

  private static let given = Shape<[Instant]>.list(of: .instant, countMinimum: 1).map { StrikePlan.at($0) }
  private static let spread = Shape<Int>.integer(1...1_000_000).map { StrikePlan.spread($0) }
  private static let renewal = mapping(
    "Strikes follow one another at times that chance decides.",
    Field("interval", .distribution, "The time from one strike to the next."),
    Field("atMost", .integer(1...1_000_000), "The largest number of strikes.")
  ) { interval, atMost throws(Misfit) in
    do throws(QuantityError) {
      return .renewal(try RenewalProcess(every: interval), atMost: atMost)
    } catch {
      throw Misfit(at: "interval", error)
    }
  }
}

extension Shape<Published> {
  static let published = mapping(
    "Published or observed figures, shown beside the measured values and never mixed with them.",
    Field(optional: "rpo", .duration, "The published loss."),
    Field(optional: "rto", .duration, "The published time to restore."),
    Field("scope", .text, "The scope of the figure: what its clock includes and leaves out."),
    Field("source", .text, "The document and its date.")
  ) { Published(rpo: $0, rto: $1, scope: $2, source: $3) }
}

/// A second disaster, on top of the first.
struct Sequel: Sendable {
  var disaster: Int
  var after: Distribution
}

extension Shape<Sequel> {
  static let sequel = mapping(
    "A second disaster during the recovery.",
    Field("disaster", .reference(to: .disaster), "The second disaster."),
    Field(
      "after", .distribution,
      "The time after the start of the outage or, without one, after the strike.")
  ) { Sequel(disaster: $0, after: $1) }
}

extension Shape<Centre> {
  static let centre = mapping(
    "The centre of a natural disaster.",
    Field("latitude", .number(-90...90, example: "50.11"), "The latitude in degrees north."),
    Field("longitude", .number(-180...180, example: "8.68"), "The longitude in degrees east.")
  ) { Centre(latitude: $0, longitude: $1) }
}

extension Shape<Disaster> {
  /// A disaster. The scenario computes the reach of a centre, because only it knows the sites' places.
  static let disaster = mapping(
    "A disaster that hits the estate.",
    Field<String>.name,
    Field<Cause>("cause", .oneOf, "The cause of the disaster."),
    Field<[VolumeID]?>(
      optional: "volumes", .list(of: .volume, countMinimum: 1), "The volumes whose data is damaged."),
    Field<HostID?>(optional: "host", .host, "The server that fails, or whose volumes a virus reaches."),
    Field<FailedServers?>(
      optional: "servers", .failedServers,
      "How many servers of a host with 'count' fail: a number, or 'all'."),
    Field<DeviceID?>(optional: "device", .device, "The disk or array that fails or is slow."),
    Field<SiteID?>(
      optional: "site", .site, "The site that is lost, without power, or cut off from all others."),
    Field<[SiteID]?>(
      optional: "sites", .list(of: .site, countMinimum: 1),
      "The sites that are lost at once, such as two of three zones."),
    Field<String?>(
      optional: "region", .text, "The lost region with all its sites; for a tsunami those on a coast."),
    Field<LinkID?>(optional: "link", .link, "The connection that is cut, flaps or is slow."),
    Field<Centre?>(optional: "centre", .centre, "The centre of a natural disaster."),
    Field<Distance?>(
      optional: "radius", .distance,
      "The radius of a natural disaster's destruction. A tsunami only reaches sites on a coast."
    ).formerly("reach"),
    Field<String?>(
      optional: "credentials", .text, "The stolen credentials. Everything unlocked that they open is deleted."
    ),
    Field<Duration?>(
      optional: "duration", .positiveDuration,
      "The duration of a power outage, a link fault or a slow device."
    ).formerly("lasting"),
    Field<Flapping?>(
      optional: "flapping", .flapping,
      "The times of a link fault that comes and goes; by default the link is cut throughout."
    ),
    Field<Slowdown?>(optional: "slowdown", .slowdown, "The remaining speed of a link or device."),
    Field<Duration>(
      "dwell", .duration, default: "0 s",
      "The time from the strike until the damage shows and the outage begins."),
    Field<Ratio>("share", .share, default: "100 %", "The share of the volumes' used pages that is damaged."),
    Field<StrikePlan?>(optional: "strikes", .strikes, "The strikes; by default those of the scenario."),
    Field<Distribution?>(
      optional: "detect", .distribution,
      "The time to detection; by default that of the scenario's people."),
    Field<Sequel?>(optional: "followedBy", .sequel, "A second disaster during the recovery."),
    Field<Published?>(
      optional: "published", .published, "Published figures of a real incident of this kind."),
    Field<Ratio?>(
      optional: "perYear", .number(0...1_000, example: "0.05"), "The expected number per year."),
    Field<Distribution?>(
      optional: "interval", .distribution, "The time between two occurrences, instead of 'perYear'."),
    Field<DisasterCluster?>(
      optional: "cluster", .disasterCluster,
      "Further occurrences that follow, like repeated attacks or aftershocks."
    ),
    Field<HarmedLevel?>(
      optional: "damages", .oneOf,
      "The level at which a database is damaged. 'contents' (the default) are damaged by a "
        + "statement, which is in the log too; a standby has 'files' of its own."
    ).formerly("harms"),
    Field<LaunchOutage?>(
      optional: "launches", .launches,
      "The time without launches of servers while data is intact: a fault of the provider's control plane.")
  ) {
    name, cause, volumes, host, servers, device, site, sites, region, link, centre, reach, credentials,
    lasting, flapping, slowdown, dwell, share, strikes, detect, sequel, published, perYear, interval, cluster,
    harms, launches
      throws(Misfit) in
    let parts = TargetParts(
      cause: cause, volumes: volumes, host: host, device: device, site: site, sites: sites,
      region: region, link: link,
      centre: centre,
      reach: reach, credentials: credentials, lasting: lasting, flapping: flapping, slowdown: slowdown)
    let target = try parts.target()
    let course = try parts.course()
    guard dwell == .zero || parts.harmsData else {
      throw Misfit(
        at: "dwell", "the damage of the cause '\(cause.rawValue)' shows at once", hint: "remove 'dwell'")
    }
    guard share > .zero else {
      throw Misfit(at: "share", "a disaster that harms nothing is none", hint: "write a share above 0 %")
    }
    let rate = try DisasterCluster.rate(perYear: perYear, interval: interval, cluster: cluster)
    guard harms == nil || [.accidentalDeletion, .applicationUpdateError].contains(cause) else {
      throw Misfit(
        at: "damages", "'damages' does not go with the cause '\(cause.rawValue)'",
        hint: "remove it: only an 'accidentalDeletion' and an 'applicationUpdateError' can be either")
    }
    guard servers == nil || cause == .serverFailure else {
      throw Misfit(
        at: "servers", "'servers' does not go with the cause '\(cause.rawValue)'",
        hint: "remove it: only a 'serverFailure' hits some of a host's servers")
    }
    guard launches == nil || cause != .maintenance else {
      throw Misfit(
        at: "launches", "'launches' does not go with the cause '\(cause.rawValue)'",
        hint: "remove it: servers are launched before the work begins")
    }
    var disaster = Disaster(
      name: name, cause: cause, target: target, dwell: dwell, share: share, strikes: strikes, detect: detect,
      followedBy: sequel.map { ($0.disaster, $0.after) }, published: published, lasting: lasting,
      course: course, area: parts.area, perYear: rate, interval: interval, cluster: cluster)
    disaster.harmsFiles = harms == .files
    disaster.region = region
    disaster.launches = launches
    disaster.servers = servers?.count
    return disaster
  }
}

/// The level at which a database is damaged.
enum HarmedLevel: String, CaseIterable, Sendable {
  case contents
  case files
}
