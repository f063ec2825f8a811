import Units

/// The facts in files about a system and its protection, each with its place.
public struct Findings: Sendable {
  public internal(set) var servers: [Server] = []
  public internal(set) var volumes: [FoundVolume] = []
  public internal(set) var policies: [Policy] = []
  /// The selections whose policies are in other files.
  var looseSelections: [LooseSelection] = []
  public internal(set) var replications: [FoundReplication] = []
  public internal(set) var loads: [Load] = []
  public internal(set) var objectives: [FoundObjective] = []
  public internal(set) var prices: [FoundPrice] = []
  /// The gaps of protection, in the order of the files.
  public internal(set) var gaps: [Remark] = []
  /// The facts that were not carried over, or were interpreted in a remarkable way.
  public internal(set) var notes: [Remark] = []
  /// The backups already made, which `firedrill history` analyses.
  public internal(set) var histories: [FoundHistory] = []

  mutating func append(_ other: Findings) {
    servers += other.servers
    volumes += other.volumes
    policies += other.policies
    looseSelections += other.looseSelections
    replications += other.replications
    loads += other.loads
    objectives += other.objectives
    prices += other.prices
    gaps += other.gaps
    notes += other.notes
    histories += other.histories
  }

  mutating func note(_ text: String, _ origin: Origin) { notes.append(Remark(text, origin)) }
  mutating func gap(_ text: String, _ origin: Origin) { gaps.append(Remark(text, origin)) }

  /// Adds a gap that is none when a policy covers the object.
  mutating func gapWithoutCover(_ text: String, _ origin: Origin) {
    gaps.append(Remark(text, origin, isRefutedByCover: true))
  }
}

/// A statement on an object in a file.
public struct Remark: Hashable, Sendable {
  public let text: String
  public let origin: Origin
  /// Whether a policy that covers the object refutes the statement.
  let isRefutedByCover: Bool

  init(_ text: String, _ origin: Origin, isRefutedByCover: Bool = false) {
    self.text = text
    self.origin = origin
    self.isRefutedByCover = isRefutedByCover
  }
}

/// A server, virtual machine or container host.
public struct Server: Sendable {
  public var name: String
  /// The identifiers of the server in other objects.
  var ids: [String]
  /// The provider's name of the server's size, such as `t3.nano`.
  public var type: String?
  public var place: FoundPlace
  var tags: [Tag] = []
  public var origin: Origin
}

/// A disk, file share or the storage of a database.
public struct FoundVolume: Sendable {
  /// The owner or purpose of the volume.
  public enum Role: Hashable, Sendable {
    case disk
    /// The storage of a database, with the name of its engine.
    case database(String)
  }

  public var name: String
  var ids: [String]
  /// The size; `nil` where the file has none.
  public var size: ByteCount?
  public var used: ByteCount?
  public var role = Role.disk
  public var place: FoundPlace
  /// An identifier of the server with the volume attached.
  var server: String?
  /// The device name at the server, for example `vda`.
  var device: String?
  var tags: [Tag] = []
  /// Whether the volume's own rule protects it, like the retention of a database.
  var isProtectedByItself = false
  public var origin: Origin
}

/// A label of an object.
struct Tag: Hashable, Sendable {
  let key: String
  let value: String
}

/// The place of an object, as far as the file has it.
public struct FoundPlace: Hashable, Sendable {
  public var zone: String?
  public var region: String?
}

/// A measured load on a device.
public struct Load: Sendable {
  /// A part of the measurement.
  public struct Window: Hashable, Sendable {
    /// The end, counted from the start of the measurement.
    public var end: Duration
    public var read: ByteCount
    public var written: ByteCount
  }

  /// The device's name in the file, for example `vda`.
  public var device: String
  public var windows: [Window]
  /// The share of writes that begin at the end of the previous write; `nil` where the format has no offsets.
  public var sequentialShare: Ratio?
  /// Zipf's exponent over the written pages; `nil` where the format has no offsets.
  public var skew: Ratio?
  /// The median size of a write; `nil` where the format has none.
  public var writeSize: ByteCount?
  public var origin: Origin

  public var written: ByteCount { windows.reduce(.zero) { $0 + $1.written } }
  public var length: Duration { windows.last?.end ?? .zero }
}

/// An objective stated in a file.
public struct FoundObjective: Sendable {
  public var name: String
  public var rpo: Duration
  public var rto: Duration
  public var origin: Origin
}

/// A price stated in a file.
public struct FoundPrice: Sendable {
  /// The item of the price book, for example `storage.disk`.
  public var item: String
  /// The amount in major units, with up to nine decimals.
  public var amount: String
  /// The unit as the price book writes it, for example `GiB month`.
  public var unit: String
  public var currency: String
  public var source: String?
  public var date: String?
  public var origin: Origin
}

/// Copies kept at another place by replication.
public struct FoundReplication: Sendable {
  /// The condition for a write to be safe at the other place.
  public enum Mode: Hashable, Sendable {
    case synchronous
    case asynchronous
    case interval(Duration)
  }

  public var name: String
  public var mode: Mode
  /// The names of the places, production first where the file identifies it.
  var sites: [String]
  var comments: [String] = []
  public var origin: Origin
}

/// Backups listed by a tool.
public struct FoundHistory: Sendable {
  public var tool: String
  /// The bytes that each backup added to its repository, in the order of the file; empty where unknown.
  public var stored: [ByteCount] = []
  /// The size of the source; `nil` where unknown.
  public var source: ByteCount?
  /// The number of successful backups.
  public var count: Int
  public var origin: Origin
}
