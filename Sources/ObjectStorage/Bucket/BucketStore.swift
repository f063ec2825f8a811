import Backup
import Storage
import Synchronization
import Units

/// An object store in a bucket of an S3-compatible server.
///
/// An object holds the key's bytes and the trailer of 40 bytes that it has in a directory, too. The trailer gives
/// each put an ETag of its own, and tells whether a lost answer was that of our own put. How the store lets one of
/// several writers win is in `BucketStore+Conditions` and `BucketStore+Versions`. Copies of the value are the same
/// store, and several threads may use them at once.
public struct BucketStore: ObjectStore, Sendable {
  private final class State: Sendable {
    let lastVersion = Atomic<UInt64>(0)
  }

  let client: BucketClient
  let traits: ServerTraits
  private let state = State()

  package init(_ client: BucketClient, _ traits: ServerTraits) {
    self.client = client
    self.traits = traits
  }

  /// Whether objects can be locked.
  public var hasLocks: Bool { traits.hasLocks }

  var address: BucketAddress { client.address }
  var keepsVersions: Bool { traits.arbitration == .versionOrder }

  // MARK: Reading

  public func get(_ key: ObjectKey, range: Range<Int>?) throws(StorageError) -> Bytes {
    guard let range else {
      guard let stored = try newest(key, .whole) else { throw StorageError(.notFound, "\(key)") }
      _ = try stored.attributes(of: key)
      return stored.bytes[0..<stored.size]
    }
    guard range.lowerBound >= 0 else { throw StorageError(.invalid, "bytes \(range) of \(key)") }
    guard !range.isEmpty, let stored = try newest(key, .bytes(range)) else {
      return try checkEmpty(range, of: key)
    }
    guard range.upperBound <= stored.size else {
      throw StorageError(.invalid, "bytes \(range) of \(key), which has \(stored.size)")
    }
    guard stored.bytes.count == range.count else {
      throw StorageError(
        .unavailable, "\(key): the server sent \(stored.bytes.count) of \(range.count) bytes")
    }
    return stored.bytes
  }

  /// Returns no bytes if the object exists and the range is empty and within it.
  private func checkEmpty(_ range: Range<Int>, of key: ObjectKey) throws(StorageError) -> Bytes {
    guard let size = try attributes(of: key)?.size.bytes else { throw StorageError(.notFound, "\(key)") }
    guard range.isEmpty, range.upperBound <= size else {
      throw StorageError(.invalid, "bytes \(range) of \(key), which has \(size)")
    }
    return Bytes()
  }

  public func attributes(of key: ObjectKey) throws(StorageError) -> ObjectAttributes? {
    try newest(key, .trailer)?.attributes(of: key)
  }

  public func list(prefix: String) throws(StorageError) -> [ObjectKey] {
    let above = address.fullName("")
    if keepsVersions { return try listVersions(prefix: prefix, below: above) }
    return try asStorage { () throws(BucketProblem) in
      try client.names(beginning: above + prefix).compactMap { name, size in
        size == StoredObject.tombstoneSize ? nil : ObjectKey(String(name.dropFirst(above.count)))
      }
    }.sorted()
  }

  /// Returns the present object of a key; `nil` when there is none.
  func newest(_ key: ObjectKey, _ part: StoredObject.Part) throws(StorageError) -> StoredObject? {
    if keepsVersions { return try newestByVersions(key, part) }
    return try fetch(key, part).flatMap { $0.isTombstone ? nil : $0 }
  }

  /// Returns an object of a key, or one version; `nil` when there is none.
  ///
  /// A part that begins behind the object's end is also `nil`.
  func fetch(_ key: ObjectKey, _ part: StoredObject.Part, version: String? = nil) throws(StorageError)
    -> StoredObject?
  {
    try asStorage { () throws(BucketProblem) in
      let query = version.map { [(name: "versionId", value: $0)] } ?? []
      let headers = part.header.map { [(name: "range", value: $0)] } ?? []
      let answer = try client.send("GET", address.fullName(key.name), query: query, headers: headers)
      switch answer.status {
      case 200, 206: return StoredObject(answer.response, part)
      case 416: return nil
      case 404, 405:
        // A missing bucket must not read as a missing object.
        let code = ErrorAnswer(answer.response.body)?.Code
        if code == "NoSuchKey" || code == "NoSuchVersion" || code == "MethodNotAllowed" { return nil }
        fallthrough
      default: throw BucketProblem(answer.response, address, doing: "read objects")
      }
    }
  }

  // MARK: Writing

  @discardableResult
  public mutating func put(
    _ bytes: Bytes, as key: ObjectKey, if condition: ObjectCondition, lockedUntil: Instant?, at now: Instant
  ) throws(StorageError) -> UInt64 {
    if lockedUntil != nil { try requireLocks() }
    let version = nextVersion()
    let trailer = ObjectTrailer(
      ObjectAttributes(
        size: ByteCount(bytes.count), version: version, modified: now, lockedUntil: lockedUntil))
    var whole = [UInt8]()
    whole.reserveCapacity(bytes.count + ObjectTrailer.size)
    whole.append(contentsOf: bytes.slice)
    whole.append(contentsOf: trailer.bytes(key))
    let object = NewObject(bytes: Bytes(whole), lockHeaders: lockHeaders(until: lockedUntil))
    switch (condition, keepsVersions) {
    case (.absent, false): try create(key, object)
    case (.absent, true): try createByVersions(key, object)
    case (.version(let expected), false): try replace(key, at: expected, object, at: now)
    case (.version(let expected), true): try replaceByVersions(key, at: expected, object, at: now)
    }
    return version
  }

  /// The bytes of a put with its trailer, and the headers of its lock.
  struct NewObject {
    var bytes: Bytes
    var lockHeaders: [(name: String, value: String)] = []
  }

  /// Returns a version that grows with every put, over all clients as far as their clocks agree.
  private func nextVersion() -> UInt64 {
    let clock = UInt64(bitPattern: client.surroundings.now().nanoseconds)
    while true {
      let last = state.lastVersion.load(ordering: .relaxed)
      // The lowest bits differ between clients that put in one moment.
      let next = max(clock &+ client.surroundings.chance() % 1_024, last + 1)
      if state.lastVersion.compareExchange(expected: last, desired: next, ordering: .relaxed).exchanged {
        return next
      }
    }
  }

  public mutating func delete(_ key: ObjectKey, if version: UInt64?, at now: Instant) throws(StorageError) {
    guard let held = try newest(key, .trailer) else { throw StorageError(.notFound, "\(key)") }
    let attributes: ObjectAttributes
    do throws(StorageError) {
      attributes = try held.attributes(of: key)
    } catch {
      // The lock of a damaged object is unknown.
      throw error.kind == .damaged ? StorageError(.locked, "\(error.detail)") : error
    }
    if let version, attributes.version != version {
      throw StorageError(.conditionFailed, "\(key) is not at version \(version)")
    }
    try refuseIfLocked(key, attributes, at: now)
    if keepsVersions {
      try removeByVersions(key, held, attributes.version, isConditional: version != nil)
    } else {
      try remove(key, held, isConditional: version != nil)
    }
  }

  func refuseIfLocked(_ key: ObjectKey, _ held: ObjectAttributes, at now: Instant) throws(StorageError) {
    if let until = held.lockedUntil, now < until { throw StorageError(.locked, "\(key) until \(until)") }
  }

  func asStorage<R>(_ body: () throws(BucketProblem) -> R) throws(StorageError) -> R {
    do { return try body() } catch { throw error.storage }
  }

  func refusal(_ answer: BucketClient.Answer, doing what: String) -> StorageError {
    BucketProblem(answer.response, address, doing: what).storage
  }
}
