import Database
import Storage
import Testing
import Units

/// Whatever an image holds, its verdict is a value.
@Suite struct DamageTests {
  private static func whole() throws -> (Recording, DatabaseImage) {
    let recording = try Recording.small.get()
    var replay = Replay(recording)
    for entry in recording.entries { try replay.play(entry) }
    return (recording, replay.inWriteOrder)
  }

  @Test func emptyVolumesAreNoDatabase() throws {
    let recording = try Recording.small.get()
    for pages in [0, 1, 16] {
      let blank = PagedImage(size: ByteCount(pages * PagedImage.pageSize))
      let verdict = DatabaseImage(data: blank, log: blank).verdict(against: recording.history)
      #expect(!verdict.isUsable && verdict.refusal != nil)
    }
  }

  @Test func volumesInTheWrongOrderAreNoDatabase() throws {
    let (recording, image) = try Self.whole()
    let swapped = DatabaseImage(data: image.log, log: image.data)
    #expect(!swapped.verdict(against: recording.history).isUsable)
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>) func randomBytesAreNoDatabase(seed: UInt64) throws {
    let (recording, image) = try Self.whole()
    var random = RandomStream(seed: seed, stream: "random bytes")
    var garbage = image
    for page in 0..<32 { garbage.data[page: page] = random.page() }
    #expect(!garbage.verdict(against: recording.history).isUsable)
    // The header alone is as it should be.
    garbage.data[page: 0] = image.data[page: 0]
    #expect(!garbage.verdict(against: recording.history).isUsable)
    for page in 0..<16 { garbage.log[page: page] = random.page() }
    _ = garbage.verdict(against: recording.history)
  }

  /// A change that SQLite cannot see may only be one that makes no difference to any row.
  @Test(arguments: 1...4 as ClosedRange<UInt64>) func aChangedByteIsNeverReportedAsAnotherState(seed: UInt64)
    throws
  {
    let (recording, image) = try Self.whole()
    let used = (0..<image.data.pageCount).filter { !image.data[page: $0].isEmpty }
    var found = 0
    for index in 0..<100 {
      var random = RandomStream(seed: seed, stream: "changed byte", index: UInt32(index))
      var damaged = image
      let page = used[Int(random.below(UInt64(used.count)))]
      var bytes = Array(image.data[page: page].slice)
      for _ in 0...random.below(3) {
        bytes[Int(random.below(4_096))] = UInt8(truncatingIfNeeded: random.next())
      }
      damaged.data[page: page] = Bytes(bytes)
      let verdict = damaged.verdict(against: recording.history, depth: .thorough)
      if !verdict.isUsable { found += 1 }
      if verdict.isUsable { #expect(verdict.lastTransaction == 300) }
    }
    #expect(found > 10)
  }

  @Test func aTransactionThatIsMissingInBetweenIsNamed() throws {
    let recording = try Recording.small.get()
    var skipped = 0
    for missing in 11...20 {
      let replica = try Replica(seededFrom: recording.base)
      for position in 1..<missing { try replica.apply(recording.record(of: position)) }
      let next = recording.record(of: missing + 1)
      do {
        try replica.apply(CommittedChange(position: missing, bytes: next.bytes))
      } catch { continue }  // the two touch the same account, which SQLite notices by itself
      let verdict = replica.image.verdict(against: recording.history)
      #expect(verdict.gaps == [missing...missing])
      #expect(verdict.keepsTotal && !verdict.isPrefix && !verdict.isUsable)
      skipped += 1
    }
    #expect(skipped > 0)
  }

  @Test func anotherHistoryIsNotThisOne() throws {
    let (recording, image) = try Self.whole()
    let verdict = image.verdict(against: recording.history.prefix(through: 200))
    #expect(verdict.lastTransaction == 300 && verdict.gaps.isEmpty && !verdict.isExact)
    let other = try Recording(of: .small(300), seed: 8)
    #expect(!image.verdict(against: other.history).isExact)
  }

  @Test func encryptedPagesAreReported() throws {
    let (recording, image) = try Self.whole()
    for page in 1..<20 where !image.data[page: page].isEmpty {
      var random = RandomStream(seed: 4, stream: "encryption", index: UInt32(page))
      var encrypted = image
      encrypted.data[page: page] = random.page()
      // SQLite does not read from the data file pages that the log still holds.
      let verdict = encrypted.verdict(against: recording.history, depth: .thorough)
      let blankLog = DatabaseImage(data: encrypted.data, log: PagedImage(size: image.log.size))
      #expect(
        verdict.isUsable || !verdict.damage.isEmpty || verdict.refusal != nil, "page \(page): \(verdict)")
      #expect(!blankLog.verdict(against: recording.history, depth: .thorough).isUsable, "page \(page)")
    }
  }
}

extension RandomStream {
  fileprivate mutating func page() -> Bytes {
    Bytes((0..<PagedImage.pageSize).map { _ in UInt8(truncatingIfNeeded: next()) })
  }
}
