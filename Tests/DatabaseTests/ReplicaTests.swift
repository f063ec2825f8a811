import Database
import Storage
import Testing
import Units

@Suite struct ReplicaTests {
  @Test(arguments: [0, 1, 2, 63, 64, 65, 127, 128, 200, 299, 300])
  func aReplicaAtAPositionHoldsExactlyTheTransactionsUpToIt(position: Int) throws {
    let recording = try Recording.small.get()
    let verdict = try recording.replicaImage(appliedThrough: position)
      .verdict(against: recording.history, depth: .thorough)
    #expect(verdict.isUsable, "\(verdict)")
    #expect(verdict.lastTransaction == position)
  }

  @Test func theVolumesAtAPositionAreTheSameHoweverTheyAreComeTo() throws {
    let positions = [3, 41, 90, 140]
    let rising = try Recording(of: .small(150), seed: 7)
    let images = try positions.map { try rising.replicaImage(appliedThrough: $0) }
    let falling = try Recording(of: .small(150), seed: 7)
    for (position, image) in zip(positions, images).reversed() {
      let isSame = try falling.replicaImage(appliedThrough: position).holdsTheSame(as: image)
      #expect(isSame, "position \(position)")
    }
    let stepwise = try Recording(of: .small(150), seed: 7)
    for position in 0...150 {
      let image = try stepwise.replicaImage(appliedThrough: position)
      guard let place = positions.firstIndex(of: position) else { continue }
      let isSame = image.holdsTheSame(as: images[place])
      #expect(isSame, "position \(position)")
    }
  }

  @Test func aRecordTakesEffectOnceThoughItIsSentAgainAfterARestart() throws {
    let recording = try Recording.small.get()
    var replica = try Replica(seededFrom: recording.base)
    for position in 1...90 {
      try replica.apply(recording.record(of: position))
      if position % 7 == 0 {
        replica = try Replica(restarting: replica.image)
        #expect(replica.position == position)
        for again in max(1, position - 5)...position { try replica.apply(recording.record(of: again)) }
        #expect(replica.position == position)
      }
    }
    let verdict = replica.image.verdict(against: recording.history, depth: .thorough)
    #expect(verdict.isUsable && verdict.lastTransaction == 90)
  }

  @Test func aGapOrGarbageIsRefusedAndChangesNothing() throws {
    let recording = try Recording.small.get()
    let replica = try Replica(seededFrom: recording.base)
    for position in 1...10 { try replica.apply(recording.record(of: position)) }
    let before = replica.image
    let next = recording.record(of: 11)
    let fitsNothing = CommittedChange(position: 11, bytes: recording.record(of: 200).bytes)
    let truncated = CommittedChange(position: 11, bytes: next.bytes[0..<(next.bytes.count / 2)])
    var flipped = Array(next.bytes.slice)
    flipped[flipped.count / 2] ^= 1
    let onTheWire = CommittedChange(position: 11, bytes: Bytes(flipped), checksum: next.checksum)
    for (record, kind) in [
      (recording.record(of: 12), StorageError.Kind.conditionFailed), (fitsNothing, .damaged),
      (truncated, .damaged), (onTheWire, .damaged),
    ] {
      do {
        try replica.apply(record)
        Issue.record("\(record.position) was applied")
      } catch { #expect(error.kind == kind) }
      #expect(replica.position == 10)
    }
    let isUnchanged = replica.image.holdsTheSame(as: before)
    #expect(isUnchanged)
    try replica.apply(next)
    #expect(replica.position == 11)
  }

  @Test func randomChangesWithAValidChecksumNeverTrap() throws {
    let recording = try Recording.small.get()
    let replica = try Replica(seededFrom: recording.base)
    var random = RandomStream(seed: 2, stream: "garbage records")
    for _ in 0..<500 {
      var bytes = Array(recording.record(of: 1 + Int(random.below(300))).bytes.slice)
      for _ in 0...random.below(4) {
        bytes[Int(random.below(UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: random.next())
      }
      try? replica.apply(CommittedChange(position: replica.position + 1, bytes: Bytes(bytes)))
    }
    _ = replica.image.verdict(against: recording.history)
  }

  @Test func aPromotedReplicaGoesOnAndThePrimaryFollowsIt() throws {
    let first = try Recording.small.get()
    let promoted = try first.replicaImage(appliedThrough: 170)
    let second = try Recording(
      of: .small(80), seed: 7, continuing: promoted, after: first.history.prefix(through: 170), term: 1)
    let verdict = try second.replicaImage(appliedThrough: 250).verdict(
      against: second.history, depth: .thorough)
    #expect(verdict.isUsable && verdict.lastTransaction == 250)
    #expect(try !second.replicaImage(appliedThrough: 171).verdict(against: first.history).isExact)
  }

  @Test func aPositionWithoutRecordIsRefused() throws {
    let recording = try Recording.small.get()
    #expect(throws: StorageError.self) { try recording.replicaImage(appliedThrough: 301) }
    #expect(throws: StorageError.self) { try recording.replicaImage(appliedThrough: -1) }
  }
}

extension DatabaseImage {
  func holdsTheSame(as other: DatabaseImage) -> Bool {
    DatabaseFile.allCases.allSatisfy { file in
      let whole = Extent(offset: .zero, length: self[file].size)
      return self[file].read(whole) == other[file].read(whole)
    }
  }
}
