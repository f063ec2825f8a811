/// The least of a set of keys that stand in numbered slots, as a tree of winners in flat memory.
///
/// Every node holds the least of its four children. To change one slot is to play the matches on its way to the root
/// again. Which way that is depends on the slot alone, so the rivals of all levels are fetched and compared with each
/// other at once, and no branch depends on a key. That makes it twice as fast as a heap, where every step
/// waits for the one before; and a key leaves the middle as fast as the top.
@usableFromInline
struct Tournament: Sendable {
  /// Four siblings of 16 bytes each are one element and one cache line. The root is the last lane of element 0, the
  /// children of place p are the lanes of element p - 2, the leaves are the last `capacity` places.
  @usableFromInline var families: [SIMD8<UInt64>]
  /// The number of slots, a power of four.
  @usableFromInline var capacity: Int

  /// What stands in an empty slot: no key is as great.
  @inlinable static var vacant: Int128 { .max }
  @inlinable static var root: Int { 3 }

  init(capacity: Int = 4) {
    self.capacity = capacity
    var vacantFamily = SIMD8<UInt64>.zero
    vacantFamily.evenHalf = SIMD4(repeating: .max)
    vacantFamily.oddHalf = SIMD4(repeating: .max >> 1)
    // The root's, then 1, 4, 16, ... families: each level has four times the places of the one above.
    families = Array(repeating: vacantFamily, count: (capacity - 1) / 3 + 1)
  }

  /// The least key of all, `vacant` when there is none. Complexity: O(1).
  @inlinable var winner: Int128 { self[Self.root] }

  @inlinable
  subscript(place: Int) -> Int128 {
    families.withUnsafeBytes { $0.load(fromByteOffset: place * 16, as: Int128.self) }
  }

  /// The place of a slot's key.
  private func leaf(_ slot: Int) -> Int {
    precondition(slot < capacity, "a tournament has no such slot")
    return families.count * 4 - capacity + slot
  }

  /// Puts a key in a slot in place of the one that stands there. Complexity: O(log n).
  @usableFromInline
  mutating func replace(slot: Int, by key: Int128) {
    let leaf = leaf(slot)
    families.withUnsafeMutableBytes { places in
      var place = leaf
      var winner = key
      while place > Self.root {
        places.storeBytes(of: winner, toByteOffset: place &* 16, as: Int128.self)
        winner = Self.lesser(winner, Self.bestRival(of: place, in: UnsafeRawBufferPointer(places)))
        place = place >> 2 &+ 2
      }
      places.storeBytes(of: winner, toByteOffset: place &* 16, as: Int128.self)
    }
  }

  /// The least key of all but the one in a slot. Complexity: O(log n).
  func winner(without slot: Int) -> Int128 {
    let leaf = leaf(slot)
    return families.withUnsafeBytes { places in
      var place = leaf
      var winner = Self.vacant
      while place > Self.root {
        winner = Self.lesser(winner, Self.bestRival(of: place, in: places))
        place = place >> 2 &+ 2
      }
      return winner
    }
  }

  /// Four times the number of slots. Complexity: O(n).
  mutating func grow() {
    var larger = Tournament(capacity: 4 * capacity)
    for slot in 0..<capacity { larger.replace(slot: slot, by: self[leaf(slot)]) }
    self = larger
  }

  @inline(__always)
  private static func bestRival(of place: Int, in places: UnsafeRawBufferPointer) -> Int128 {
    let a = places.load(fromByteOffset: (place ^ 1) &* 16, as: Int128.self)
    let b = places.load(fromByteOffset: (place ^ 2) &* 16, as: Int128.self)
    let c = places.load(fromByteOffset: (place ^ 3) &* 16, as: Int128.self)
    return lesser(lesser(a, b), c)
  }

  /// `min`, in arithmetic: of `min` the compiler makes a branch, which the processor guesses wrong.
  ///
  /// Keys are never negative, so their difference does not overflow.
  @inline(__always)
  private static func lesser(_ a: Int128, _ b: Int128) -> Int128 {
    let difference = b &- a
    return a &+ (difference & difference >> 127)
  }
}
