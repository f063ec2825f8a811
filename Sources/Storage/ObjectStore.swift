import Units

/// The name of an object: path segments of `a-z 0-9 . _ -` joined by `/`, at most 255 bytes.
public struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let name: String

  /// Parses a name; `nil` when it is not well formed.
  public init?(_ name: String) {
    guard name.utf8.count <= 255 else { return nil }
    var beginsSegment = true
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "."): if beginsSegment { return nil }
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "_"), UInt8(ascii: "-"): break
      default: return nil
      }
      beginsSegment = byte == UInt8(ascii: "/")
    }
    guard !beginsSegment else { return nil }
    self.name = name
  }

  /// Creates the name `folder/name`. A malformed name is a programmer error and traps.
  public init(folder: String, name: String) {
    guard let key = ObjectKey("\(folder)/\(name)") else {
      preconditionFailure("'\(folder)/\(name)' is no object key")
    }
    self = key
  }

  public var description: String { name }
  public static func < (a: ObjectKey, b: ObjectKey) -> Bool { a.name < b.name }
}

/// The attributes of an object that a store knows without reading it.
public struct ObjectAttributes: Hashable, Sendable {
  public var size: ByteCount
  /// The version, which grows with every put to the store. It identifies one content of one key for ever.
  public var version: UInt64
  /// The instant at which the object became durable.
  public var modified: Instant
  /// The instant before which the object cannot be removed or replaced.
  public var lockedUntil: Instant?

  public init(size: ByteCount, version: UInt64, modified: Instant, lockedUntil: Instant?) {
    self.size = size
    self.version = version
    self.modified = modified
    self.lockedUntil = lockedUntil
  }
}

/// The condition of a put or delete.
public enum ObjectCondition: Hashable, Sendable {
  /// The object does not exist.
  case absent
  /// The object has this version.
  case version(UInt64)
}

/// A store of whole objects.
///
/// The contract, which `ObjectStoreConformance` in the tests holds every implementation to:
/// - an object is all there or not there; a put that returned is durable;
/// - objects are written once: a put without a condition on an existing version fails with `conditionFailed`;
///   `.version` replaces exactly that version, atomically among concurrent clients;
/// - a locked object can be neither replaced nor deleted before its date, by anybody; a lock can be extended, never
///   shortened;
/// - `list` is complete and ascending; deleting what is not there fails with `notFound`.
public protocol ObjectStore {
  /// Returns the whole object, or the bytes of `range`; a range beyond the end is `invalid`.
  func get(_ key: ObjectKey, range: Range<Int>?) throws(StorageError) -> Bytes
  /// Returns the attributes; `nil` when there is no such object.
  func attributes(of key: ObjectKey) throws(StorageError) -> ObjectAttributes?
  /// Returns the keys that begin with `prefix`, ascending.
  func list(prefix: String) throws(StorageError) -> [ObjectKey]
  /// Returns the same keys as `list`, which a store in memory shares instead of copying them.
  func keys(prefix: String) throws(StorageError) -> KeyList

  /// Stores an object and returns its version.
  @discardableResult
  mutating func put(
    _ bytes: Bytes, as key: ObjectKey, if condition: ObjectCondition, lockedUntil: Instant?, at now: Instant
  ) throws(StorageError) -> UInt64
  mutating func delete(_ key: ObjectKey, if version: UInt64?, at now: Instant) throws(StorageError)
  /// Extends the retention lock. A date before the present lock's changes nothing.
  mutating func lock(_ key: ObjectKey, until date: Instant, at now: Instant) throws(StorageError)
}

extension ObjectStore {
  public func keys(prefix: String) throws(StorageError) -> KeyList { KeyList(try list(prefix: prefix)) }
}
