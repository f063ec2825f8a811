import Database
import Storage
import Testing
import Units

@Suite struct RecordingTests {
  @Test func theSameWorkloadAndSeedGiveTheSameBytes() throws {
    let first = try Recording.small.get()
    let second = try Recording(of: .small(300), seed: 7)
    // A difference would be too long to print.
    let isSame = first.entries == second.entries
    #expect(isSame)
    #expect((1...300).allSatisfy { first.record(of: $0) == second.record(of: $0) })
    let whole = Extent(offset: .zero, length: first.base.data.size)
    let isSameBase = first.base.data.read(whole) == second.base.data.read(whole)
    #expect(isSameBase)
    let isOther = try Recording(of: .small(300), seed: 8).entries != first.entries
    #expect(isOther)
  }

  @Test func othersWhoUseSQLiteAtTheSameTimeChangeNothing() async throws {
    let expected = try Recording.small.get()
    let recordings = try await withThrowingTaskGroup(of: Recording.self) { group in
      for seed in [7, 9, 7, 10] as [UInt64] {
        group.addTask { try Recording(of: .small(300), seed: seed) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let same = recordings.filter { $0.seed == 7 }
    #expect(same.count == 2)
    #expect(same.allSatisfy { $0.entries == expected.entries })
  }

  @Test func everyWriteIsOneWholePageAndLiesWithinItsVolume() throws {
    let recording = try Recording.small.get()
    for case .write(let file, let offset, let bytes) in recording.entries {
      #expect(bytes.count == PagedImage.pageSize && offset.bytes % 4_096 == 0)
      #expect(offset + ByteCount(bytes.count) <= recording.base[file].size)
    }
  }

  @Test func eachTransactionIsDurableBeforeItsCommit() throws {
    let recording = try Recording.small.get()
    var whole: [Recording.Entry] = []
    for transaction in recording.transactions {
      let entries = recording.entries(of: transaction)
      let isDurable = entries.suffix(2) == [.flush(.log), .commit(transaction)]
      #expect(isDurable, "\(transaction)")
      whole += entries
    }
    let isWhole = whole == recording.entries
    #expect(isWhole)
  }

  @Test func checkpointsHappenAndTheLogIsUsedAgain() throws {
    let recording = try Recording.small.get()
    let checkpoints = recording.entries.count { $0 == .flush(.data) }
    #expect(checkpoints > 20)
    // Between two checkpoints the log holds a bounded number of frames, each a page and its header.
    for case .write(.log, let offset, _) in recording.entries { #expect(offset < .kibibytes(160)) }
  }

  @Test func aBranchSharesTheBytesOfTheRecording() throws {
    let recording = try Recording.small.get()
    guard case .write(let file, let offset, let bytes) = recording.entries[0] else {
      return #expect(Bool(false))
    }
    var image = recording.base[file]
    image.write(bytes, at: offset)
    #expect(image[page: Int(offset.bytes) / 4_096].identity == bytes.identity)
  }

  @Test func aVolumeThatIsTooSmallIsReported() throws {
    var workload = BankWorkload.small(2_000)
    workload.dataVolume = .kibibytes(64)
    #expect(throws: StorageError.self) { try Recording(of: workload, seed: 1) }
    do { _ = try Recording(of: workload, seed: 1) } catch { #expect(error.kind == .full) }
    workload.accounts = 1
    #expect(throws: StorageError.self) { try Recording(of: workload, seed: 1) }
  }

  @Test func aBankWithoutTransactionsIsOneAllTheSame() throws {
    let recording = try Recording(of: .small(0), seed: 1)
    #expect(recording.transactions.isEmpty && recording.entries.isEmpty)
    #expect(recording.base.verdict(against: recording.history, depth: .thorough).isUsable)
    #expect(try recording.replicaImage(appliedThrough: 0).verdict(against: recording.history).isUsable)
  }

  @Test func aRecoveredImageGoesOnWithTheNextTransaction() throws {
    let first = try Recording.small.get()
    var replay = Replay(first)
    for entry in first.entries.prefix(first.entries.count / 2) { try replay.play(entry) }
    var random = RandomStream(seed: 5, stream: "power cut")
    let image = replay.afterPowerCut(using: &random)
    let last = image.verdict(against: first.history).lastTransaction

    let second = try Recording(
      of: .small(50), seed: 7, continuing: image, after: first.history.prefix(through: last), term: 1)
    #expect(second.transactions == last + 1..<last + 51)
    var after = Replay(second)
    for (place, entry) in second.entries.enumerated() {
      var random = RandomStream(seed: 6, stream: "power cut", index: UInt32(place))
      let verdict = after.afterPowerCut(using: &random).verdict(against: second.history, depth: .thorough)
      #expect(verdict.isUsable && verdict.lastTransaction >= after.acknowledged, "\(verdict)")
      try after.play(entry)
    }
    // The old primary did something else after that transaction: the two have diverged.
    #expect(after.inWriteOrder.verdict(against: second.history, depth: .thorough).isUsable)
    #expect(!after.inWriteOrder.verdict(against: first.history).isExact)
  }
}
