import Storage
import Testing
import Units

@Suite struct KeyListTests {
  private static func key(_ number: Int) -> ObjectKey {
    ObjectKey(folder: "packs", name: "\(100_000 + number)")
  }

  /// A store with keys of these numbers, in an order of its own.
  private static func store(_ numbers: [Int]) throws -> MemoryObjectStore {
    var store = MemoryObjectStore()
    for number in numbers {
      try store.put(Bytes([1]), as: key(number), if: .absent, lockedUntil: nil, at: .epoch)
    }
    return store
  }

  @Test func aListingWalksThroughAllKeysInBothDirections() throws {
    let store = try Self.store((0..<2_000).map { $0 * 7 % 2_000 })
    let keys = store.keys(prefix: "packs/")
    #expect(keys.count == 2_000)
    #expect(Array(keys) == store.list(prefix: "packs/"))
    #expect(Array(keys) == (0..<2_000).map(Self.key))
    #expect(Array(keys.reversed()) == (0..<2_000).reversed().map(Self.key))
    #expect(Array(store.keys(prefix: "packs/1010")) == (1_000..<1_100).map(Self.key))
    #expect(store.keys(prefix: "points/").isEmpty)
  }

  @Test(arguments: 0..<20)
  func changesAreWhatWasAddedAndRemoved(seed: Int) throws {
    var state = UInt64(seed + 1)
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var store = try Self.store(Array(0..<900).filter { $0 % 3 > 0 })
    let before = store.keys(prefix: "")
    for _ in 0..<draw(60) {
      let key = Self.key(draw(1_000))
      if store.attributes(of: key) == nil {
        try store.put(Bytes([1]), as: key, if: .absent, lockedUntil: nil, at: .epoch)
      } else {
        try store.delete(key, if: nil, at: .epoch)
      }
    }
    let after = store.keys(prefix: "")
    let (added, removed) = after.changes(since: before)
    #expect(added == after.filter { !Set(before).contains($0) })
    #expect(removed == before.filter { !Set(after).contains($0) })
    #expect(after.subtracting(before) == added)
    #expect(KeyList(Array(after)).subtracting(KeyList(Array(before))) == added)
  }
}
