/// An object with a fixed address. While it is kept, no other object can have that address.
public protocol Placed: Sendable {
  /// The address. Two objects with the same identity and count are equal.
  var identity: UInt { get }
  var count: Int { get }
}

extension Bytes: Placed {}

/// A cache of values by the addresses of objects.
///
/// The objects are kept, so that others cannot reuse their addresses. Each address has a set of four slots,
/// found by a multiplication; a new object replaces the others of its set in turn.
public struct PlaceMemory<Thing: Placed, Value: Sendable>: Sendable {
  @usableFromInline
  struct Place: Hashable, Sendable {
    @usableFromInline let identity: UInt
    @usableFromInline let count: Int

    /// Creates an empty entry.
    init() {
      identity = 0
      count = -1
    }

    @inlinable
    init(_ thing: borrowing Thing) {
      identity = thing.identity
      count = thing.count
    }
  }

  /// The slots of a set. Their addresses are together in one line of the processor's cache.
  @inlinable static var ways: Int { 4 }
  /// The addresses by slot, which are checked first, followed by the objects and their values.
  @usableFromInline var places: [Place]
  @usableFromInline var things: [Thing?]
  @usableFromInline var values: [Value?]
  /// The slot of each set that is replaced next.
  @usableFromInline var oldest: [UInt8]
  /// The shift that reduces a product to the number of a set.
  @usableFromInline let shift: Int

  /// - Parameter bits: there are 2 to the power of so many slots.
  public init(bits: Int) {
    precondition((3...30).contains(bits), "a memory has several sets, and they have memory")
    places = Array(repeating: Place(), count: 1 << bits)
    things = Array(repeating: nil, count: 1 << bits)
    values = Array(repeating: nil, count: 1 << bits)
    oldest = Array(repeating: 0, count: 1 << (bits - 2))
    shift = UInt.bitWidth - (bits - 2)
  }

  /// Returns the cached value of an object. Complexity: O(1).
  @inlinable
  public func value(for thing: borrowing Thing) -> Value? {
    let place = Place(thing)
    return slot(of: place, in: set(of: place)).flatMap { values[$0] }
  }

  @inlinable
  public mutating func remember(_ value: Value, for thing: Thing) {
    let place = Place(thing)
    let set = set(of: place)
    let slot = slot(of: place, in: set) ?? nextSlot(of: set)
    places[slot] = place
    things[slot] = thing
    values[slot] = value
  }

  /// Returns the slot that an address has; `nil` when it has none.
  @inlinable
  func slot(of place: Place, in set: Int) -> Int? {
    for slot in (set * Self.ways)..<((set + 1) * Self.ways) where places[slot] == place { return slot }
    return nil
  }

  @inlinable
  mutating func nextSlot(of set: Int) -> Int {
    let slot = set * Self.ways + Int(oldest[set])
    oldest[set] = (oldest[set] + 1) % UInt8(Self.ways)
    return slot
  }

  /// Returns the set of an address. The golden section spreads neighbouring addresses (Knuth, "The Art of
  /// Computer Programming" 6.4).
  @inlinable
  func set(of place: Place) -> Int {
    Int((place.identity &* 0x9E37_79B9_7F4A_7C15) >> UInt(shift))
  }
}
