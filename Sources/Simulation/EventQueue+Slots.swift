/// Where the payload of an event stands while it is pending.
@usableFromInline
struct EventSlot<Payload> {
  /// The event's identifier; in a free slot the number of the next free one.
  @usableFromInline var ticket: UInt64
  /// `nil` in a free slot.
  @usableFromInline var payload: Payload?

  @inlinable
  init(ticket: UInt64, payload: Payload?) {
    self.ticket = ticket
    self.payload = payload
  }
}

extension EventSlot: Sendable where Payload: Sendable {}

/// The number that stands for no slot.
@inlinable var noEventSlot: Int { 1 << 22 }

extension EventQueue {
  /// A slot for a new event: the one freed last, whose memory is at hand.
  @inlinable
  mutating func takeSlot() -> Int {
    if spentSlot != noEventSlot {
      defer { spentSlot = noEventSlot }
      return spentSlot
    }
    return takeFreeSlot()
  }

  @usableFromInline
  mutating func takeFreeSlot() -> Int {
    let slot = freeSlot
    if slot == noEventSlot {
      slots.append(EventSlot(ticket: 0, payload: nil))
      if slots.count > tournament.capacity { tournament.grow() }
      return slots.count - 1
    }
    freeSlot = Int(truncatingIfNeeded: slots[slot].ticket)
    return slot
  }

  @usableFromInline
  mutating func freeSpentSlot() {
    free(spentSlot)
    spentSlot = noEventSlot
  }

  mutating func free(_ slot: Int) {
    slots[slot] = EventSlot(ticket: UInt64(truncatingIfNeeded: freeSlot), payload: nil)
    freeSlot = slot
    tournament.replace(slot: slot, by: Tournament.vacant)
  }
}
