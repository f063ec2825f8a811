import Estate
import Storage
import Units

/// An estate with one service, one volume of 4 KiB pages, and a second site. The equipment is fast enough to
/// measure only the simulation.
struct MeasuredEstate {
  static let start = CivilTime(year: 2026, month: 3, day: 2).instant
  static let volume = VolumeID(0)
  static let remoteSite = SiteID(1)
  static let remoteArray = DeviceID(1)

  let schedule: WorkloadSchedule
  let world: World

  /// - Parameters:
  ///   - used: the share of the volume that holds data in the beginning.
  ///   - writes: about so many, in as many milliseconds, evenly over what is used.
  init(size: ByteCount, used: Ratio, writes: Int, flushInterval: Duration) {
    let blueprint = Self.blueprint(size: size, used: used, writes: writes, flushInterval: flushInterval)
    schedule = WorkloadSchedule(
      volume: Self.volume, plan: blueprint.volumes[0], scale: .full, seed: 1, start: Self.start,
      end: Self.start + .milliseconds(Int64(writes)))
    world = World(
      blueprint: blueprint, scale: .full, seed: 1, schedules: [schedule], images: [schedule.initialImage],
      speeds: EngineSpeeds(), start: Self.start)
  }

  private static func blueprint(
    size: ByteCount, used: Ratio, writes: Int, flushInterval: Duration
  ) -> Blueprint {
    var blueprint = Blueprint()
    blueprint.sites = ["here", "there"].map {
      Site(name: $0, region: $0, latitude: .zero, longitude: .zero, isOnCoast: false)
    }
    let rate = ByteRate.bytesPerSecond(10_000_000_000)
    blueprint.links = [
      Link(name: "line", ends: [SiteID(0), remoteSite], rate: rate, latency: .microseconds(50))
    ]
    blueprint.devices = ["array", "remote-array"].enumerated().map { index, name in
      Device(name: name, site: SiteID(index), kind: .array, rate: rate, latency: .microseconds(50))
    }
    blueprint.hosts = [Host(name: "host", site: SiteID(0))]
    blueprint.services = [
      Service(name: "service", host: HostID(0), dependencies: [], volumes: [volume])
    ]
    let written = ByteCount(writes * PagedImage.pageSize)
    let window = ChurnWindow(end: .milliseconds(Int64(writes)), written: written, read: .zero)
    blueprint.volumes = [
      VolumePlan(
        name: "data", service: ServiceID(0), device: DeviceID(0), size: size, used: used,
        workload: WorkloadProfile(
          churn: .measured([window]), writeSize: ByteCount(PagedImage.pageSize), skew: .zero,
          sequentialShare: .zero, compressibility: .percent(50), flushInterval: flushInterval))
    ]
    return blueprint
  }
}
