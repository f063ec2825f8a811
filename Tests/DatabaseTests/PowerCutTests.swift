import Database
import Storage
import Testing
import Units

/// A database that was cut off comes back as an exact prefix of its transactions, every acknowledged one included.
@Suite struct PowerCutTests {
  /// The findings of recoveries after power cuts at sampled entries; `isHonest` says which entries reach the volumes.
  private struct Outcome {
    var cuts = 0
    var unusable = 0
    var acknowledgedLost = 0
    var unacknowledgedKept = 0
    var firstComplaint = ""
  }

  private func cut(
    _ recording: Recording, seed: UInt64, every step: Int,
    _ reachesVolume: (Recording.Entry) -> Bool = { _ in true }
  ) throws -> Outcome {
    var outcome = Outcome()
    var replay = Replay(recording)
    for (place, entry) in recording.entries.enumerated() {
      if (place + Int(seed)) % step == 0 {
        var random = RandomStream(seed: seed, stream: "power cut", index: UInt32(place))
        let verdict = replay.afterPowerCut(using: &random).verdict(
          against: recording.history, depth: .thorough)
        outcome.cuts += 1
        if !verdict.isUsable { outcome.unusable += 1 }
        if verdict.lastTransaction < replay.acknowledged { outcome.acknowledgedLost += 1 }
        if verdict.lastTransaction > replay.acknowledged { outcome.unacknowledgedKept += 1 }
        if !verdict.isUsable || verdict.lastTransaction < replay.acknowledged, outcome.firstComplaint.isEmpty
        {
          outcome.firstComplaint = "entry \(place), acknowledged \(replay.acknowledged): \(verdict)"
        }
      }
      if reachesVolume(entry) { try replay.play(entry) }
    }
    return outcome
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func aPowerCutAnywhereLeavesAPrefixWithEveryAcknowledgedTransaction(seed: UInt64) throws {
    let outcome = try cut(Recording.small.get(), seed: seed, every: 3)
    #expect(outcome.cuts > 400)
    #expect(outcome.unusable == 0, "seed \(seed): \(outcome.firstComplaint)")
    #expect(outcome.acknowledgedLost == 0, "seed \(seed): \(outcome.firstComplaint)")
    // Or the cuts were too kind to show anything.
    #expect(outcome.unacknowledgedKept > 0)
  }

  @Test func aPrefixInWriteOrderIsAlwaysUsable() throws {
    let recording = try Recording.small.get()
    var replay = Replay(recording)
    for (place, entry) in recording.entries.enumerated() {
      try replay.play(entry)
      guard place % 7 == 0 else { continue }
      let verdict = replay.inWriteOrder.verdict(against: recording.history)
      #expect(
        verdict.isUsable && verdict.lastTransaction >= replay.acknowledged, "entry \(place): \(verdict)")
    }
    let verdict = replay.inWriteOrder.verdict(against: recording.history, depth: .thorough)
    #expect(verdict.isUsable && verdict.lastTransaction == 300)
  }

  @Test func aDroppedFlushOfTheLogLosesWhatWasAcknowledged() throws {
    let outcome = try cut(Recording.small.get(), seed: 1, every: 5) { $0 != .flush(.log) }
    #expect(outcome.acknowledgedLost > 0)
  }

  @Test func aDroppedFlushOfTheDataRuinsTheDatabase() throws {
    let outcome = try cut(Recording.small.get(), seed: 1, every: 5) { $0 != .flush(.data) }
    #expect(outcome.unusable > 0)
  }

  @Test func commitsWithoutFlushesLoseTheLastTransactionsAndNothingElse() throws {
    var workload = BankWorkload.small(300)
    workload.durability = .everyCheckpoint
    let outcome = try cut(Recording(of: workload, seed: 7), seed: 1, every: 3)
    #expect(outcome.unusable == 0, "\(outcome.firstComplaint)")
    #expect(outcome.acknowledgedLost > 0)
  }

  @Test func volumesOfTwoInstantsAreNoDatabase() throws {
    let recording = try Recording.small.get()
    var replay = Replay(recording)
    var olderLog: [PagedImage] = []
    var unusable = 0
    for entry in recording.entries {
      try replay.play(entry)
      guard case .commit = entry else { continue }
      olderLog.append(replay.log.image)
      guard olderLog.count > 10 else { continue }
      let torn = DatabaseImage(data: replay.data.image, log: olderLog[olderLog.count - 10])
      let verdict = torn.verdict(against: recording.history)
      if !verdict.isUsable || verdict.lastTransaction < replay.acknowledged { unusable += 1 }
    }
    #expect(unusable > 0)
  }

  @Test func aSecondPowerCutDuringTheRecoveryChangesNothing() throws {
    let recording = try Recording.small.get()
    var replay = Replay(recording)
    for entry in recording.entries.prefix(recording.entries.count / 2) { try replay.play(entry) }
    var random = RandomStream(seed: 3, stream: "power cut")
    let image = replay.afterPowerCut(using: &random)
    #expect(image.verdict(against: recording.history) == image.verdict(against: recording.history))
  }
}
