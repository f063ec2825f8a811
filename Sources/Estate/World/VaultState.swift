import Storage
import Units

/// A vault in use.
struct VaultState: Sendable {
  var store: MemoryObjectStore
  /// Gone with its device.
  var isLost = false
  private let expandedCapacity: ByteCount

  init(plan: VaultPlan, scale: Scale) {
    let capacity = scale.applied(to: plan.capacity)
    store = MemoryObjectStore(capacity: capacity)
    expandedCapacity = plan.autoExpand ? capacity + ByteCount(capacity.bytes / 4) : capacity
  }

  /// Expands a vault that would overflow, once, if it may.
  mutating func makeRoom(for size: ByteCount) {
    if store.storedBytes + size > store.capacity { store.capacity = expandedCapacity }
  }
}
