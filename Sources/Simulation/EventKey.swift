import Units

/// The identifier of one scheduled event of a queue.
///
/// An identifier is never reused, so an old one cannot be mistaken for a later event. A branch (copy) of the
/// queue knows the events scheduled before the branch by the same identifiers.
@frozen
public struct EventID: Hashable, Sendable {
  /// The priority, sequence number and slot, which are the lower half of the event's key.
  @usableFromInline let word: UInt64

  @inlinable
  init(word: UInt64) { self.word = word }

  @inlinable var slot: Int { Int(truncatingIfNeeded: word & (1 << EventKey.slotBits - 1)) }
}

/// The sort key of events, compared as one number: time (64 bits), priority (8), sequence (34). The slot of
/// the payload (22) never decides, because all sequence numbers differ.
@usableFromInline
struct EventKey {
  @inlinable static var slotBits: UInt64 { 22 }
  @inlinable static var sequenceBits: UInt64 { 34 }

  @usableFromInline let bits: Int128

  @inlinable
  init(bits: Int128) { self.bits = bits }

  @inlinable
  init(time: Instant, priority: UInt8, sequence: UInt64, slot: Int) {
    precondition(sequence >> Self.sequenceBits == 0, "a queue can schedule 2^34 events in its life")
    precondition(
      UInt64(truncatingIfNeeded: slot) >> Self.slotBits == 0, "a queue can hold 2^22 events at once")
    let rank = UInt64(priority) << Self.sequenceBits | sequence
    let low = rank << Self.slotBits | UInt64(truncatingIfNeeded: slot)
    bits = Int128(truncatingIfNeeded: time.nanoseconds) << 64 | Int128(truncatingIfNeeded: low)
  }

  @inlinable var time: Instant { Instant(nanoseconds: Int64(truncatingIfNeeded: bits >> 64)) }
  @inlinable var id: EventID { EventID(word: UInt64(truncatingIfNeeded: bits)) }
}
