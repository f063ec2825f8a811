/// An object with a fixed address. While it is kept, no other object can have that address.
public protocol Placed: Sendable {
  /// The address. Two objects with the same identity and count are equal.
  var identity: UInt { get }
  var count: Int { get }
}

extension Bytes: Placed {}

/// A cache of values by the addresses of objects.
///
/// The objects are kept, so that others cannot reuse their addresses. Each address has one slot, found by a
/// multiplication; a new object replaces the previous one in its slot.
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

  /// The addresses by slot, which are checked first, followed by the objects and their values.
  @usableFromInline var places: [Place]
  @usableFromInline var things: [Thing?]
  @usableFromInline var values: [Value?]
  /// The shift that reduces a product to the number of a slot.
  @usableFromInline let shift: Int

  /// - Parameter bits: there are 2 to the power of so many slots.
  public init(bits: Int) {
    precondition((1...30).contains(bits), "a memory has slots, and they have memory")
    places = Array(repeating: Place(), count: 1 << bits)
    things = Array(repeating: nil, count: 1 << bits)
    values = Array(repeating: nil, count: 1 << bits)
    shift = UInt.bitWidth - bits
  }

  /// Returns the cached value of an object. Complexity: O(1).
  @inlinable
  public func value(for thing: borrowing Thing) -> Value? {
    let place = Place(thing)
    let slot = slot(of: place)
    return places[slot] == place ? values[slot] : nil
  }

  @inlinable
  public mutating func remember(_ value: Value, for thing: Thing) {
    let place = Place(thing)
    let slot = slot(of: place)
    places[slot] = place
    things[slot] = thing
    values[slot] = value
  }

  /// Returns the slot of an address. The golden section spreads neighbouring addresses (Knuth, "The Art of
  /// Computer Programming" 6.4).
  @inlinable
  func slot(of place: Place) -> Int {
    Int((place.identity &* 0x9E37_79B9_7F4A_7C15) >> UInt(shift))
  }
}
