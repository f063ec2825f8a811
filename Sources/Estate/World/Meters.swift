import Backup
import Storage
import Units

/// Stored bytes multiplied by their storage time, which is the unit of storage bills.
public struct StoredTime: Codable, Hashable, Sendable {
  /// The bytes times nanoseconds in 128 bits. A pebibyte stored for a year is 3.6e31 byte-nanoseconds.
  public var byteNanoseconds: Int128

  public init(byteNanoseconds: Int128) { self.byteNanoseconds = byteNanoseconds }

  public static let zero = StoredTime(byteNanoseconds: 0)

  public mutating func add(_ bytes: ByteCount, for time: Duration) {
    byteNanoseconds += Int128(bytes.bytes) * Int128(time.nanoseconds)
  }

  public static func + (a: StoredTime, b: StoredTime) -> StoredTime {
    StoredTime(byteNanoseconds: a.byteNanoseconds + b.byteNanoseconds)
  }
  public static func - (a: StoredTime, b: StoredTime) -> StoredTime {
    StoredTime(byteNanoseconds: a.byteNanoseconds - b.byteNanoseconds)
  }
}

/// The quantities metered since the start of the run, at full size. Costs are computed from them.
public struct Meters: Codable, Hashable, Sendable {
  /// The bytes moved, by device.
  public var deviceBytes: [ByteCount]
  /// The bytes moved, by link.
  public var linkBytes: [ByteCount]
  public var vaults: [VaultMeter]
  /// The storage of local snapshots beside the live volumes.
  public var snapshots = StoredTime.zero

  init(deviceBytes: [ByteCount], linkBytes: [ByteCount], vaults: [VaultMeter]) {
    (self.deviceBytes, self.linkBytes, self.vaults) = (deviceBytes, linkBytes, vaults)
  }

  /// Creates meters at zero.
  package init(_ blueprint: Blueprint) {
    deviceBytes = blueprint.devices.map { _ in .zero }
    linkBytes = blueprint.links.map { _ in .zero }
    vaults = blueprint.vaults.map { _ in VaultMeter() }
  }

  /// Returns the quantities metered between two readings of one world.
  public static func - (later: Meters, earlier: Meters) -> Meters {
    var difference = later
    for index in later.deviceBytes.indices { difference.deviceBytes[index] -= earlier.deviceBytes[index] }
    for index in later.linkBytes.indices { difference.linkBytes[index] -= earlier.linkBytes[index] }
    for index in later.vaults.indices { difference.vaults[index].subtract(earlier.vaults[index]) }
    difference.snapshots = later.snapshots - earlier.snapshots
    return difference
  }
}

/// The requests to one vault and its stored amounts.
public struct VaultMeter: Codable, Hashable, Sendable {
  /// The number of requests that store an object.
  public var puts: Int64 = 0
  /// The number of requests that read an object or part of one.
  public var gets: Int64 = 0
  /// The number of requests that list keys or extend a lock.
  public var lists: Int64 = 0
  /// The number of requests that ask for attributes or delete an object.
  public var others: Int64 = 0
  public var bytesPut = ByteCount.zero
  public var bytesGot = ByteCount.zero
  public var stored = StoredTime.zero

  /// Counts the requests that the engine makes at full size for one request here.
  mutating func count(_ operation: VaultOperation, nominalSize size: ByteCount) {
    switch operation {
    case .put:
      puts += ObjectSizing.objects(for: size)
      bytesPut += size
    case .get:
      gets += ObjectSizing.reads(for: size)
      bytesGot += size
    case .list, .lock: lists += 1
    case .attributes: others += 1
    case .delete: others += ObjectSizing.objects(for: size)
    }
  }

  /// Counts objects of a log archive.
  mutating func countPuts(_ count: Int64, of size: ByteCount) {
    puts += count
    bytesPut += size
  }

  mutating func countGets(_ count: Int64, of size: ByteCount) {
    gets += count
    bytesGot += size
  }

  fileprivate mutating func subtract(_ earlier: VaultMeter) {
    puts -= earlier.puts
    gets -= earlier.gets
    lists -= earlier.lists
    others -= earlier.others
    bytesPut -= earlier.bytesPut
    bytesGot -= earlier.bytesGot
    stored = stored - earlier.stored
  }
}

extension World {
  /// The present meter readings.
  public var metered: Meters {
    var reading = meters
    for (index, vault) in backups.vaults.enumerated() {
      reading.vaults[index].stored = vault.stored(until: now)
    }
    for agent in backups.snapshots {
      reading.snapshots = reading.snapshots + agent.stored(until: now, beside: snapshotNow, schedules)
    }
    return reading
  }
}
