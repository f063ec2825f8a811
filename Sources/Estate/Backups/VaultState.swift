import Backup
import HashTreeCollections
import Storage
import Units

/// A vault in use.
struct VaultState: Sendable {
  private(set) var store = MemoryObjectStore()
  let sizing: ObjectSizing
  /// The full sizes of objects.
  private var nominalSizes: TreeDictionary<ObjectKey, ByteCount> = [:]
  /// The sum of the full sizes.
  private(set) var storedBytes = ByteCount.zero
  /// The capacity at full size.
  private(set) var capacity: ByteCount
  /// The catalog that restores have read from the vault.
  private(set) var knownCatalog: Catalog?
  /// Whether the vault was lost with its device or its media.
  private(set) var isLost = false
  /// The place of the media that were fetched from the vault; `nil` when all are in the vault.
  private(set) var media: FetchedMedia?
  /// The requests so far; stored bytes over time are in `stored`.
  private(set) var meter = VaultMeter()
  /// The space used by the store over time, up to `meteredUntil`.
  private var stored = StoredTime.zero
  private var meteredUntil: Instant
  private let expandsByItself: Bool

  init(plan: VaultPlan, scale: Scale, at start: Instant) {
    meteredUntil = start
    sizing = ObjectSizing(scale: scale)
    capacity = plan.capacity
    expandsByItself = plan.autoExpand
  }

  /// Whether the store has a recovery point.
  func holds(_ point: PointID) -> Bool { store.attributes(of: point.key) != nil }

  /// Keeps the catalog that a restore has read, for the next one.
  mutating func remember(_ catalog: Catalog) { knownCatalog = catalog }

  /// Destroys the vault with its device or its media.
  mutating func lose() { isLost = true }

  /// Places the media at a site. Media that arrive later stay in the vault.
  mutating func fetchMedia(_ fetched: FetchedMedia) { media = fetched }

  /// Returns the space used over time.
  func stored(until now: Instant) -> StoredTime {
    var sum = stored
    sum.add(storedBytes, for: now - meteredUntil)
    return sum
  }

  /// Meters the storage so far, before the store changes.
  private mutating func meterStorage(until now: Instant) {
    stored = stored(until: now)
    meteredUntil = now
  }

  /// Returns the full size of an object or a range of its bytes; zero when there is no such object.
  func nominalSize(of key: ObjectKey, range: Range<Int>?) -> ByteCount {
    guard let whole = nominalSizes[key], let size = store.attributes(of: key)?.size else { return .zero }
    guard let range, size > .zero else { return whole }
    return ByteCount(Int64(Int128(whole.bytes) * Int128(range.count) / Int128(size.bytes)))
  }

  /// Performs and meters an operation of a job. A put that does not fit fails with `full`.
  ///
  /// - Parameter size: what the object takes at full size.
  mutating func perform(
    _ operation: VaultOperation, nominalSize size: ByteCount, at now: Instant
  ) throws(StorageError) -> Reply {
    let reply = try change(operation, nominalSize: size, at: now)
    meter.count(operation, nominalSize: size)
    return reply
  }

  /// Puts an object that counts as several at full size.
  mutating func store(
    _ put: VaultOperation, as count: Int64, nominalSize size: ByteCount, at now: Instant
  ) throws(StorageError) {
    _ = try change(put, nominalSize: size, at: now)
    meter.countPuts(count, of: size)
  }

  /// Deletes objects that count as several at full size, and returns those that were not locked.
  mutating func delete(_ objects: [(key: ObjectKey, count: Int64)], at now: Instant) -> Set<ObjectKey> {
    meterStorage(until: now)
    var deleted: Set<ObjectKey> = []
    for (key, count) in objects
    where (try? change(.delete(key, if: nil), nominalSize: .zero, at: now)) != nil {
      deleted.insert(key)
      meter.others += count
    }
    return deleted
  }

  /// Counts the reading of objects outside of a job.
  mutating func countGets(_ count: Int64, of size: ByteCount) { meter.countGets(count, of: size) }

  private mutating func change(
    _ operation: VaultOperation, nominalSize size: ByteCount, at now: Instant
  ) throws(StorageError) -> Reply {
    meterStorage(until: now)
    switch operation {
    case .put(let key, _, _, _):
      let total = storedBytes - (nominalSizes[key] ?? .zero) + size
      makeRoom(for: total)
      guard total <= capacity else {
        throw StorageError(.full, "\(key) needs more than the capacity of \(capacity)")
      }
      let reply = try operation.perform(on: &store, at: now)
      (nominalSizes[key], storedBytes) = (size, total)
      return reply
    case .delete(let key, _):
      let reply = try operation.perform(on: &store, at: now)
      storedBytes -= nominalSizes[key] ?? .zero
      nominalSizes[key] = nil
      return reply
    case .list, .get, .attributes, .lock: return try operation.perform(on: &store, at: now)
    }
  }

  /// Deletes everything unlocked, like an attacker with the credentials.
  mutating func deleteAll(at now: Instant) {
    for key in store.list(prefix: "") {
      do throws(StorageError) {
        try store.delete(key, if: nil, at: now)
        storedBytes -= nominalSizes[key] ?? .zero
        nominalSizes[key] = nil
      } catch { continue }
    }
  }

  /// Traps unless the sizes of the objects add up to the stored bytes.
  ///
  /// - Parameter isThorough: Whether all objects are counted.
  func checkInvariants(at now: Instant, isThorough: Bool) {
    precondition(storedBytes >= .zero && storedBytes <= capacity, "a vault holds at most its capacity")
    precondition(meteredUntil <= now, "storage is metered up to the present")
    guard isThorough else { return }
    precondition(nominalSizes.values.reduce(.zero, +) == storedBytes, "the sizes of the objects add up")
    precondition(
      Set(store.list(prefix: "")) == Set(nominalSizes.keys), "every stored object has its full size")
  }

  /// Grows a vault that may expand to 1.25 times its capacity when it would overflow.
  private mutating func makeRoom(for total: ByteCount) {
    while expandsByItself, total > capacity { capacity += ByteCount(max(1, capacity.bytes / 4)) }
  }
}

/// The full sizes of a vault's objects in a scaled run.
struct ObjectSizing: Sendable {
  let scale: Scale

  /// Returns an object's full size. Packs and indexes scale with the data except for their heads; all other
  /// objects have the same size at any scale.
  ///
  /// - Parameter share: of the data that counts at full size.
  func nominalSize(ofBytes count: Int, as key: ObjectKey, share: Ratio) -> ByteCount {
    guard key.growsWithData else { return ByteCount(count) }
    let head = min(count, ObjectKey.headSize)
    let contents = share.of(scale.unscaled(ByteCount(count - head)))
    return contents + ByteCount(head) * Self.objects(for: contents)
  }

  /// Returns the number of objects that the engine makes of this size.
  static func objects(for size: ByteCount) -> Int64 {
    max(1, (size.bytes + Int64(JobOptions().packSize) - 1) / Int64(JobOptions().packSize))
  }

  /// Returns the number of reads that the engine needs for this size.
  static func reads(for size: ByteCount) -> Int64 {
    max(1, (size.bytes + Int64(JobOptions().transferSize) - 1) / Int64(JobOptions().transferSize))
  }
}

/// Media that were brought from their vault to another site.
struct FetchedMedia: Sendable {
  let site: SiteID
  /// The instant of the call, after which the vault sent nothing more.
  let calledAt: Instant
}
