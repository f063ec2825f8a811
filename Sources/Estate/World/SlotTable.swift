/// The identifier of an element of a slot table. Reused slots get a new generation, so old identifiers find
/// nothing.
public struct SlotID: Hashable, Sendable {
  let index: UInt32
  let generation: UInt32
}

/// A table of elements with lookup by identifier in constant time.
struct SlotTable<Element: Sendable>: Sendable {
  private var slots: [Element?] = []
  private var generations: [UInt32] = []
  private var free: [UInt32] = []

  mutating func insert(_ element: Element) -> SlotID {
    if let index = free.popLast() {
      slots[Int(index)] = element
      return SlotID(index: index, generation: generations[Int(index)])
    }
    slots.append(element)
    generations.append(0)
    return SlotID(index: UInt32(slots.count - 1), generation: 0)
  }

  /// The element with this identifier; `nil` after its removal. It is read and changed in place.
  subscript(id: SlotID) -> Element? {
    @inline(__always) _read {
      if generations[Int(id.index)] == id.generation { yield slots[Int(id.index)] } else { yield nil }
    }
    _modify {
      var none: Element?
      if generations[Int(id.index)] == id.generation { yield &slots[Int(id.index)] } else { yield &none }
    }
  }

  func contains(_ id: SlotID) -> Bool { generations[Int(id.index)] == id.generation }

  /// Removes an element and returns it. The identifier is never valid again.
  @discardableResult
  mutating func remove(_ id: SlotID) -> Element? {
    guard generations[Int(id.index)] == id.generation else { return nil }
    generations[Int(id.index)] += 1
    free.append(id.index)
    return slots[Int(id.index)].take()
  }

  /// The identifiers in use, in slot order.
  var names: [SlotID] {
    slots.indices.filter { slots[$0] != nil }.map { SlotID(index: UInt32($0), generation: generations[$0]) }
  }

  /// Traps unless every slot is either in use or free.
  func checkInvariants() {
    precondition(slots.count == generations.count, "every slot has a generation")
    precondition(Set(free).count == free.count, "a slot is free once")
    for index in free { precondition(slots[Int(index)] == nil, "a free slot is empty") }
    precondition(slots.count { $0 == nil } == free.count, "an empty slot is free")
  }
}
