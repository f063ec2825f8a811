import Planning
import Units

/// What files say about a system and its protection, each with its place.
public struct Findings: Sendable {
  public internal(set) var servers: [Server] = []
  public internal(set) var volumes: [FoundVolume] = []
  public internal(set) var policies: [Policy] = []
  public internal(set) var replications: [FoundReplication] = []
  public internal(set) var loads: [Load] = []
  public internal(set) var objectives: [FoundObjective] = []
  public internal(set) var prices: [FoundPrice] = []
  /// What is not protected, in the order of the files.
  public internal(set) var gaps: [Statement] = []
  /// What was not carried over, or was read in a way that needs saying.
  public internal(set) var notes: [Statement] = []
  /// Backups that were already made; `firedrill history` judges them.
  public internal(set) var histories: [FoundHistory] = []

  mutating func append(_ other: Findings) {
    servers += other.servers
    volumes += other.volumes
    policies += other.policies
    replications += other.replications
    loads += other.loads
    objectives += other.objectives
    prices += other.prices
    gaps += other.gaps
    notes += other.notes
    histories += other.histories
  }

  mutating func note(_ text: String, _ origin: Origin) { notes.append(Statement(text, origin)) }
  mutating func gap(_ text: String, _ origin: Origin) { gaps.append(Statement(text, origin)) }
}

/// A sentence about something in a file.
public struct Statement: Hashable, Sendable {
  public let text: String
  public let origin: Origin

  init(_ text: String, _ origin: Origin) {
    self.text = text
    self.origin = origin
  }
}

/// A server, virtual machine or container host.
public struct Server: Sendable {
  public var name: String
  /// The identifiers by which other objects refer to the server.
  var ids: [String]
  /// The provider's name of its size, for example `t3.nano`.
  public var type: String?
  public var place: FoundPlace
  var tags: [Tag] = []
  public var origin: Origin
}

/// A disk, file share or the storage of a database.
public struct FoundVolume: Sendable {
  /// What the volume belongs to.
  public enum Role: Hashable, Sendable {
    case disk
    /// The storage of a database, with the name of its engine.
    case database(String)
  }

  public var name: String
  var ids: [String]
  /// `nil` where the file does not say it.
  public var size: ByteCount?
  public var used: ByteCount?
  public var role = Role.disk
  public var place: FoundPlace
  /// An identifier of the server that the volume is attached to.
  var server: String?
  /// The device name at the server, for example `vda`.
  var device: String?
  var tags: [Tag] = []
  /// Whether a rule of the volume's own protects it, as the retention of a database does.
  var isProtectedByItself = false
  public var origin: Origin
}

/// A label of an object.
struct Tag: Hashable, Sendable {
  let key: String
  let value: String
}

/// Where something stands, as far as the file says it.
public struct FoundPlace: Hashable, Sendable {
  public var zone: String?
  public var region: String?
}

/// A measured load on a device.
public struct Load: Sendable {
  /// A part of the measurement.
  public struct Window: Hashable, Sendable {
    /// The end, from the start of the measurement.
    public var end: Duration
    public var read: ByteCount
    public var written: ByteCount
  }

  /// The device's name in the file, for example `vda`.
  public var device: String
  public var windows: [Window]
  /// The share of writes that begin where the one before ended; `nil` where the format has no offsets.
  public var sequentialShare: Ratio?
  /// Zipf's exponent over the pages that were written; `nil` where the format has no offsets.
  public var skew: Ratio?
  /// The median size of a write; `nil` where the format does not say it.
  public var writeSize: ByteCount?
  public var origin: Origin

  public var written: ByteCount { windows.reduce(.zero) { $0 + $1.written } }
  public var length: Duration { windows.last?.end ?? .zero }
}

/// An objective that a file states.
public struct FoundObjective: Sendable {
  public var name: String
  public var rpo: Duration
  public var rto: Duration
  public var origin: Origin
}

/// A price that a file states.
public struct FoundPrice: Sendable {
  /// The item of the price book, for example `storage.disk`.
  public var item: String
  /// In major units, up to nine digits behind the point.
  public var amount: String
  /// The unit as the price book writes it, for example `GiB month`.
  public var unit: String
  public var currency: String
  public var source: String?
  public var date: String?
  public var origin: Origin
}

/// Copies that are kept at another place by replication.
public struct FoundReplication: Sendable {
  /// When a write is safe at the other place.
  public enum Mode: Hashable, Sendable {
    case synchronous
    case asynchronous
    case interval(Duration)
  }

  public var name: String
  public var mode: Mode
  /// The names of the places, production first where the file says which it is.
  var sites: [String]
  var comments: [String] = []
  public var origin: Origin
}

/// Backups that a tool lists as made.
public struct FoundHistory: Sendable {
  public var tool: String
  /// The bytes that each backup added to its repository, in the order of the file; empty where the file does not say it.
  public var stored: [ByteCount] = []
  /// The size of what is backed up; `nil` where the file does not say it.
  public var source: ByteCount?
  /// The number of backups that ended well.
  public var count: Int
  public var origin: Origin
}
