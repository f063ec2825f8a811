import Units

/// The pending events of a simulation and its virtual clock, as a value. A copy is a branch of the future.
///
/// Events are returned by time, then priority (least first), then in the order of scheduling. Nothing else
/// matters, so equal runs give equal sequences. A copy takes constant time and shares memory until one of the
/// two changes, which copies flat arrays.
public struct EventQueue<Payload> {
  @usableFromInline var tournament = Tournament()
  /// The payloads by slot of the tournament; `nil` in a free slot.
  @usableFromInline var payloads: [Payload?] = []
  /// The free slots below `payloads.count`.
  @usableFromInline var freeSlots: [Int] = []
  /// The slot of the last returned event while its key is still in the tournament; -1 when there is none.
  ///
  /// The next scheduled event reuses the slot, so that popping and scheduling cost one climb together.
  @usableFromInline var spentSlot = -1
  @usableFromInline var nextSequence: UInt64 = 0
  @usableFromInline var pendingCount = 0
  @usableFromInline var clock: Instant

  /// Creates an empty queue with its clock at `start`.
  public init(startingAt start: Instant = .epoch) { clock = start }

  /// The virtual clock: the instant of the last returned event or of `advance(to:)`.
  @inlinable public var now: Instant { clock }

  /// The number of pending events.
  @inlinable public var count: Int { pendingCount }

  @inlinable public var isEmpty: Bool { count == 0 }

  /// The instant of the next event, `nil` when there is none.
  ///
  /// Complexity: O(1); O(log n) between an event that came out and the next one scheduled.
  public var nextTime: Instant? {
    if isEmpty { return nil }
    return EventKey(bits: spentSlot < 0 ? tournament.winner : tournament.winner(without: spentSlot)).time
  }

  /// Adds an event; an instant before `now` is a programmer error and traps.
  ///
  /// At most 2^22 events are pending at once, at most 2^34 are scheduled in all. Complexity: O(log n).
  @discardableResult
  @inlinable
  public mutating func schedule(_ payload: Payload, at time: Instant, priority: UInt8 = 0) -> EventID {
    precondition(time >= clock, "an event cannot be scheduled in the past")
    let slot = spentSlot < 0 ? takeSlot() : spentSlot
    spentSlot = -1
    let key = EventKey(time: time, priority: priority, sequence: nextSequence, slot: slot)
    nextSequence &+= 1
    pendingCount &+= 1
    payloads[slot] = payload
    tournament.replace(slot: slot, by: key.bits)
    return key.id
  }

  /// Removes and returns the next event and sets the clock to its instant; `nil` when none is left.
  ///
  /// Complexity: O(log n); O(1) when an event was scheduled since the last one came out.
  @inlinable
  public mutating func popNext() -> (time: Instant, payload: Payload)? {
    popNext(through: Instant(nanoseconds: .max))
  }

  /// Removes and returns the next event through `limit`, as `popNext()` does. A later event and the clock
  /// stay unchanged.
  @inlinable
  public mutating func popNext(through limit: Instant) -> (time: Instant, payload: Payload)? {
    freeSpentSlot()
    let key = EventKey(bits: tournament.winner)
    guard pendingCount > 0, key.time <= limit, let payload = payloads[key.id.slot] else { return nil }
    spentSlot = key.id.slot
    pendingCount &-= 1
    clock = key.time
    return (key.time, payload)
  }

  /// Advances the clock to an instant without earlier pending events; any other instant is a programmer error
  /// and traps.
  public mutating func advance(to time: Instant) {
    precondition(time >= clock, "virtual time is monotone")
    if let nextTime { precondition(time <= nextTime, "an event is pending before the instant to advance to") }
    clock = time
  }

  /// Cancels an event; returns whether it was pending. Complexity: O(log n).
  @discardableResult
  @inlinable
  public mutating func cancel(_ event: EventID) -> Bool {
    guard isPending(event) else { return false }
    free(event.slot)
    pendingCount -= 1
    return true
  }

  /// Whether the event was neither returned nor cancelled. Complexity: O(1).
  @inlinable
  public func isPending(_ event: EventID) -> Bool {
    event.slot < payloads.count && event.slot != spentSlot
      && EventKey(bits: tournament.key(inSlot: event.slot)).id == event
  }

  @inlinable
  mutating func takeSlot() -> Int {
    if let slot = freeSlots.popLast() { return slot }
    payloads.append(nil)
    if payloads.count > tournament.capacity { tournament.grow() }
    return payloads.count - 1
  }

  @inlinable
  mutating func freeSpentSlot() {
    guard spentSlot >= 0 else { return }
    free(spentSlot)
    spentSlot = -1
  }

  @inlinable
  mutating func free(_ slot: Int) {
    payloads[slot] = nil
    freeSlots.append(slot)
    tournament.replace(slot: slot, by: Tournament.vacant)
  }
}

extension EventQueue: Sendable where Payload: Sendable {}
