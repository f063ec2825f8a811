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
}
