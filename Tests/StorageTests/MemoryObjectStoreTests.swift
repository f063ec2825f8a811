import Storage
import Testing
import Units

@Suite("The object store in memory")
struct MemoryObjectStoreTests {
  private let key = ObjectKey(folder: "packs", name: "a")

  @Test(arguments: ObjectStoreConformance.allCases)
  func keepsTheContractOfAnObjectStore(promise: ObjectStoreConformance) throws {
    try promise.check { MemoryObjectStore() }
  }

  @Test func theStoredBytesAreTheSumOfTheSizes() throws {
    var store = MemoryObjectStore()
    let version = try store.put(
      Bytes(repeating: 1, count: 10), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    try store.put(
      Bytes(repeating: 1, count: 5), as: ObjectKey(folder: "packs", name: "b"), if: .absent, lockedUntil: nil,
      at: .day(1))
    #expect(store.storedBytes == ByteCount(15) && store.objectCount == 2)
    try store.put(
      Bytes(repeating: 2, count: 3), as: key, if: .version(version), lockedUntil: nil, at: .day(1))
    #expect(store.storedBytes == ByteCount(8) && store.objectCount == 2)
    try store.delete(key, if: nil, at: .day(1))
    #expect(store.storedBytes == ByteCount(5) && store.objectCount == 1)
  }

  @Test func aFullStoreRefusesAndKeepsWhatItHas() throws {
    var store = MemoryObjectStore(capacity: ByteCount(10))
    let version = try store.put(
      Bytes(repeating: 1, count: 10), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    let before = store.attributes(of: key)
    store.expect(.full) {
      try $0.put(
        Bytes([1]), as: ObjectKey(folder: "packs", name: "b"), if: .absent, lockedUntil: nil, at: .day(1))
    }
    store.expect(.full) {
      try $0.put(
        Bytes(repeating: 2, count: 11), as: key, if: .version(version), lockedUntil: nil, at: .day(1))
    }
    #expect(store.attributes(of: key) == before && store.objectCount == 1)
    store.capacity = ByteCount(11)
    try store.put(
      Bytes(repeating: 2, count: 11), as: key, if: .version(version), lockedUntil: nil, at: .day(1))
  }

  @Test func aBranchDoesNotDisturbTheOriginal() throws {
    var store = MemoryObjectStore()
    try store.put(Bytes(utf8: "kept"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    var branch = store
    try branch.delete(key, if: nil, at: .day(2))
    try branch.put(Bytes(utf8: "other"), as: key, if: .absent, lockedUntil: nil, at: .day(2))
    #expect(try store.get(key, range: nil) == Bytes(utf8: "kept"))
    #expect(store.storedBytes == ByteCount(4))
  }
}
