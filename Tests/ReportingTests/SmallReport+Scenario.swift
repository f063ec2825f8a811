import Backup
import Estate
import Retention
import ScenarioLanguage
import Schedules
import Statistics
import Units

extension SmallReport {
  static func scenario() throws -> Scenario {
    Scenario(
      name: "shop", title: "A web shop, protected by backup", seed: 42, scale: Scale(denominator: 8_192),
      start: CivilTime(year: 2026, month: 3, day: 2).instant, warmUp: .days(8), window: .days(2),
      objectives: Objectives(rpo: .hours(12), rto: .hours(4)), blueprint: blueprint(),
      serviceTimes: [try times(appRecovery: .minutes(6)), try times(appRecovery: .minutes(1))],
      people: People(
        detect: try Distribution(.lognormal(median: .minutes(5), p95: .minutes(30))),
        declare: try constant(.minutes(10)), decide: try constant(.minutes(15))),
      strikes: .spread(3), disasters: disasters(), strategies: [try nightly(), try replicated()],
      speeds: EngineSpeeds())
  }

  private static func constant(_ time: Duration) throws -> Distribution { try Distribution(.constant(time)) }

  private static func times(appRecovery: Duration) throws -> ServiceTimes {
    ServiceTimes(
      boot: try constant(.minutes(4)), appRecovery: try constant(appRecovery),
      verify: try constant(.minutes(10)), warmUp: try constant(.zero))
  }

  private static func blueprint() -> Blueprint {
    var blueprint = Blueprint()
    blueprint.sites = [
      Site(
        name: "frankfurt", region: "eu-central", latitude: .percent(5_011), longitude: .percent(868),
        isOnCoast: false),
      Site(
        name: "berlin", region: "eu-east", latitude: .percent(5_252), longitude: .percent(1_340),
        isOnCoast: false),
    ]
    blueprint.devices = [
      Device(
        name: "array", site: SiteID(0), kind: .array, rate: .bytesPerSecond(800_000_000),
        latency: .microseconds(500)),
      Device(
        name: "store", site: SiteID(1), kind: .objectStore, rate: .bytesPerSecond(400_000_000),
        latency: .milliseconds(8)),
    ]
    blueprint.links = [
      Link(
        name: "backbone", ends: [SiteID(0), SiteID(1)], rate: .bytesPerSecond(125_000_000),
        latency: .milliseconds(6))
    ]
    blueprint.hosts = [Host(name: "db", site: SiteID(0))]
    blueprint.services = [
      Service(name: "database", host: HostID(0), dependencies: [], volumes: [VolumeID(0)]),
      Service(name: "web", host: HostID(0), dependencies: [ServiceID(0)], volumes: []),
    ]
    blueprint.volumes = [
      VolumePlan(
        name: "db-data", service: ServiceID(0), device: DeviceID(0), size: .gibibytes(200),
        used: .percent(60), workload: workload())
    ]
    blueprint.vaults = ["local-vault", "remote-vault"].enumerated().map { place, name in
      VaultPlan(
        name: name, device: DeviceID(place), capacity: .gibibytes(4_096), autoExpand: true,
        credentials: "backup-admin")
    }
    return blueprint
  }

  private static func workload() -> WorkloadProfile {
    WorkloadProfile(
      churn: .synthetic(
        SyntheticChurn(
          rate: .bytesPerSecond(400_000), diurnalSwing: .percent(60), weekendDrop: .percent(40),
          burstFactor: .one, burstShare: .zero, burstLength: .zero)),
      writeSize: .kibibytes(4), skew: .one, sequentialShare: .percent(20), compressibility: .percent(50),
      flushInterval: .zero)
  }

  private static func disasters() -> [Disaster] {
    [
      Disaster(
        name: "deletion", cause: .accidentalDeletion, target: .volumes([VolumeID(0)]), dwell: .zero,
        share: .percent(30), strikes: nil, detect: nil, followedBy: nil,
        published: Published(
          rpo: .minutes(6 * 60 + 7), rto: nil, scope: "loss of the database, <b>not</b> of the files",
          source: "Post-mortem | 2017")),
      Disaster(
        name: "fire", cause: .fire, target: .site(SiteID(0)), dwell: .zero, share: .one, strikes: nil,
        detect: nil, followedBy: nil, published: nil),
    ]
  }

  private static func nightly() throws -> Strategy {
    Strategy(
      name: "nightly", title: "Nightly backup in the same site", snapshots: nil,
      backups: [
        try backup("FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0", keep: 14, lock: nil, replica: nil)
      ],
      recovery: try recovery(rebuildSite: nil), published: nil)
  }

  private static func replicated() throws -> Strategy {
    Strategy(
      name: "replicated", title: "Hourly backup with a replica in another region",
      snapshots: SnapshotPolicy(
        schedule: Timetable(try RecurrenceRule(parsing: "FREQ=HOURLY")),
        retention: try RetentionPolicy([.newest(24)]), credentials: "storage-admin"),
      backups: [
        try backup(
          "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", keep: 48, lock: .days(14), replica: VaultID(1))
      ],
      recovery: try recovery(
        rebuildSite: RebuildSite(
          site: SiteID(1), device: DeviceID(1), provision: try constant(.hours(3)))),
      published: Published(
        rpo: .hours(1), rto: .hours(4), scope: "per volume", source: "Provider's manual"))
  }

  private static func backup(
    _ rule: String, keep count: Int, lock: Duration?, replica: VaultID?
  ) throws -> BackupPolicy {
    BackupPolicy(
      vault: VaultID(0), schedule: Timetable(try RecurrenceRule(parsing: rule)),
      retention: try RetentionPolicy([.newest(count)]), consistency: .crashConsistent,
      chunking: .fixed(65_536), compressionLevel: 3, lock: lock, replica: replica, prune: nil,
      pruneGrace: .days(1))
  }

  private static func recovery(rebuildSite: RebuildSite?) throws -> RecoveryPolicy {
    RecoveryPolicy(
      replaceDisk: try constant(.hours(4)), replaceHost: try constant(.hours(1)),
      replaceDevice: try constant(.hours(24)), rebuildSite: rebuildSite, concurrentRestores: 2,
      redirect: try constant(.minutes(5)), scanRate: .bytesPerSecond(200_000_000))
  }
}
