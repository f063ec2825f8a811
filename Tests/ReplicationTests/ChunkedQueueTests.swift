import Replication
import Testing
import Units

/// A chunked queue is told from a plain list by nothing but its cost.
@Suite struct ChunkedQueueTests {
  @Test(arguments: [1, 31, 32, 1_000, 1_024, 5_000] as [UInt64])
  func whateverIsDoneToItItHoldsWhatAListWouldHold(start: UInt64) {
    var random = RandomStream(seed: 7, stream: "chunked queue", index: UInt32(start))
    var queue = ChunkedQueue<UInt64>(startingAt: start)
    var model: [UInt64] = []
    var first = start
    for step in 0..<400 as Range<UInt64> {
      switch random.below(8) {
      case 0:
        let count = random.below(UInt64(model.count) + 1)
        queue.removeAll(before: first + count)
        model.removeFirst(Int(count))
        first += count
      case 1 where random.below(4) == 0:
        let count = random.below(UInt64(model.count) + 1)
        queue.removeAll(from: first + count)
        model.removeLast(model.count - Int(count))
      default:
        for number in 0..<random.below(300) {
          queue.append(step << 32 | number)
          model.append(step << 32 | number)
        }
      }
      #expect(queue.start == first && queue.count == model.count)
      #expect(queue.first == model.first && queue.last == model.last)
    }
    #expect((queue.start..<queue.end).map { queue[$0] } == model)
  }

  @Test func aCopyKeepsWhatItHeldWhenItWasMade() {
    var queue = ChunkedQueue<Int>(startingAt: 1)
    for number in 1...3_000 { queue.append(number) }
    let copy = queue
    queue.removeAll(before: 2_500)
    queue.removeAll(from: 2_700)
    queue.append(-1)
    #expect((copy.start..<copy.end).map { copy[$0] } == Array(1...3_000))
    #expect((queue.start..<queue.end).map { queue[$0] } == Array(2_500...2_699) + [-1])
  }

  @Test func copiesThatAppendDifferentlyDoNotSeeEachOther() {
    var queue = ChunkedQueue<Int>(startingAt: 1)
    for number in 1...40 { queue.append(number) }
    var copies = (0..<3).map { _ in queue }
    for round in 1...100 {
      for place in copies.indices { copies[place].append(place * 1_000 + round) }
    }
    for (place, copy) in copies.enumerated() {
      let expected = Array(1...40) + (1...100).map { place * 1_000 + $0 }
      #expect((copy.start..<copy.end).map { copy[$0] } == expected)
    }
    #expect((queue.start..<queue.end).map { queue[$0] } == Array(1...40))
  }

  @Test func aCopyThatWasCutBackAppendsInPlaceOfWhatOthersKeep() {
    var queue = ChunkedQueue<Int>(startingAt: 1)
    for number in 1...40 { queue.append(number) }
    var cut = queue
    cut.removeAll(from: 36)
    for number in 1...10 { cut.append(-number) }
    #expect((queue.start..<queue.end).map { queue[$0] } == Array(1...40))
    #expect((cut.start..<cut.end).map { cut[$0] } == Array(1...35) + (1...10).map { -$0 })
  }

  @Test func copiesMayAppendAtTheSameTime() async {
    var queue = ChunkedQueue<[Int]>(startingAt: 1)
    for number in 1...33 { queue.append([number]) }
    let start = queue
    let sums = await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          var copy = start
          for number in 0..<2_000 { copy.append([task, number]) }
          return (0..<2_000).allSatisfy { copy[UInt64(34 + $0)] == [task, $0] }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == Array(repeating: true, count: 8))
  }

  @Test func elementsAreFreedWithTheLastCopyThatHoldsThem() {
    final class Witness: Sendable {}
    weak var first: Witness?
    weak var last: Witness?
    do {
      var queue = ChunkedQueue<Witness>(startingAt: 1)
      for number in 1...100 {
        let witness = Witness()
        if number == 1 { first = witness }
        if number == 100 { last = witness }
        queue.append(witness)
      }
      let copy = queue
      queue.removeAll(before: 90)
      withExtendedLifetime((copy, queue)) {
        #expect(copy.first === first && first != nil)
        #expect(queue.last === last && last != nil)
      }
    }
    #expect(first == nil && last == nil)
  }
}
