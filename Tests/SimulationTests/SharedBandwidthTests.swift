import Simulation
import Testing
import Units

@Suite("Shared bandwidth")
struct SharedBandwidthTests {
  private let rate = ByteRate.bytesPerSecond(100_000_000)
  private func megabytes(_ n: Int64) -> ByteCount { ByteCount(n * 1_000_000) }

  @Test func aFlowAloneGetsTheWholeRate() {
    var link = SharedBandwidth(rate: rate)
    let flow = link.add(megabytes(100), at: .epoch)
    #expect(link.nextCompletion?.time == .seconds(1))
    #expect(link.nextCompletion?.flow == flow)
  }

  @Test func twoEqualFlowsTakeTwiceAsLongAndEndInTheOrderTheyBegan() {
    var link = SharedBandwidth(rate: rate)
    let first = link.add(megabytes(100), at: .epoch)
    let second = link.add(megabytes(100), at: .epoch)
    let told = link.completions()
    #expect(told == [.init(first, .seconds(2)), .init(second, .seconds(2))])
    #expect(link.moved == megabytes(200))
  }

  @Test func aLateJoinerSlowsTheFirstDown() {
    var link = SharedBandwidth(rate: rate)
    let first = link.add(megabytes(100), at: .epoch)
    let second = link.add(megabytes(100), at: .milliseconds(500))
    let told = link.completions()
    #expect(told == [.init(first, .milliseconds(1_500)), .init(second, .seconds(2))])
  }

  @Test func aSmallFlowOvertakesALargeOne() {
    var link = SharedBandwidth(rate: rate)
    let large = link.add(megabytes(200), at: .epoch)
    let small = link.add(megabytes(10), at: .seconds(1))
    let told = link.completions()
    #expect(told == [.init(small, .milliseconds(1_200)), .init(large, .milliseconds(2_100))])
  }

  @Test func aLeaverGivesItsShareToTheOthersAndSaysWhatItMoved() {
    var link = SharedBandwidth(rate: rate)
    let stays = link.add(megabytes(100), at: .epoch)
    let leaves = link.add(megabytes(100), at: .milliseconds(500))
    let moved = [link.cancel(leaves, at: .seconds(1)), link.cancel(leaves, at: .seconds(1))]
    #expect(moved == [megabytes(25), nil])
    #expect(link.moved(for: stays) == megabytes(75))
    let told = link.completions()
    #expect(told == [.init(stays, .milliseconds(1_250))])
  }

  @Test func aSlowDeviceIsNotADeadOne() {
    var link = SharedBandwidth(rate: rate)
    let flow = link.add(megabytes(100), at: .epoch)
    link.setRate(.bytesPerSecond(10_000_000), at: .milliseconds(500))
    let told = link.completions()
    #expect(told == [.init(flow, .milliseconds(5_500))])
  }

  @Test func atRateZeroNothingMovesUntilTheRepair() {
    var link = SharedBandwidth(rate: rate)
    let flow = link.add(megabytes(100), at: .epoch)
    link.setRate(.zero, at: .milliseconds(500))
    #expect(link.nextCompletion == nil)
    link.advance(to: .seconds(10))
    #expect(link.moved(for: flow) == megabytes(50))
    link.setRate(rate, at: .seconds(10))
    let told = link.completions()
    #expect(told == [.init(flow, .milliseconds(10_500))])
    #expect(link.busyTime == .milliseconds(10_500))
  }

  @Test func anEmptyFlowEndsAtOnceEvenAtRateZero() {
    var link = SharedBandwidth(rate: .zero)
    let flow = link.add(.zero, at: .seconds(3))
    let told = link.completions()
    #expect(told == [.init(flow, .seconds(3))])
  }

  @Test func anEndBeyondTheEndOfTimeIsNone() {
    var link = SharedBandwidth(rate: ByteRate(millibytesPerSecond: 1))
    _ = link.add(ByteCount(Int64.max), at: .epoch)
    #expect(link.nextCompletion == nil)
  }

  @Test func aFlowThatEndedBeforeItWasAskedForIsStillTold() {
    var link = SharedBandwidth(rate: rate)
    let first = link.add(megabytes(100), at: .epoch)
    let second = link.add(megabytes(100), at: .seconds(5))
    #expect(link.nextCompletion?.time == .seconds(1))
    #expect(link.moved(for: first) == megabytes(100))
    let told = link.completions()
    #expect(told == [.init(first, .seconds(1)), .init(second, .seconds(6))])
    #expect(link.moved(for: first) == nil)
    #expect(link.busyTime == .seconds(2))
  }

  @Test func aFlowThatEndedButWasNotToldCanBeCancelled() {
    var link = SharedBandwidth(rate: rate)
    let flow = link.add(megabytes(100), at: .epoch)
    let moved = link.cancel(flow, at: .seconds(2))
    #expect(moved == megabytes(100))
    let told = link.completions()
    #expect(told == [])
  }

  @Test func whatDoesNotDivideIsNotLost() {
    // A third of 10 bytes a second, thrice: the flows end together, exactly when 30 bytes are through.
    var link = SharedBandwidth(rate: .bytesPerSecond(10))
    for _ in 0..<3 { _ = link.add(ByteCount(10), at: .epoch) }
    for step in 1..<1_000 { link.advance(to: .milliseconds(Int64(step))) }
    let told = link.completions()
    #expect(told.map(\.time) == [.seconds(3), .seconds(3), .seconds(3)])
    #expect(link.moved == ByteCount(30))
  }

  @Test func aBranchDoesNotDisturbTheOriginal() {
    var link = SharedBandwidth(rate: rate)
    let flow = link.add(megabytes(100), at: .epoch)
    var branch = link
    branch.setRate(.zero, at: .milliseconds(1))
    _ = branch.cancel(flow, at: .milliseconds(2))
    let told = link.completions()
    #expect(told == [.init(flow, .seconds(1))])
  }

  /// GitLab.com, 31 January 2017: 300 GB over about 60 Mbit/s take at least 11.1 hours.
  @Test func theGitLabCopyTakesElevenHours() {
    var link = SharedBandwidth(rate: .bytesPerSecond(7_500_000))
    _ = link.add(megabytes(300_000), at: .epoch)
    #expect(link.nextCompletion?.time == .seconds(40_000))
  }

  /// Smith, "Various optimizers for single-stage production", 1956: by size / weight, least first.
  @Test func restoresOneAfterTheOtherCostLeastInSmithsOrder() {
    let restores: [(size: ByteCount, weight: Int64)] = [
      (megabytes(100), 1), (megabytes(300), 7), (megabytes(50), 3), (megabytes(900), 8), (megabytes(20), 1),
    ]
    func cost(_ order: [Int]) -> Int64 {
      var link = SharedBandwidth(rate: rate)
      var sum: Int64 = 0
      for index in order {
        _ = link.add(restores[index].size, at: link.now)
        for end in link.completions() { sum += (end.time - .epoch).nanoseconds * restores[index].weight }
      }
      return sum
    }
    let smith = restores.indices.sorted {
      restores[$0].size.bytes * restores[$1].weight < restores[$1].size.bytes * restores[$0].weight
    }
    #expect(permutations(Array(restores.indices)).map(cost).min() == cost(smith))
  }
}

struct Completion: Equatable {
  var flow: SharedBandwidth.FlowID
  var time: Instant

  init(_ flow: SharedBandwidth.FlowID, _ time: Instant) {
    self.flow = flow
    self.time = time
  }
}

extension SharedBandwidth {
  /// All that end, as a driver sees them that always waits for the next one.
  mutating func completions() -> [Completion] {
    var told: [Completion] = []
    while let next = nextCompletion, let (time, flow) = popCompletion(through: max(now, next.time)) {
      told.append(Completion(flow, time))
    }
    return told
  }
}

private func permutations(_ items: [Int]) -> [[Int]] {
  items.isEmpty
    ? [[]] : items.flatMap { item in permutations(items.filter { $0 != item }).map { [item] + $0 } }
}
