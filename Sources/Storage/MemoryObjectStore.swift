import HashTreeCollections
import Units

/// An object store in memory, as a persistent value. A copy takes constant time and shares every object.
public struct MemoryObjectStore: ObjectStore, Sendable {
  private struct Entry: Sendable {
    var bytes: Bytes
    var attributes: ObjectAttributes
  }

  private var entries: TreeDictionary<ObjectKey, Entry> = [:]
  private var keys = SortedKeys()
  private var lastVersion: UInt64 = 0
  /// The sum of the sizes of all objects.
  public private(set) var storedBytes = ByteCount.zero
  /// The capacity. A put beyond it fails with `full`.
  public var capacity: ByteCount

  public init(capacity: ByteCount = ByteCount(Int64.max)) { self.capacity = capacity }

  public var objectCount: Int { entries.count }

  public func get(_ key: ObjectKey, range: Range<Int>?) throws(StorageError) -> Bytes {
    guard let entry = entries[key] else { throw StorageError(.notFound, "\(key)") }
    guard let range else { return entry.bytes }
    guard range.lowerBound >= 0, range.upperBound <= entry.bytes.count else {
      throw StorageError(.invalid, "bytes \(range) of \(key), which has \(entry.bytes.count)")
    }
    return entry.bytes[range]
  }

  public func attributes(of key: ObjectKey) -> ObjectAttributes? { entries[key]?.attributes }

  public func list(prefix: String) -> [ObjectKey] { Array(keys(prefix: prefix)) }

  /// Returns the keys without copying them.
  public func keys(prefix: String) -> KeyList { keys.beginning(with: prefix) }

  @discardableResult
  public mutating func put(
    _ bytes: Bytes, as key: ObjectKey, if condition: ObjectCondition, lockedUntil: Instant?, at now: Instant
  ) throws(StorageError) -> UInt64 {
    let old = entries[key]
    switch condition {
    case .absent:
      guard old == nil else { throw StorageError(.conditionFailed, "\(key) exists") }
    case .version(let version):
      guard let old, old.attributes.version == version else {
        throw StorageError(.conditionFailed, "\(key) is not at version \(version)")
      }
      try refuseIfLocked(key, old.attributes, at: now)
    }
    let newTotal = storedBytes + ByteCount(bytes.count) - (old?.attributes.size ?? .zero)
    guard newTotal <= capacity else {
      throw StorageError(.full, "\(key) needs more than the capacity of \(capacity)")
    }
    lastVersion += 1
    storedBytes = newTotal
    if old == nil { keys.insert(key) }
    entries[key] = Entry(
      bytes: bytes,
      attributes: ObjectAttributes(
        size: ByteCount(bytes.count), version: lastVersion, modified: now, lockedUntil: lockedUntil))
    return lastVersion
  }

  public mutating func delete(_ key: ObjectKey, if version: UInt64?, at now: Instant) throws(StorageError) {
    guard let entry = entries[key] else { throw StorageError(.notFound, "\(key)") }
    if let version, entry.attributes.version != version {
      throw StorageError(.conditionFailed, "\(key) is not at version \(version)")
    }
    try refuseIfLocked(key, entry.attributes, at: now)
    storedBytes -= entry.attributes.size
    entries[key] = nil
    keys.remove(key)
  }

  public mutating func lock(_ key: ObjectKey, until date: Instant, at now: Instant) throws(StorageError) {
    guard let attributes = entries[key]?.attributes else { throw StorageError(.notFound, "\(key)") }
    entries[key]?.attributes.lockedUntil = max(date, attributes.lockedUntil ?? date)
  }

  private func refuseIfLocked(_ key: ObjectKey, _ attributes: ObjectAttributes, at now: Instant)
    throws(StorageError)
  {
    if let until = attributes.lockedUntil, now < until {
      throw StorageError(.locked, "\(key) until \(until)")
    }
  }
}
