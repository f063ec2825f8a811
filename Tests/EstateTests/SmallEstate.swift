import Backup
import Estate
import Retention
import Schedules
import Storage
import Units

/// One service with two volumes that write often on the array of one site, and a second site with an array, at full scale.
enum SmallEstate {
  static let start = CivilTime(year: 2026, month: 3, day: 2).instant
  static let both = [VolumeID(0), VolumeID(1)]
  static let service = ServiceID(0)
  static let host = HostID(0)
  static let array = DeviceID(0)
  static let here = SiteID(0)
  static let there = SiteID(1)
  static let remoteArray = DeviceID(2)
  static let link = LinkID(0)
  /// A third site, joined with both others.
  static let far = SiteID(2)
  static let farArray = DeviceID(3)

  static func world(
    seed: UInt64 = 1, flushInterval: Duration = .zero, days: Int64 = 2, rate: ByteRate = .bytesPerSecond(200),
    speeds: EngineSpeeds = EngineSpeeds(), isFarLinkedWithHere: Bool = true
  ) -> World {
    var blueprint = blueprint(flushInterval: flushInterval, rate: rate)
    if !isFarLinkedWithHere { blueprint.links.removeAll { $0.ends == [here, far] } }
    let schedules = blueprint.volumes.enumerated().map { index, plan in
      WorkloadSchedule(
        volume: VolumeID(index), plan: plan, scale: .full, seed: seed, start: start, end: start + .days(days))
    }
    var world = World(
      blueprint: blueprint, scale: .full, seed: seed, schedules: schedules,
      images: schedules.map { $0.initialImage }, speeds: speeds, start: start)
    world.checksInvariants = true
    return world
  }

  /// - Parameter rate: of each volume's workload.
  static func blueprint(flushInterval: Duration, rate: ByteRate = .bytesPerSecond(200)) -> Blueprint {
    var blueprint = Blueprint()
    blueprint.sites = ["here", "there", "far"].map {
      Site(name: $0, region: $0, latitude: .zero, longitude: .zero, isOnCoast: false)
    }
    blueprint.links = [
      Link(
        name: "line", ends: [here, there], rate: .bytesPerSecond(100_000), latency: .milliseconds(5)),
      Link(
        name: "long line", ends: [here, far], rate: .bytesPerSecond(50_000), latency: .milliseconds(20)),
      Link(
        name: "other long line", ends: [there, far], rate: .bytesPerSecond(50_000),
        latency: .milliseconds(20)),
    ]
    blueprint.devices = [
      Device(
        name: "array", site: SiteID(0), kind: .array, rate: .bytesPerSecond(1_000_000),
        latency: .milliseconds(1)),
      Device(
        name: "store", site: SiteID(0), kind: .objectStore, rate: .bytesPerSecond(1_000_000),
        latency: .milliseconds(8)),
      Device(
        name: "remote-array", site: there, kind: .array, rate: .bytesPerSecond(1_000_000),
        latency: .milliseconds(1)),
      Device(
        name: "far-array", site: far, kind: .array, rate: .bytesPerSecond(1_000_000),
        latency: .milliseconds(1)),
    ]
    blueprint.hosts = [Host(name: "host", site: SiteID(0))]
    blueprint.services = [Service(name: "shop", host: host, dependencies: [], volumes: both)]
    let churn = SyntheticChurn(
      rate: rate, diurnalSwing: .zero, weekendDrop: .zero, burstFactor: .one,
      burstShare: .zero,
      burstLength: .zero)
    blueprint.volumes = ["data", "log"].map { name in
      VolumePlan(
        name: name, service: service, device: array, size: .mebibytes(1), used: .percent(50),
        workload: WorkloadProfile(
          churn: .synthetic(churn), writeSize: .kibibytes(4), skew: .percent(80),
          sequentialShare: .percent(20),
          compressibility: .percent(50), flushInterval: flushInterval))
    }
    blueprint.vaults = [
      VaultPlan(
        name: "vault", device: DeviceID(1), capacity: .gibibytes(1), autoExpand: false,
        credentials: "backup-admin")
    ]
    return blueprint
  }

  static func strike(
    _ cause: Cause, _ target: Target, share: Ratio = .percent(30), lasting: Duration = .zero, seed: UInt64 = 1
  ) -> Strike {
    Strike(
      cause: cause, target: target, dwell: .zero, share: share, lasting: lasting,
      random: RandomStream(seed: seed, stream: "test strike"))
  }

  static func replication(
    _ mode: ReplicationPolicy.Mode, of volumes: [VolumeID]? = nil, to site: SiteID = there
  ) -> ReplicationPolicy {
    ReplicationPolicy(
      volumes: volumes, mode: mode, site: site, device: site == there ? remoteArray : farArray,
      bufferMaximum: .mebibytes(1), journalMaximum: .mebibytes(8))
  }

  /// Two copies, of which the near one feeds the far one.
  static func cascade(
    _ mode: ReplicationPolicy.Mode, then farMode: ReplicationPolicy.Mode
  ) -> [ReplicationPolicy] {
    var (near, far) = (replication(mode), replication(farMode, to: far))
    (near.name, far.name, far.feeder) = ("near", "far", "near")
    return [near, far]
  }

  static func backups(
    _ schedule: String = "FREQ=HOURLY", consistency: ConsistencyLevel = .crashConsistent,
    lock: Duration? = nil
  ) throws -> BackupPolicy {
    BackupPolicy(
      vault: VaultID(0), schedule: Timetable(try RecurrenceRule(parsing: schedule)), retention: .permanent,
      consistency: consistency, chunking: .fixed(16_384), compressionLevel: 1, lock: lock, replica: nil,
      prune: nil,
      pruneGrace: .zero)
  }
}
