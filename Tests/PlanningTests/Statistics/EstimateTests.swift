import Statistics
import Testing
import Units

@Suite struct EstimateTests {
  @Test func intervalReplicationEvery15MinutesWithA5MinuteTransferLoses20AtWorst() {
    let copy = PeriodicCopy(slotInterval: .minutes(15), duration: .minutes(5))
    #expect(copy.worstLoss == .minutes(20))
    #expect(copy.loss == .minutes(5) ..< .minutes(20))
    #expect(copy.meanLoss == .minutes(5) + .seconds(450))
  }

  /// Slots every hour and runs of 90 minutes: the copy of 00:00 is the newest until that of 02:00 is ready at 03:30.
  @Test func aCopyThatOverrunsIsTakenLessOften() {
    let copy = PeriodicCopy(slotInterval: .hours(1), duration: .minutes(90))
    #expect(copy.interval == .hours(2))
    #expect(copy.worstLoss == .minutes(210))
    #expect(PeriodicCopy(slotInterval: .hours(1), duration: .hours(1)).interval == .hours(1))
  }

  @Test func aChainOfCopiesAddsHoldAndTransferPerLevel() {
    let chain = PeriodicCopy(slotInterval: .hours(1), duration: .minutes(10))
      .copiedOn(transfer: .minutes(20)).copiedOn(hold: .hours(12), transfer: .minutes(30))
    #expect(chain.loss == .hours(13) ..< .hours(14))
  }

  @Test func theLossIsUniformOverTheInstantsAtWhichADisasterCanStrike() {
    let copy = PeriodicCopy(slotInterval: .minutes(60), duration: .minutes(25))
    let losses = (0..<3_600).map { second -> Duration in
      let now = Duration.hours(10) + .seconds(Int64(second))
      let newest = (0..<11).map { Duration.hours(Int64($0)) }.last { $0 + .minutes(25) <= now }
      return now - (newest ?? .zero)
    }
    #expect(losses.min() == copy.loss.lowerBound)
    #expect(losses.max() == copy.worstLoss - .seconds(1))
    #expect(losses.reduce(.zero, +) / 3_600 == copy.meanLoss - .milliseconds(500))
  }

  @Test func aMirroredPairLosesItsDataAfter51500Hours() {
    let pair = MirroredPair(meanTimeToFailure: .hours(1_000), meanTimeToRepair: .hours(10))
    #expect(pair.meanTimeToDataLoss == .hours(51_500))
    #expect(abs(pair.lossProbability(within: .hours(515)).value - 0.00995016625) < 1e-9)
  }

  @Test func aPairThatOutlivesEveryDurationStillHasAChanceOfLoss() {
    let pair = MirroredPair(meanTimeToFailure: .hours(1_200_000), meanTimeToRepair: .hours(24))
    #expect(pair.meanTimeToDataLoss == nil)
    #expect(abs(pair.lossProbability(within: .days(365)).value - 2.92e-7) < 1e-9)
  }

  @Test func theCopyOf300GBAt60MbitPerSecondTakesAtLeast11Hours() throws {
    let database = try ByteCount(parsing: "300 GB")
    let rates = [try ByteRate(parsing: "1 GB/s"), try ByteRate(parsing: "60 Mbit/s")]
    #expect(database.leastCopyTime(through: rates) == .seconds(40_000))
  }
}

@Suite struct AsynchronousBacklogTests {
  private func rate(_ bytesPerSecond: Int64) -> ByteRate { .bytesPerSecond(bytesPerSecond) }

  @Test func aLinkThatIsFasterThanTheWritesLeavesNothingUnsent() {
    var backlog = AsynchronousBacklog(from: .epoch)
    backlog.advance(by: .seconds(10), writing: ByteCount(1_000), sendingAt: rate(100))
    #expect(backlog.bytes == .zero)
    #expect(backlog.recoveryPointAge == .zero)
  }

  @Test func aBacklogGrowsByTheExcessAndIsAsOldAsItsOldestByte() {
    var backlog = AsynchronousBacklog(from: .epoch)
    backlog.advance(by: .seconds(10), writing: ByteCount(1_000), sendingAt: rate(60))
    #expect(backlog.bytes == ByteCount(400))
    #expect(backlog.recoveryPointAge == .seconds(4))
    backlog.advance(by: .seconds(10), writing: ByteCount(1_000), sendingAt: rate(60))
    #expect(backlog.bytes == ByteCount(800))
    #expect(backlog.recoveryPointAge == .seconds(8))
  }

  @Test func aBacklogDrainsOldestFirstWhenTheWritesPause() {
    var backlog = AsynchronousBacklog(from: .epoch)
    backlog.advance(by: .seconds(10), writing: ByteCount(1_000), sendingAt: .zero)
    #expect(backlog.recoveryPointAge == .seconds(10))
    backlog.advance(by: .seconds(5), writing: .zero, sendingAt: rate(150))
    #expect(backlog.bytes == ByteCount(250))
    #expect(backlog.recoveryPointAge == .milliseconds(7_500))
    backlog.advance(by: .seconds(5), writing: .zero, sendingAt: rate(150))
    #expect(backlog.bytes == .zero)
    #expect(backlog.recoveryPointAge == .zero)
  }

  @Test func aBufferThatOverflowsHoldsTheRecoveryPointUntilAllIsSent() {
    let buffer = AsynchronousBacklog.Buffer(maximum: ByteCount(500), reconnect: .seconds(2))
    var backlog = AsynchronousBacklog(from: .epoch, buffer: buffer)
    // 8 of the 10 seconds send.
    backlog.advance(by: .seconds(10), writing: ByteCount(1_000), sendingAt: rate(60))
    #expect(backlog.bytes == ByteCount(520))
    #expect(backlog.recoveryPointAge == .seconds(10))
    backlog.advance(by: .seconds(5), writing: .zero, sendingAt: rate(100))
    #expect(backlog.bytes == ByteCount(20))
    #expect(backlog.recoveryPointAge == .seconds(15))
    backlog.advance(by: .seconds(1), writing: .zero, sendingAt: rate(100))
    #expect(backlog.recoveryPointAge == .zero)
    backlog.advance(by: .seconds(1), writing: ByteCount(400), sendingAt: rate(100))
    #expect(backlog.recoveryPointAge == .milliseconds(750))
  }
}
