import Storage
import Testing
import Units

@Suite("Bytes, digests and keys")
struct ValueTests {
  @Test func slicesShareMemoryAndBeginAtZero() {
    let bytes = Bytes(utf8: "firedrill")
    let drill = bytes[4..<9]
    #expect(drill == Bytes(utf8: "drill") && drill.count == 5)
    #expect(drill[0] == UInt8(ascii: "d") && drill[1..<3] == Bytes(utf8: "ri"))
    #expect(drill.identity == bytes.identity + 4)
  }

  @Test func equalBytesHaveEqualHashesWhereverTheyStand() {
    let slice = Bytes(utf8: "xxdrill")[2..<7]
    #expect(slice == Bytes(utf8: "drill") && slice.hashValue == Bytes(utf8: "drill").hashValue)
    #expect(slice != Bytes(utf8: "drilL") && slice != Bytes(utf8: "dril"))
    #expect(Bytes() == slice[3..<3])
  }

  @Test(arguments: [0, 1, 7, 8, 9, 4_096])
  func oneBitAnywhereMakesBytesNotZero(count: Int) {
    #expect(Bytes(repeating: 0, count: count).isZero)
    for index in stride(from: 0, to: count, by: max(1, count / 100)) {
      var array = [UInt8](repeating: 0, count: count)
      array[index] = 0x80
      #expect(!Bytes(array).isZero)
    }
  }

  @Test func digestsReadAndOrderAsTheirBytes() {
    var random = RandomStream(seed: 1, stream: "digests")
    let digests = (0..<100).map { _ in Digest(bytes: random.bytes(32).slice) }
    for (a, b) in zip(digests, digests.dropFirst()) {
      #expect(Digest(bytes: a.bytes) == a)
      #expect((a < b) == a.bytes.lexicographicallyPrecedes(b.bytes))
      #expect((a < b) == (a.description < b.description))
    }
    let low = Digest(bytes: [UInt8](repeating: 0, count: 31) + [1])
    #expect(low.description == String(repeating: "0", count: 63) + "1")
  }

  @Test func aDigestHasThirtyTwoBytes() async {
    await #expect(processExitsWith: .failure) { _ = Digest(bytes: [UInt8](repeating: 0, count: 31)) }
    await #expect(processExitsWith: .failure) { _ = Digest(bytes: [UInt8](repeating: 0, count: 33)) }
  }

  @Test func keysArePlainPaths() {
    for name in ["a", "packs/0f/3.pack", "a-b_c.d", String(repeating: "a", count: 255)] {
      #expect(ObjectKey(name)?.name == name)
    }
    for name in [
      "", "/", "/a", "a/", "a//b", "A", "a b", "ä", "..", "a/../b", ".hidden", "a\\b", "a\0",
      String(repeating: "a", count: 256),
    ] {
      #expect(ObjectKey(name) == nil, "'\(name)'")
    }
  }

  @Test func errorsSayTheirKindAndWhatTheyFound() {
    #expect(StorageError(.notFound, "packs/a").description == "notFound: packs/a")
  }
}
