import Estate
import Units

extension Shape<SiteID> {
  static let site = Shape<Int>.reference(to: .site).map(SiteID.init)
}

extension Shape<LinkID> {
  static let link = Shape<Int>.reference(to: .link).map(LinkID.init)
}

extension Shape<DeviceID> {
  static let device = Shape<Int>.reference(to: .device).map(DeviceID.init)
}

extension Shape<HostID> {
  static let host = Shape<Int>.reference(to: .host).map(HostID.init)
}

extension Shape<VolumeID> {
  static let volume = Shape<Int>.reference(to: .volume).map(VolumeID.init)
}

extension Shape<VaultID> {
  static let vault = Shape<Int>.reference(to: .vault).map(VaultID.init)
}

extension Shape<Site> {
  static let siteDeclaration = mapping(
    "A data centre.",
    .name,
    Field("region", .text, "Sites of one region share its disasters; its own name when nothing is said.") {
      _, name in name
    },
    Field("latitude", .number(-90...90, example: "50.11"), default: "0", "Degrees north."),
    Field("longitude", .number(-180...180, example: "8.68"), default: "0", "Degrees east."),
    Field("coast", .flag, default: "false", "Whether a tsunami can reach it.")
  ) { Site(name: $0, region: $1, latitude: $2, longitude: $3, isOnCoast: $4) }
}

extension Shape<Device> {
  static let deviceDeclaration = mapping(
    "Something that holds bytes; everything that reads or writes it shares its rate.",
    .name,
    Field("site", .site, "Where it stands."),
    Field("kind", .oneOf, default: "array", "A disk of one server, a storage array, or an object store."),
    Field(
      "rate", .rate,
      "Bytes read or written in a second, by all together; 800 MB/s for an array and 400 MB/s for others when nothing is said."
    ) { mapping, _ in ["disk", "objectStore"].contains(mapping["kind"]?.text) ? "400 MB/s" : "800 MB/s" },
    Field(
      "latency", .duration,
      "Added to every operation; 200 us for a disk, 500 us for an array and 8 ms for an object store when nothing is said."
    ) { mapping, _ in
      switch mapping["kind"]?.text {
      case "disk": "200 us"
      case "objectStore": "8 ms"
      default: "500 us"
      }
    }
  ) { Device(name: $0, site: $1, kind: $2, rate: $3, latency: $4) }
}

extension Shape<Link> {
  static let linkDeclaration = mapping(
    "A connection of two sites; all transfers of both directions share its rate.",
    .name,
    Field("between", .list(of: .site, countMinimum: 2), "The two sites."),
    Field("rate", .rate, default: "1 Gbit/s", "Bytes sent in a second, by all together."),
    Field("latency", .duration, default: "4 ms", "One way."),
    Field<String?>(
      optional: "tariff", .text,
      "A leased line: what it is priced as, 'lease.TARIFF' and 'traffic.TARIFF' in the price book; a provider's network "
        + "between zones or regions, when nothing is said.")
  ) { name, ends, rate, latency, tariff throws(Misfit) in
    guard ends.count == 2, ends[0] != ends[1] else {
      throw Misfit(at: "between", "a link joins two sites", hint: "name two different sites")
    }
    return Link(name: name, ends: ends, rate: rate, latency: latency, tariff: tariff)
  }
}

extension Shape<Host> {
  static let hostDeclaration = mapping(
    "A server on which services run.",
    .name,
    Field("site", .site, "Where it stands."),
    Field("size", .text, default: "medium", "What it is priced as: 'compute.SIZE.running' in the price book.")
  ) { Host(name: $0, site: $1, size: $2) }
}

extension Shape<VaultPlan> {
  static let vaultDeclaration = mapping(
    "A place for backups.",
    .name,
    Field("device", .device, "What holds its bytes."),
    Field("capacity", .size, default: "16 TiB", "How much it takes."),
    Field(
      "autoExpand", .flag, default: "false", "Whether it grows to 1.25 times its capacity before it is full."),
    Field("credentials", .text, default: "backup-admin", "Whoever holds these can delete what is not locked.")
  ) { VaultPlan(name: $0, device: $1, capacity: $2, autoExpand: $3, credentials: $4) }
}

/// A service as it is written: with its volumes inside.
struct ServiceDeclaration: Sendable {
  var service: Service
  var times: ServiceTimes
  var volumes: [VolumePlan]
}

extension Shape<ServiceDeclaration> {
  static let serviceDeclaration = mapping(
    "What users use: it is up when its host, its volumes and all services that it depends on are.",
    .name,
    Field("host", .host, "The server on which it runs."),
    Field(
      "dependsOn", .list(of: .reference(to: .service)), otherwise: [],
      "Services without which it does not work; they are recovered first."),
    Field("boot", .distribution, default: "4 min", "From power-on to a running operating system."),
    Field(
      "appRecovery", .distribution, default: "6 min", "From the start of the application to its first answer."
    ),
    Field(
      "verify", .distribution, default: "10 min", "A person or a script checks that the service is right."),
    Field("warmUp", .distribution, default: "5 min", "From the first answer to normal speed."),
    Field(
      "volumes", .entries(of: .volumeDeclaration, noun: "volume"), otherwise: [], "Where it keeps its data."),
    Field(
      optional: "database", .database,
      "What it is, if it is a database: two of its volumes are written by it.")
  ) { name, host, dependencies, boot, appRecovery, verify, warmUp, volumes, database in
    ServiceDeclaration(
      service: Service(
        name: name, host: host, dependencies: dependencies.map(ServiceID.init), volumes: [],
        database: database),
      times: ServiceTimes(boot: boot, appRecovery: appRecovery, verify: verify, warmUp: warmUp),
      volumes: volumes)
  }
}

extension Shape<VolumePlan> {
  /// A volume declaration without its service, which is added when the estate is assembled.
  static let volumeDeclaration = mapping(
    "A volume of a service, as provisioned.",
    .name,
    Field("device", .device, "What holds its bytes."),
    Field("size", .size, "As provisioned."),
    Field("used", .share, default: "60 %", "The share that holds data when the run begins."),
    Field(
      optional: "workload", .workload,
      "What is written to it; to the volumes of a database, the database writes.")
  ) { VolumePlan(name: $0, service: ServiceID(0), device: $1, size: $2, used: $3, workload: $4 ?? .unsaid) }
}
