import Estate
import Units

extension Shape<StrikePlan> {
  static let strikes = choice(
    "When disasters strike.",
    [
      Way("at", .given, "At these instants."),
      Way("spread", .spread, "At so many instants, spread over the window."),
      Way("renewal", .renewal, "Whenever chance decides."),
    ]
  )
  .defined(as: "strikes", "When disasters strike.")

  private static let given = Shape<[Instant]>.list(of: .instant, countMinimum: 1).map { StrikePlan.at($0) }
  private static let spread = Shape<Int>.integer(1...1_000_000).map { StrikePlan.spread($0) }
  private static let renewal = mapping(
    "Strikes follow one another at times that chance decides.",
    Field("interval", .distribution, "From one strike to the next."),
    Field("atMost", .integer(1...1_000_000), "No more strikes than this.")
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
    "What was promised or observed elsewhere; shown beside the measured values, never mixed with them.",
    Field(optional: "rpo", .duration, "The published loss."),
    Field(optional: "rto", .duration, "The published time to restore."),
    Field("scope", .text, "What the figure counts and leaves out."),
    Field("source", .text, "Document and date.")
  ) { Published(rpo: $0, rto: $1, scope: $2, source: $3) }
}

/// A second disaster, on top of the first.
struct Sequel: Sendable {
  var disaster: Int
  var after: Distribution
}

extension Shape<Sequel> {
  static let sequel = mapping(
    "An unlucky second disaster during the recovery.",
    Field("disaster", .reference(to: .disaster), "Which one."),
    Field(
      "after", .distribution,
      "So long after the start of the outage; after the strike, when that causes none.")
  ) { Sequel(disaster: $0, after: $1) }
}

extension Shape<Centre> {
  static let centre = mapping(
    "Where a natural disaster has its centre.",
    Field("latitude", .number(-90...90, example: "50.11"), "Degrees north."),
    Field("longitude", .number(-180...180, example: "8.68"), "Degrees east.")
  ) { Centre(latitude: $0, longitude: $1) }
}

extension Shape<Disaster> {
  /// A disaster. The scenario computes the reach of a centre, because only it knows the sites' places.
  static let disaster = mapping(
    "Something that befalls the estate.",
    Field<String>.name,
    Field<Cause>("cause", .oneOf, "What happens."),
    Field<[VolumeID]?>(
      optional: "volumes", .list(of: .volume, countMinimum: 1), "The volumes whose data is harmed."),
    Field<HostID?>(optional: "host", .host, "The server that fails, or whose volumes a virus reaches."),
    Field<DeviceID?>(optional: "device", .device, "The disk or array that fails, or is slow."),
    Field<SiteID?>(
      optional: "site", .site, "The site that is lost, without power, or parted from all others."),
    Field<[SiteID]?>(
      optional: "sites", .list(of: .site, countMinimum: 1),
      "The sites that are lost at once, such as two of three zones."),
    Field<String?>(
      optional: "region", .text, "The region that is lost: all its sites; of a tsunami those on a coast."),
    Field<LinkID?>(optional: "link", .link, "The connection that is cut, flaps or is slow."),
    Field<Centre?>(optional: "centre", .centre, "Where a natural disaster has its centre."),
    Field<Distance?>(
      optional: "reach", .distance,
      "How far from its centre a natural disaster destroys; a tsunami only what lies on a coast."),
    Field<String?>(
      optional: "credentials", .text, "The stolen credentials: all that they open is deleted unless locked."),
    Field<Duration?>(
      optional: "lasting", .positiveDuration,
      "How long a power outage, a link fault or a slow device lasts."),
    Field<Flapping?>(
      optional: "flapping", .flapping, "A link fault that comes and goes; a lasting cut when nothing is said."
    ),
    Field<Slowdown?>(optional: "slowdown", .slowdown, "What is left of the speed of a link or device."),
    Field<Duration>(
      "dwell", .duration, default: "0 s", "From the strike until the damage shows and the outage begins."),
    Field<Ratio>("share", .share, default: "100 %", "The share of the volumes' used pages that is harmed."),
    Field<StrikePlan?>(optional: "strikes", .strikes, "When it strikes, if not as the scenario says."),
    Field<Distribution?>(
      optional: "detect", .distribution,
      "How long it takes to be noticed, if not as the scenario's people say."),
    Field<Sequel?>(optional: "followedBy", .sequel, "An unlucky second disaster during the recovery."),
    Field<Published?>(optional: "published", .published, "What is known of a real incident of this kind."),
    Field<Ratio?>(
      optional: "perYear", .number(0...1_000, example: "0.05"), "How often it is expected in a year."),
    Field<Distribution?>(
      optional: "interval", .distribution, "The time from one to the next, in the place of 'perYear'."),
    Field<DisasterCluster?>(
      optional: "cluster", .disasterCluster, "Further occurrences that follow, as attacks and aftershocks do."
    ),
    Field<HarmedLevel?>(
      optional: "harms", .oneOf,
      "Deletions and wrong updates of a database: its 'contents', by a statement that is in its log too, or its 'files', "
        + "which a standby has of its own; 'contents' when nothing is said."),
    Field<LaunchOutage?>(
      optional: "launches", .launches,
      "How long no servers can be launched, though data is intact: a fault of the provider's control plane.")
  ) {
    name, cause, volumes, host, device, site, sites, region, link, centre, reach, credentials, lasting,
    flapping,
    slowdown, dwell, share, strikes, detect, sequel, published, perYear, interval, cluster, harms, launches
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
        at: "harms", "'harms' does not go with the cause '\(cause.rawValue)'",
        hint: "remove it: only an 'accidentalDeletion' and an 'applicationUpdateError' can be either")
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
    return disaster
  }
}

/// The level at which a database is damaged.
enum HarmedLevel: String, CaseIterable, Sendable {
  case contents
  case files
}
