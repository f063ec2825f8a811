import Documents
import Estate
import Units

/// The centre of a natural disaster.
struct Centre: Sendable {
  var latitude: Ratio
  var longitude: Ratio
}

/// The keys for a disaster's target and duration. Each cause needs some of them and allows no other.
struct TargetParts {
  let cause: Cause
  let volumes: [VolumeID]?
  let host: HostID?
  let device: DeviceID?
  let site: SiteID?
  let sites: [SiteID]?
  let region: String?
  let link: LinkID?
  let centre: Centre?
  let reach: Distance?
  let credentials: String?
  let lasting: Duration?
  let flapping: Flapping?
  let slowdown: Slowdown?

  /// Whether the disaster damages bytes and leaves their devices intact.
  var harmsData: Bool { ways.contains { $0.contains("volumes") } }

  /// The area around the disaster's centre. Its sites are added later, where their places are known.
  var area: DisasterArea? {
    guard let centre, let reach else { return nil }
    return DisasterArea(latitude: centre.latitude, longitude: centre.longitude, reach: reach)
  }

  /// The sets of keys that go with the cause. Exactly one set must be written.
  private var ways: [[String]] {
    switch cause {
    case .accidentalDeletion, .applicationUpdateError: [["volumes"]]
    case .virusAttack: [["volumes"], ["host"]]
    case .diskFailure, .arrayFailure, .failSlow: [["device"]]
    case .serverFailure: [["host"]]
    case .fire, .flood, .earthquake, .tsunami: [["site"], ["sites"], ["centre", "radius"], ["region"]]
    case .powerOutage, .drSiteFault, .maintenance: [["site"]]
    case .linkFault: [["link"], ["site"]]
    case .vaultAttack: [["volumes", "credentials"]]
    }
  }

  private var given: [String] {
    [
      ("volumes", volumes != nil), ("host", host != nil), ("device", device != nil), ("site", site != nil),
      ("sites", sites != nil),
      ("region", region != nil), ("link", link != nil), ("centre", centre != nil), ("radius", reach != nil),
      ("credentials", credentials != nil),
    ].filter(\.1).map(\.0)
  }

  func target() throws(Misfit) -> Target {
    try checkKeys()
    try checkLasting()
    if let volumes {
      return credentials.map { .volumesAndVaults(volumes, credentials: $0) } ?? .volumes(volumes)
    }
    if let host { return .host(host) }
    if let device { return .device(device) }
    if let site { return cause == .linkFault ? .connections(of: site) : .site(site) }
    if let sites { return .sites(try distinct(sites)) }
    if let link { return .link(link) }
    return .sites([])
  }

  private func distinct(_ sites: [SiteID]) throws(Misfit) -> [SiteID] {
    guard Set(sites).count == sites.count else {
      throw Misfit(at: "sites", "a site is named twice", hint: "name each site once")
    }
    return sites
  }

  /// Checks that exactly one set of keys is written completely.
  private func checkKeys() throws(Misfit) {
    let wanted = ways.flatMap { $0 }
    if let extra = given.first(where: { !wanted.contains($0) }) {
      throw Misfit(
        at: extra, "'\(extra)' does not go with the cause '\(cause.rawValue)'",
        hint: "it hits: \(wanted.joined(separator: ", "))")
    }
    let touched = ways.filter { way in given.contains(where: way.contains) }
    if touched.count > 1 {
      let pair = touched.compactMap { way in given.first(where: way.contains) }
      throw Misfit(
        at: pair[1], "'\(pair[0])' and '\(pair[1])' exclude each other", hint: "keep one of the two")
    }
    let missing = (touched.isEmpty ? ways : touched).map { way in way.filter { !given.contains($0) } }
    guard missing.contains(where: { !$0.isEmpty }) else { return }
    let lists = missing.map { way in way.map { "'\($0)'" }.joined(separator: " and ") }
    throw Misfit(
      touched.isEmpty
        ? "the cause '\(cause.rawValue)' hits nothing"
        : "this does not say what '\(cause.rawValue)' hits",
      hint: "add \(lists.joined(separator: " or "))")
  }

  /// Checks that a duration is stated exactly for faults that end by themselves.
  private func checkLasting() throws(Misfit) {
    let ends = [.powerOutage, .linkFault, .failSlow, .maintenance].contains(cause)
    if ends, lasting == nil {
      throw Misfit(
        "a '\(cause.rawValue)' ends by itself", hint: "add 'duration', for example 'duration: 4 h'")
    }
    if !ends, lasting != nil {
      throw Misfit(
        at: "duration", "'duration' does not go with the cause '\(cause.rawValue)'",
        hint:
          "remove it: only a 'powerOutage', a 'linkFault', a 'failSlow' and a 'maintenance' end by themselves"
      )
    }
  }

  /// Returns the effect of the fault on its target.
  func course() throws(Misfit) -> FaultCourse {
    if flapping != nil, cause != .linkFault {
      throw Misfit(
        at: "flapping", "'flapping' does not go with the cause '\(cause.rawValue)'",
        hint: "remove it: only a 'linkFault' comes and goes")
    }
    if slowdown != nil, ![.linkFault, .failSlow].contains(cause) {
      throw Misfit(
        at: "slowdown", "'slowdown' does not go with the cause '\(cause.rawValue)'",
        hint: "remove it: only a 'linkFault' and a 'failSlow' leave something slow")
    }
    if flapping != nil, slowdown != nil {
      throw Misfit(
        at: "slowdown", "'flapping' and 'slowdown' exclude each other", hint: "keep one of the two")
    }
    if let flapping, let lasting { return try FaultCourse(flapping: flapping, lasting: lasting) }
    if let slowdown { return .slow(rate: slowdown.rate, latency: slowdown.latency) }
    if cause == .failSlow {
      throw Misfit(
        "a 'failSlow' does not say how slow the device is",
        hint: "add 'slowdown': what is left of its speed, for example '{ rate: 10 %, latency: 50 ms }'")
    }
    return .cut
  }
}
