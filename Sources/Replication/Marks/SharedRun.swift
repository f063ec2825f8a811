import Synchronization

/// A run of elements with a fixed capacity that copies of a queue share.
///
/// Slots are taken once and in order, and an element never changes after that. So the first copy that appends
/// takes the next slot in place. Every other copy finds the slot taken and continues on a run of its own.
final class SharedRun<Element: Sendable>: @unchecked Sendable {
  static var capacity: Int { 32 }

  /// The number of slots taken by any copy.
  private let taken = Atomic<Int>(0)
  private let slots: UnsafeMutablePointer<Element>

  init() { slots = .allocate(capacity: Self.capacity) }

  /// Creates a run that begins with the first elements of another one.
  convenience init(first count: Int, of other: SharedRun) {
    self.init()
    slots.initialize(from: other.slots, count: count)
    taken.store(count, ordering: .releasing)
  }

  deinit {
    slots.deinitialize(count: taken.load(ordering: .acquiring))
    slots.deallocate()
  }

  /// Puts an element into a slot; returns `false` where another copy has taken the slot.
  func take(_ slot: Int, for element: Element) -> Bool {
    let (isFree, _) = taken.compareExchange(
      expected: slot, desired: slot + 1, ordering: .acquiringAndReleasing)
    if isFree { (slots + slot).initialize(to: element) }
    return isFree
  }

  /// The element in a slot that the reading copy, or one that it was made of, has taken.
  subscript(slot: Int) -> Element {
    @inline(__always) _read { yield slots[slot] }
  }
}
