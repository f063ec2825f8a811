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
    Field("after", .distribution, "So long after the start of the outage.")
  ) { Sequel(disaster: $0, after: $1) }
}

extension Shape<Disaster> {
  static let disaster = mapping(
    "Something that befalls the estate.",
    .name,
    Field("cause", .oneOf, "What happens."),
    Field(optional: "volumes", .list(of: .volume, countMinimum: 1), "The volumes whose data is harmed."),
    Field(optional: "host", .host, "The server that fails, or whose volumes a virus reaches."),
    Field(optional: "device", .device, "The disk or array that fails."),
    Field(optional: "site", .site, "The site that is lost."),
    Field(
      optional: "credentials", .text, "The stolen credentials: all that they open is deleted unless locked."),
    Field(
      "dwell", .duration, default: "0 s", "From the strike until the damage shows and the outage begins."),
    Field("share", .share, default: "100 %", "The share of the volumes' used pages that is harmed."),
    Field(optional: "strikes", .strikes, "When it strikes, if not as the scenario says."),
    Field(
      optional: "detect", .distribution,
      "How long it takes to be noticed, if not as the scenario's people say."),
    Field(optional: "followedBy", .sequel, "An unlucky second disaster during the recovery."),
    Field(optional: "published", .published, "What is known of a real incident of this kind."),
    Field(
      optional: "perYear", .number(0...1_000, example: "0.05"), "How often it is expected in a year.")
  ) {
    name, cause, volumes, host, device, site, credentials, dwell, share, strikes, detect, sequel, published,
    perYear
      throws(Misfit) in
    let parts = TargetParts(
      cause: cause, volumes: volumes, host: host, device: device, site: site, credentials: credentials)
    let target = try parts.target()
    guard dwell == .zero || parts.harmsData else {
      throw Misfit(
        at: "dwell", "the damage of the cause '\(cause.rawValue)' shows at once", hint: "remove 'dwell'")
    }
    guard share > .zero else {
      throw Misfit(at: "share", "a disaster that harms nothing is none", hint: "write a share above 0 %")
    }
    return Disaster(
      name: name, cause: cause, target: target, dwell: dwell, share: share, strikes: strikes, detect: detect,
      followedBy: sequel.map { ($0.disaster, $0.after) }, published: published,
      perYear: perYear)
  }
}

/// The keys by which a disaster says what it befalls: each cause wants one or two of them and no other.
private struct TargetParts {
  let cause: Cause
  let volumes: [VolumeID]?
  let host: HostID?
  let device: DeviceID?
  let site: SiteID?
  let credentials: String?

  /// Whether the bytes are harmed and their devices stay whole.
  var harmsData: Bool { wanted.contains("volumes") }

  /// The keys that go with the cause; of several lists any one will do.
  private var wanted: [String] {
    switch cause {
    case .accidentalDeletion, .applicationUpdateError: ["volumes"]
    case .virusAttack: ["volumes", "host"]
    case .diskFailure, .arrayFailure: ["device"]
    case .serverFailure: ["host"]
    case .fire: ["site"]
    case .vaultAttack: ["volumes", "credentials"]
    }
  }

  func target() throws(Misfit) -> Target {
    let given = [
      ("volumes", volumes != nil), ("host", host != nil), ("device", device != nil), ("site", site != nil),
      ("credentials", credentials != nil),
    ].filter(\.1).map(\.0)
    if let extra = given.first(where: { !wanted.contains($0) }) {
      throw Misfit(
        at: extra, "'\(extra)' does not go with the cause '\(cause.rawValue)'",
        hint: "it befalls: \(wanted.joined(separator: ", "))")
    }
    switch (volumes, host, device, site, credentials) {
    case (let volumes?, nil, nil, nil, let credentials?):
      return .volumesAndVaults(volumes, credentials: credentials)
    case (let volumes?, nil, nil, nil, nil) where cause != .vaultAttack: return .volumes(volumes)
    case (nil, let host?, nil, nil, nil): return .host(host)
    case (nil, nil, let device?, nil, nil): return .device(device)
    case (nil, nil, nil, let site?, nil): return .site(site)
    case (.some, .some, _, _, _):
      throw Misfit(at: "host", "'volumes' and 'host' exclude each other", hint: "keep one of the two")
    default:
      let missing = wanted.filter { !given.contains($0) }
      let joint = cause == .virusAttack ? " or " : " and "
      throw Misfit(
        "the cause '\(cause.rawValue)' befalls nothing",
        hint: "add \(missing.map { "'\($0)'" }.joined(separator: joint))")
    }
  }
}
