import Storage
import Units

/// A vault in use.
struct VaultState: Sendable {
  var store: MemoryObjectStore
  /// Gone with its device.
  var isLost = false
  /// What its store held and for how long, up to `meteredUntil`.
  private(set) var stored = StoredTime.zero
  private var meteredUntil: Instant
  private let expandedCapacity: ByteCount

  init(plan: VaultPlan, scale: Scale, at start: Instant) {
    meteredUntil = start
    let capacity = scale.applied(to: plan.capacity)
    store = MemoryObjectStore(capacity: capacity)
    expandedCapacity = plan.autoExpand ? capacity + ByteCount(capacity.bytes / 4) : capacity
  }

  /// To be called before the store changes, and before the meter is read.
  mutating func meterStorage(until now: Instant) {
    stored.add(store.storedBytes, for: now - meteredUntil)
    meteredUntil = now
  }

  /// Expands a vault that would overflow, once, if it may.
  mutating func makeRoom(for size: ByteCount) {
    if store.storedBytes + size > store.capacity { store.capacity = expandedCapacity }
  }
}
