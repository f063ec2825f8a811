import Storage
import Units

/// The kind of a vault's object, which also decides the folder of its key.
package enum ObjectKind: UInt8, Sendable {
  case configuration = 1
  case pack = 2
  case packTable = 3
  case index = 4
  /// The claim of a running job, which is not a recovery point.
  case pending = 5
  case point = 6
  case condemnation = 7
  case block = 8
}

/// A 128-bit name of a pack, index or condemnation.
public struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Parses the name in the last segment of an object's key; `nil` when it is no name.
  package init?(_ key: ObjectKey) {
    let name = key.name.utf8.suffix(33)
    guard name.count == 33, name.first == UInt8(ascii: "/"),
      let high = UInt64(hexadecimal: name.dropFirst().prefix(16)),
      let low = UInt64(hexadecimal: name.suffix(16))
    else { return nil }
    self.init(high: high, low: low)
  }

  /// The identifier as 32 lower-case hexadecimal digits.
  public var description: String { String(hexadecimal: high, low) }

  /// Hashes one word: the words of an identifier are as good as random.
  public func hash(into hasher: inout Hasher) { hasher.combine(low) }

  public static func < (a: ObjectID, b: ObjectID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

/// The folders of a vault's objects.
enum VaultFolder {
  static let packs = "packs/"
  static let indexes = "index/"
  static let points = "points/"
  static let condemned = "condemned/"
  static let configuration = ObjectKey(folder: "config", name: "vault")

  static func pack(_ id: ObjectID) -> ObjectKey { ObjectKey(folder: "packs", name: id.description) }
  static func index(_ id: ObjectID) -> ObjectKey { ObjectKey(folder: "index", name: id.description) }
  static func condemned(_ id: ObjectID) -> ObjectKey { ObjectKey(folder: "condemned", name: id.description) }
}

extension ObjectKey {
  /// Whether a vault's jobs give objects such names.
  package var isOfJobs: Bool {
    let folders = [VaultFolder.packs, VaultFolder.indexes, VaultFolder.condemned]
    return self == VaultFolder.configuration || PointID(self) != nil
      || ObjectID(self) != nil
        && folders.contains { name.utf8.count == $0.utf8.count + 32 && name.hasPrefix($0) }
  }

  /// Whether objects of this kind grow with the data in the vault. Only packs and indexes do.
  package var growsWithData: Bool {
    name.hasPrefix(VaultFolder.packs) || name.hasPrefix(VaultFolder.indexes)
  }

  /// The size of a pack's or index's fixed parts: its header and the overhead of one frame.
  package static var headSize: Int { 48 + 12 + 5 + 16 }
}

/// The name of a recovery point: the instant of its consistent snapshot, and a tag that distinguishes
/// simultaneous points.
public struct PointID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let instant: Instant
  let tag: UInt64

  init(instant: Instant, tag: UInt64) {
    self.instant = instant
    self.tag = tag
  }

  /// Parses the key of a point's object; `nil` when the key is no point's.
  public init?(_ key: ObjectKey) {
    let name = key.name.utf8.dropFirst(VaultFolder.points.utf8.count)
    guard key.name.hasPrefix(VaultFolder.points), name.count == 33,
      name.dropFirst(16).first == UInt8(ascii: "-"),
      let high = UInt64(hexadecimal: name.prefix(16)), let tag = UInt64(hexadecimal: name.suffix(16))
    else { return nil }
    self.init(instant: Instant(nanoseconds: Int64(bitPattern: high ^ 1 << 63)), tag: tag)
  }

  /// The key of the point's object. Keys ascend with the instant.
  public var key: ObjectKey { ObjectKey(folder: "points", name: description) }

  public var description: String {
    String(String(hexadecimal: UInt64(bitPattern: instant.nanoseconds) ^ 1 << 63) + "-", hexadecimal: tag)
  }

  public static func < (a: PointID, b: PointID) -> Bool { (a.instant, a.tag) < (b.instant, b.tag) }
}
