import Storage
import Testing

/// The promise of a place memory: an answer is that of the very thing asked for, or none.
@Suite struct PlaceMemoryTests {
  @Test func whatWasRememberedOfAThingIsKnownOfItsCopies() {
    var memory = PlaceMemory<Int>(bits: 4)
    let page = Bytes(repeating: 1, count: 64)
    let copy = page
    memory.remember(7, for: page)
    #expect(memory.value(for: copy) == 7)
    #expect(memory.value(for: Bytes(repeating: 1, count: 64)) == nil)
  }

  @Test func aPartIsAnotherThingThanTheWhole() {
    var memory = PlaceMemory<Int>(bits: 4)
    let page = Bytes(repeating: 1, count: 64)
    memory.remember(7, for: page)
    #expect(memory.value(for: page[0..<32]) == nil)
  }

  @Test func amongMoreThingsThanSlotsEveryAnswerIsRight() {
    var memory = PlaceMemory<Int>(bits: 3)
    let pages = (0..<100).map { Bytes(repeating: UInt8($0), count: 64) }
    for (number, page) in pages.enumerated() { memory.remember(number, for: page) }
    let known = pages.map { memory.value(for: $0) }
    #expect(known.last == 99)
    #expect(known.compactMap { $0 }.count <= 8)
    for (number, value) in known.enumerated() { #expect(value == nil || value == number) }
  }

  @Test func ofMoreThingsThanASetHasSlotsTheNewestStay() {
    // Two sets of four slots: of the last four things, none can have been replaced.
    var memory = PlaceMemory<Int>(bits: 3)
    let pages = (0..<100).map { Bytes(repeating: UInt8($0), count: 64) }
    for (number, page) in pages.enumerated() {
      memory.remember(number, for: page)
      for earlier in max(0, number - 3)...number { #expect(memory.value(for: pages[earlier]) == earlier) }
    }
  }

  @Test func aThingThatIsRememberedKeepsItsPlace() {
    var memory = PlaceMemory<UInt8>(bits: 10)
    // Were the first page let go, a later one would stand where it stood and be taken for it.
    for number in 0..<200 {
      let page = Bytes(repeating: UInt8(number), count: 4_096)
      if let known = memory.value(for: page) { #expect(known == UInt8(number)) }
      memory.remember(UInt8(number), for: page)
    }
  }
}
