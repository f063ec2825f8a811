import Simulation
import Units

/// The identifier of a device, a link, or a site's processors, as an index of one list.
struct ResourceID: Identifier {
  let index: Int
  init(_ index: Int) { self.index = index }
}

/// A resource whose rate is shared by all its simultaneous users.
struct Resource: Sendable {
  enum Role: Sendable {
    case device(DeviceID)
    case link(LinkID)
    /// The processors on which a site's backup work runs.
    case processors(SiteID)
  }

  let role: Role
  /// The rate in good health, at full size. Users are charged at full size.
  private let usualRate: ByteRate
  var bandwidth: SharedBandwidth
  /// The added latency of an impairment.
  private(set) var addedLatency = Duration.zero
  /// The queued event of the next completion.
  var wakeUp: EventID?
  var isUp = true
  /// The operation of each flow, in the order of the flows' starts.
  var flows: [(flow: SharedBandwidth.FlowID, operation: SlotID)] = []

  /// Devices, then links, then processors, each in the blueprint's order.
  static func all(of blueprint: Blueprint, speeds: EngineSpeeds, at start: Instant)
    -> [Resource]
  {
    let devices = blueprint.devices.enumerated().map { index, device in
      Resource(role: .device(DeviceID(index)), rate: device.rate, at: start)
    }
    let links = blueprint.links.enumerated().map { index, link in
      Resource(role: .link(LinkID(index)), rate: link.rate, at: start)
    }
    // One core works one nanosecond a nanosecond.
    let cores = ByteRate.bytesPerSecond(Int64(speeds.cores) * 1_000_000_000)
    let processors = blueprint.sites.indices.map { index in
      Resource(role: .processors(SiteID(index)), rate: cores, at: start)
    }
    return devices + links + processors
  }

  /// Sets the rate to a share of the usual one.
  mutating func setPace(share: Ratio, addedLatency latency: Duration, at now: Instant) {
    bandwidth.setRate(usualRate.share(share), at: now)
    addedLatency = latency
  }

  /// Returns the end of the next flow to end. The method is mutating, so that the flows are read in place.
  mutating func nextEnd() -> Instant? { bandwidth.nextCompletion?.time }

  private init(role: Role, rate: ByteRate, at start: Instant) {
    self.role = role
    usualRate = rate
    bandwidth = SharedBandwidth(rate: rate, startingAt: start)
  }
}

extension World {
  func resource(_ device: DeviceID) -> ResourceID { ResourceID(device.index) }
  func resource(_ link: LinkID) -> ResourceID { ResourceID(blueprint.devices.count + link.index) }
  func processors(of site: SiteID) -> ResourceID {
    ResourceID(blueprint.devices.count + blueprint.links.count + site.index)
  }
}
