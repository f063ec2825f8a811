import Replication
import Storage
import Testing
import Units

/// A journal rewound to a point holds what writing its entries one after another gives.
@Suite struct RewindTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func aRewoundVolumeHoldsEveryEntryUpToThePoint(seed: UInt64) throws {
    let mode = try #require(Mode.allCases.filter(\.isJournaled).randomElement(by: seed))
    var duo = Duo(mode: mode, seed: seed, writes: 200)
    duo.startHost()
    _ = duo.settle(within: .seconds(30))
    duo.run(until: duo.now + .seconds(2))
    let journal = try #require(duo.sides[1].engine?.durableState.journal)
    let points = journal.heldPoints
    #expect(!points.isEmpty && journal.entries.count > 50)
    for volume in duo.sides[1].volumes.indices {
      let base = duo.sides[1].volumes[volume].image
      for point in points {
        #expect(journal.holds(point))
        let expected = journal.writtenOneByOne(on: base, volume: volume, to: point)
        #expect(journal.rewound(base, volume: volume, to: point).holdsSame(as: expected))
      }
    }
  }
}

extension Journal {
  fileprivate func writtenOneByOne(on base: PagedImage, volume: Int, to point: JournalPoint) -> PagedImage {
    var image = base
    for position in entries.start..<max(entries.start, point.position + 1) {
      let entry = entries[position]
      guard entry.kind == .write || entry.kind == .page, Int(entry.volume) == volume else { continue }
      image.write(entry.bytes, at: entry.offset)
    }
    return image
  }
}

extension [Mode] {
  fileprivate func randomElement(by seed: UInt64) -> Mode? { isEmpty ? nil : self[Int(seed) % count] }
}
