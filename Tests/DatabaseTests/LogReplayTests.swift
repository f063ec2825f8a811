import Database
import Storage
import Testing
import Units

/// A restored database that applies its archived log.
@Suite struct LogReplayTests {
  private func base(_ recording: Recording, after transaction: Int) -> DatabaseImage {
    recording.image(afterEntries: recording.entryCount(through: transaction))
  }

  private func log(_ recording: Recording, _ positions: ClosedRange<Int>) -> [CommittedChange] {
    positions.map { recording.record(of: $0) }
  }

  @Test(arguments: [(0, 1), (0, 300), (17, 18), (100, 250), (299, 300)])
  func aReplayHoldsExactlyTheTransactionsThroughItsLastRecord(base: Int, last: Int) throws {
    let recording = try Recording.small.get()
    let replayed = try recording.replayed(
      on: self.base(recording, after: base), through: log(recording, (base + 1)...last))
    let verdict = replayed.image.verdict(against: recording.history, depth: .thorough)
    #expect(verdict.isUsable && verdict.lastTransaction == last, "\(verdict)")
    let versions = replayed.recording.pageVersions
    for file in [DatabaseFile.data, .log] {
      let isKnown = (0..<replayed.image[file].pageCount).allSatisfy {
        versions.hold(replayed.image[file][page: $0], of: file, at: $0)
      }
      #expect(isKnown)
    }
  }

  @Test func aReplayGivesTheSameVolumesWhateverWasReplayedBefore() throws {
    let recording = try Recording(of: .small(150), seed: 7)
    let base = base(recording, after: 40)
    let first = try recording.replayed(on: base, through: log(recording, 41...90))
    _ = try recording.replayed(on: base, through: log(recording, 41...150))
    let again = try recording.replayed(on: base, through: log(recording, 41...90))
    #expect(first.image.holdsTheSame(as: again.image))
    let other = try Recording(of: .small(150), seed: 7).replayed(on: base, through: log(recording, 41...90))
    #expect(first.image.holdsTheSame(as: other.image))
  }

  @Test func aLogWithAGapOrDamageIsRefused() throws {
    let recording = try Recording(of: .small(60), seed: 9)
    let base = base(recording, after: 10)
    #expect(throws: StorageError.self) {
      try recording.replayed(on: base, through: log(recording, 12...20))
    }
    var records = log(recording, 11...20)
    var bytes = Array(records[5].bytes.slice)
    bytes[bytes.count / 2] ^= 1
    records[5] = CommittedChange(position: 16, bytes: Bytes(bytes), checksum: records[5].checksum)
    #expect(throws: StorageError.self) { try recording.replayed(on: base, through: records) }
    // A record that contradicts what was applied before begins the replay anew.
    let right = try recording.replayed(on: base, through: log(recording, 11...20))
    let verdict = right.image.verdict(against: recording.history, depth: .thorough)
    #expect(verdict.isUsable && verdict.lastTransaction == 20)
  }
}
