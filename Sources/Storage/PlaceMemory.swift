/// A cache of values by the addresses of bytes in memory.
///
/// The bytes are kept, so that others cannot reuse their addresses. Each address has a set of four slots,
/// found by a multiplication; new bytes replace the others of their set in turn.
public struct PlaceMemory<Value: Sendable>: Sendable {
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
    init(_ bytes: borrowing Bytes) {
      identity = bytes.identity
      count = bytes.count
    }
  }

  /// The slots of a set. Their addresses are together in one line of the processor's cache.
  @inlinable static var ways: Int { 4 }
  /// The addresses by slot, which are checked first, followed by the bytes and their values.
  @usableFromInline var places: [Place]
  @usableFromInline var kept: [Bytes?]
  @usableFromInline var values: [Value?]
  /// The slot of each set that is replaced next.
  @usableFromInline var oldest: [UInt8]
  /// The shift that reduces a product to the number of a set.
  @usableFromInline let shift: Int

  /// - Parameter bits: there are 2 to the power of so many slots.
  public init(bits: Int) {
    precondition((3...30).contains(bits), "a memory has several sets, and they have memory")
    places = Array(repeating: Place(), count: 1 << bits)
    kept = Array(repeating: nil, count: 1 << bits)
    values = Array(repeating: nil, count: 1 << bits)
    oldest = Array(repeating: 0, count: 1 << (bits - 2))
    shift = UInt.bitWidth - (bits - 2)
  }

  /// Returns the cached value. Complexity: O(1).
  @inlinable
  public func value(for bytes: borrowing Bytes) -> Value? {
    let place = Place(bytes)
    return slot(of: place, in: set(of: place)).flatMap { values[$0] }
  }

  @inlinable
  public mutating func remember(_ value: Value, for bytes: Bytes) {
    let place = Place(bytes)
    let set = set(of: place)
    let slot = slot(of: place, in: set) ?? nextSlot(of: set)
    places[slot] = place
    kept[slot] = bytes
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
