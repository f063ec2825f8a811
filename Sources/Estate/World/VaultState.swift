import Backup
import HashTreeCollections
import Storage
import Units

/// A vault in use.
struct VaultState: Sendable {
  private(set) var store = MemoryObjectStore()
  let sizing: ObjectSizing
  /// What objects take at full size.
  private var nominalSizes: TreeDictionary<ObjectKey, ByteCount> = [:]
  /// The sum of it.
  private(set) var storedBytes = ByteCount.zero
  /// At full size.
  private(set) var capacity: ByteCount
  /// The catalog that restores have read from the vault.
  var knownCatalog: Catalog?
  /// Gone with its device.
  var isLost = false
  /// What its store held and for how long, up to `meteredUntil`.
  private(set) var stored = StoredTime.zero
  private var meteredUntil: Instant
  private let expandsByItself: Bool

  init(plan: VaultPlan, scale: Scale, at start: Instant) {
    meteredUntil = start
    sizing = ObjectSizing(scale: scale)
    capacity = plan.capacity
    expandsByItself = plan.autoExpand
  }

  /// To be called before the store changes, and before the meter is read.
  mutating func meterStorage(until now: Instant) {
    stored.add(storedBytes, for: now - meteredUntil)
    meteredUntil = now
  }

  /// The size at full size of an object, or of a range of its bytes; zero when there is no such object.
  func nominalSize(of key: ObjectKey, range: Range<Int>?) -> ByteCount {
    guard let whole = nominalSizes[key], let size = store.attributes(of: key)?.size else { return .zero }
    guard let range, size > .zero else { return whole }
    return ByteCount(Int64(Int128(whole.bytes) * Int128(range.count) / Int128(size.bytes)))
  }

  /// Performs an operation of a job. A put that does not fit fails with `full`.
  ///
  /// - Parameter size: what the object takes at full size.
  mutating func perform(
    _ operation: VaultOperation, nominalSize size: ByteCount, at now: Instant
  ) throws(StorageError) -> Reply {
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

  /// Deletes whatever is not locked, as somebody does who holds the credentials.
  mutating func deleteAll(at now: Instant) {
    for key in store.list(prefix: "") {
      do throws(StorageError) {
        try store.delete(key, if: nil, at: now)
        storedBytes -= nominalSizes[key] ?? .zero
        nominalSizes[key] = nil
      } catch { continue }
    }
  }

  /// Lets a vault that may grow to 1.25 times its capacity whenever it would overflow.
  private mutating func makeRoom(for total: ByteCount) {
    while expandsByItself, total > capacity { capacity += ByteCount(max(1, capacity.bytes / 4)) }
  }
}

/// What objects of a vault take at full size, when the run is made at a scale.
struct ObjectSizing: Sendable {
  let scale: Scale

  /// Packs and indexes grow with the data, but for their heads; claims, manifests and the configuration are written once
  /// whatever the scale.
  ///
  /// - Parameter share: of the data that counts at full size.
  func nominalSize(ofBytes count: Int, as key: ObjectKey, share: Ratio) -> ByteCount {
    guard key.growsWithData else { return ByteCount(count) }
    let head = min(count, ObjectKey.headSize)
    let contents = share.of(scale.unscaled(ByteCount(count - head)))
    return contents + ByteCount(head) * Self.objects(for: contents)
  }

  /// The number of objects that the engine makes of so much at full size.
  static func objects(for size: ByteCount) -> Int64 {
    max(1, (size.bytes + Int64(JobOptions().packSize) - 1) / Int64(JobOptions().packSize))
  }

  /// The number of reads in which the engine gets so much at full size.
  static func reads(for size: ByteCount) -> Int64 {
    max(1, (size.bytes + Int64(JobOptions().transferSize) - 1) / Int64(JobOptions().transferSize))
  }
}
