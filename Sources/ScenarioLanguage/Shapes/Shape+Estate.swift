import Documents
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
    Field("region", .text, "The region, whose sites share its disasters; by default the site's own name.") {
      _, name in name
    },
    Field("latitude", .number(-90...90, example: "50.11"), default: "0", "The latitude in degrees north."),
    Field("longitude", .number(-180...180, example: "8.68"), default: "0", "The longitude in degrees east."),
    Field("coastal", .flag, default: "false", "Whether a tsunami can reach the site.").formerly("coast")
  ) { Site(name: $0, region: $1, latitude: $2, longitude: $3, isOnCoast: $4) }
}

extension Shape<Device> {
  static let deviceDeclaration = mapping(
    "A storage device, whose rate all its readers and writers share.",
    .name,
    Field("site", .site, "The site."),
    Field("kind", .oneOf, default: "array", "A disk of one server, a storage array, or an object store."),
    Field(
      "rate", .rate,
      "The rate of all reads and writes together; by default 800 MB/s for an array and 400 MB/s for others."
    ) { mapping, _ in ["disk", "objectStore"].contains(mapping["kind"]?.text) ? "400 MB/s" : "800 MB/s" },
    Field(
      "latency", .duration,
      "The latency of every operation; by default 200 us for a disk, 500 us for an array and 8 ms for an object store."
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
    "A link between two sites, whose rate all transfers in both directions share.",
    .name,
    Field("between", .list(of: .site, countMinimum: 2), "The two sites."),
    Field("rate", .rate, default: "1 Gbit/s", "The rate of all transfers together."),
    Field("latency", .duration, default: "4 ms", "The one-way latency."),
    Field<String?>(
      optional: "tariff", .text,
      "The tariff of a leased line, priced as 'lease.TARIFF' and 'traffic.TARIFF'; by default "
        + "the link is a provider's network.")
  ) { name, ends, rate, latency, tariff throws(Misfit) in
    guard ends.count == 2, ends[0] != ends[1] else {
      throw Misfit(at: "between", "a link joins two sites", hint: "name two different sites")
    }
    return Link(name: name, ends: ends, rate: rate, latency: latency, tariff: tariff)
  }
}

extension Shape<Host> {
  static let hostDeclaration = mapping(
    "A server on which services run, or several identical ones behind a load balancer.",
    .name,
    Field("site", .site, "The site."),
    Field("size", .text, default: "medium", "The size class, priced as 'compute.SIZE.running'."),
    Field<Int?>(
      optional: "count", .integer(1...10_000),
      "The number of identical servers behind a load balancer, each at the price of one; by default 1."),
    Field<Int?>(
      optional: "needs", .integer(1...10_000),
      "The number of servers without which the services are down; by default all.")
  ) { name, site, size, count, needs throws(Misfit) in
    let count = count ?? 1
    guard needs ?? 1 <= count else {
      throw Misfit(
        at: "needs", "'needs' is more than the number of servers, which is \(count)",
        hint: "write 'count: \((needs ?? 0) + 1)' for one spare server, or a smaller 'needs'")
    }
    return Host(name: name, site: site, size: size, count: count, needs: needs)
  }
}

extension Shape<VaultPlan> {
  static let vaultDeclaration = mapping(
    "A place for backups.",
    .name,
    Field("device", .device, "The device with its data."),
    Field("capacity", .size, default: "16 TiB", "The capacity."),
    Field(
      "autoExpand", .flag, default: "false",
      "Whether the vault grows to 1.25 times its capacity before it is full."),
    Field(
      "credentials", .text, default: "backup-admin",
      "The credentials that allow deleting everything unlocked.")
  ) { VaultPlan(name: $0, device: $1, capacity: $2, autoExpand: $3, credentials: $4) }
}

/// A service as it is written: with its volumes inside.
package struct ServiceDeclaration: Sendable {
  var service: Service
  /// The index of the service's tier; `nil` without one.
  var tier: Int?
  var times: ServiceTimes
  var volumes: [VolumePlan]
}

extension Shape<ServiceDeclaration> {
  static let serviceDeclaration = mapping(
    "A service that people use. It is up when its host, its volumes and all its dependencies are up.",
    .name,
    Field("host", .host, "The server on which the service runs."),
    Field(
      "dependsOn", .list(of: .reference(to: .service)), otherwise: [],
      "The services that this one needs. They are recovered first."),
    Field<Int?>(
      optional: "tier", .reference(to: .tier),
      "The tier, in whose order services are restored and reported; services without a tier are restored last."
    ),
    Field("boot", .distribution, default: "4 min", "The time from power-on to a running operating system."),
    Field(
      "appRecovery", .distribution, default: "6 min",
      "The time from the start of the application to its first answer."
    ),
    Field(
      "verify", .distribution, default: "10 min",
      "The time in which a person or a script verifies the service."),
    Field("warmUp", .distribution, default: "5 min", "The time from the first answer to normal speed."),
    Field(
      "volumes", .entries(of: .volumeDeclaration, noun: "volume"), otherwise: [],
      "The volumes of the service."),
    Field(
      optional: "database", .database,
      "The database of the service, which writes to two of its volumes.")
  ) { name, host, dependencies, tier, boot, appRecovery, verify, warmUp, volumes, database in
    ServiceDeclaration(
      service: Service(
        name: name, host: host, dependencies: dependencies.map(ServiceID.init), volumes: [],
        database: database),
      tier: tier,
      times: ServiceTimes(boot: boot, appRecovery: appRecovery, verify: verify, warmUp: warmUp),
      volumes: volumes)
  }
}

extension Shape<VolumePlan> {
  /// A volume declaration without its service, which is added when the estate is assembled.
  static let volumeDeclaration = mapping(
    "A volume of a service, as provisioned.",
    .name,
    Field("device", .device, "The device with its data."),
    Field("size", .size, "The provisioned size."),
    Field("used", .share, default: "60 %", "The share that holds data when the run begins."),
    Field(
      optional: "workload", .workload,
      "The writes to the volume. A database writes to its own volumes.")
  ) { VolumePlan(name: $0, service: ServiceID(0), device: $1, size: $2, used: $3, workload: $4 ?? .unsaid) }
}
