/// Something that does not change where it stands in memory; while it is kept, nothing else can take its place.
public protocol Placed: Sendable {
  /// Where it begins: two of one identity and one count are the same, without looking at them.
  var identity: UInt { get }
  var count: Int { get }
}

extension Bytes: Placed {}

/// Remembers a value for each thing that it has seen, found by the thing's place in memory.
///
/// The things are kept, so that others cannot take their places. Each place has one slot, found by a multiplication; who
/// comes last stands in it, and whatever stood there before is forgotten.
public struct PlaceMemory<Thing: Placed, Value: Sendable>: Sendable {
  @usableFromInline
  struct Place: Hashable, Sendable {
    @usableFromInline let identity: UInt
    @usableFromInline let count: Int

    /// No thing's place.
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

  /// By slot: the place of what is remembered there, looked at before anything else is; what that is; and what is
  /// remembered of it.
  @usableFromInline var places: [Place]
  @usableFromInline var things: [Thing?]
  @usableFromInline var values: [Value?]
  /// How far a product is shifted to the number of a slot.
  @usableFromInline let shift: Int

  /// - Parameter bits: there are 2 to the power of so many slots.
  public init(bits: Int) {
    precondition((1...30).contains(bits), "a memory has slots, and they have memory")
    places = Array(repeating: Place(), count: 1 << bits)
    things = Array(repeating: nil, count: 1 << bits)
    values = Array(repeating: nil, count: 1 << bits)
    shift = UInt.bitWidth - bits
  }

  /// What is remembered of this thing. Complexity: O(1).
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

  /// The golden section of the word spreads places that lie side by side (Knuth, "The Art of Computer Programming" 6.4).
  @inlinable
  func slot(of place: Place) -> Int {
    Int((place.identity &* 0x9E37_79B9_7F4A_7C15) >> UInt(shift))
  }
}
