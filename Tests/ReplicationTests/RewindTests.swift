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
    let memory = RewindMemory()
    // In an order in which earlier and later points follow one another, as in a search.
    let searched = points.indices.sorted { ($0 * 7) % 11 < ($1 * 7) % 11 }.map { points[$0] }
    for volume in duo.sides[1].volumes.indices {
      let base = duo.sides[1].volumes[volume].image
      for point in searched + searched.reversed() {
        #expect(journal.holds(point))
        let expected = journal.writtenOneByOne(on: base, volume: volume, to: point)
        let rewound = journal.rewound(base, volume: volume, to: point)
        #expect(rewound.holdsSame(as: expected))
        let remembered = memory.rewound(base, volume: volume, to: point, of: journal)
        #expect(remembered.holdsSame(as: expected))
        // Page by page the same memory, so that changed blocks are found as without the cache.
        #expect(remembered.pagesChanged(since: rewound).isEmpty)
      }
    }
  }

  @Test func aVolumeRewoundByOneBranchIsNotThatOfAnother() throws {
    var duo = Duo(mode: .hostAsynchronous, seed: 3, writes: 400)
    duo.startHost()
    #expect(duo.run(atMost: .minutes(5)) { $0.journalLength > 30 })
    var branch = duo
    // From here on its host writes something else.
    branch.random = RandomStream(seed: 4, stream: "branch")
    #expect(duo.run(atMost: .minutes(5)) { $0.journalLength > 70 })
    #expect(branch.run(atMost: .minutes(5)) { $0.journalLength > 70 })
    let memory = RewindMemory()
    for side in [duo, branch, duo] {
      let journal = try #require(side.sides[1].engine?.durableState.journal)
      for volume in side.sides[1].volumes.indices {
        let base = side.sides[1].volumes[volume].image
        // Both still have the volumes from before they parted, so that only the entries tell them apart.
        #expect(base.sharesMemory(with: duo.sides[1].volumes[volume].image))
        for point in journal.heldPoints {
          let expected = journal.writtenOneByOne(on: base, volume: volume, to: point)
          #expect(memory.rewound(base, volume: volume, to: point, of: journal).holdsSame(as: expected))
        }
      }
    }
  }
}

extension Duo {
  /// The number of entries that the target's journal holds.
  fileprivate var journalLength: Int { sides[1].engine?.durableState.journal.entries.count ?? 0 }
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
