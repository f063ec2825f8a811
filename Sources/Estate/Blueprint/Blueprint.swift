import Units

/// The static plan of an estate at full size and in good health. The plan lists the sites, their equipment
/// and the services.
public struct Blueprint: Hashable, Sendable {
  public var sites: [Site] = []
  public var devices: [Device] = []
  public var links: [Link] = []
  public var hosts: [Host] = []
  public var services: [Service] = []
  public var volumes: [VolumePlan] = []
  public var vaults: [VaultPlan] = []

  public init() {}

  /// The link between two sites, in either direction; `nil` when there is none.
  public func link(between a: SiteID, and b: SiteID) -> LinkID? {
    links.firstIndex { $0.ends == [a, b] || $0.ends == [b, a] }.map(LinkID.init)
  }
}

/// A data centre.
public struct Site: Hashable, Sendable {
  public var name: String
  public var region: String
  /// The latitude in degrees north.
  public var latitude: Ratio
  /// The longitude in degrees east.
  public var longitude: Ratio
  /// Whether a tsunami can reach it.
  public var isOnCoast: Bool

  public init(name: String, region: String, latitude: Ratio, longitude: Ratio, isOnCoast: Bool) {
    self.name = name
    self.region = region
    self.latitude = latitude
    self.longitude = longitude
    self.isOnCoast = isOnCoast
  }
}

/// A storage device, whose rate is shared by all its readers and writers.
public struct Device: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    case disk
    case array
    case objectStore
  }

  public var name: String
  public var site: SiteID
  public var kind: Kind
  public var rate: ByteRate
  /// The latency added to every operation.
  public var latency: Duration

  public init(name: String, site: SiteID, kind: Kind, rate: ByteRate, latency: Duration) {
    self.name = name
    self.site = site
    self.kind = kind
    self.rate = rate
    self.latency = latency
  }
}

/// A link between two sites, whose rate is shared by all transfers in both directions.
public struct Link: Hashable, Sendable {
  public var name: String
  /// The two sites.
  public var ends: [SiteID]
  public var rate: ByteRate
  /// The one-way latency.
  public var latency: Duration
  /// The tariff of a leased link. With `nil` the network is the provider's own, and only its traffic is
  /// charged.
  public var tariff: String?

  public init(name: String, ends: [SiteID], rate: ByteRate, latency: Duration, tariff: String? = nil) {
    precondition(ends.count == 2 && ends[0] != ends[1], "a link joins two sites")
    self.name = name
    self.ends = ends
    self.rate = rate
    self.latency = latency
    self.tariff = tariff
  }
}

/// A server on which services run, or several identical ones behind a load balancer.
public struct Host: Hashable, Sendable {
  public var name: String
  public var site: SiteID
  /// The size class that selects the price of each server in a price book.
  public var size: String
  /// The number of servers.
  public var count: Int
  /// The number of servers without which the services are down.
  public var needs: Int

  /// - Parameter needs: `nil` for all servers.
  public init(name: String, site: SiteID, size: String = "medium", count: Int = 1, needs: Int? = nil) {
    precondition(count > 0 && (1...count).contains(needs ?? count), "a host needs some of its servers")
    self.name = name
    self.site = site
    self.size = size
    self.count = count
    self.needs = needs ?? count
  }
}

/// A service that people use. The service is up when its host, its volumes and all its dependencies are up.
public struct Service: Hashable, Sendable {
  public var name: String
  public var host: HostID
  public var dependencies: [ServiceID]
  public var volumes: [VolumeID]
  /// The plan of the database; `nil` for volumes with synthetic writes.
  public var database: DatabasePlan?

  public init(
    name: String, host: HostID, dependencies: [ServiceID], volumes: [VolumeID],
    database: DatabasePlan? = nil
  ) {
    self.name = name
    self.host = host
    self.dependencies = dependencies
    self.volumes = volumes
    self.database = database
  }
}

/// A volume of a service, as provisioned.
public struct VolumePlan: Hashable, Sendable {
  public var name: String
  public var service: ServiceID
  public var device: DeviceID
  public var size: ByteCount
  /// The share that holds data when the run begins.
  public var used: Ratio
  public var workload: WorkloadProfile

  public init(
    name: String, service: ServiceID, device: DeviceID, size: ByteCount, used: Ratio,
    workload: WorkloadProfile
  ) {
    self.name = name
    self.service = service
    self.device = device
    self.size = size
    self.used = used
    self.workload = workload
  }
}

/// A place for backups: an object store with a capacity and access credentials.
public struct VaultPlan: Hashable, Sendable {
  public var name: String
  public var device: DeviceID
  public var capacity: ByteCount
  /// Whether the vault grows to 1.25 times its capacity whenever it is full.
  public var autoExpand: Bool
  /// The credentials that allow deleting everything in the vault that is not locked.
  public var credentials: String

  public init(name: String, device: DeviceID, capacity: ByteCount, autoExpand: Bool, credentials: String) {
    self.name = name
    self.device = device
    self.capacity = capacity
    self.autoExpand = autoExpand
    self.credentials = credentials
  }
}
