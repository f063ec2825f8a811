import Backup
import Storage
import Testing
import Units

@Suite struct PruneTests {
  private static let block = 4_096

  /// A site with a full A and incrementals B and C, and what each of them is.
  private struct Chain {
    var site: Fixture
    var points: [PointID] = []
    var images: [[[UInt8]]] = []

    init() throws {
      site = Fixture([noise(60 * PruneTests.block, seed: 1)])
      site.options.packSize = 16 << 10
      var changed: [Extent]? = nil
      for round in 0..<3 {
        points.append(try site.backup(changed: changed).id)
        images.append(site.driver.streams)
        let start = round * 20 * PruneTests.block
        changed = site.driver.streams[0].scribble(
          [start..<(start + 8 * PruneTests.block)], seed: UInt64(round) + 2)
      }
    }
  }

  /// Guarantees, worked examples: full A, incrementals B and C.
  @Test(arguments: [[0], [0, 1], [1], [2], [0, 2], [1, 2]])
  func deletingOtherPointsNeverHurtsAPoint(deleted: [Int]) throws {
    var chain = try Chain()
    let before = chain.site.vault.storedBytes
    let expired = deleted.map { chain.points[$0] }
    #expect(try chain.site.prune(expired).expired == expired)
    let collected = try chain.site.prune()
    #expect(collected.deletedPacks > 0)
    #expect(chain.site.vault.storedBytes < before)
    #expect(try chain.site.points() == chain.points.filter { !expired.contains($0) })
    for index in 0..<3 where !deleted.contains(index) {
      #expect(try chain.site.restored(chain.points[index]) == chain.images[index])
    }
    #expect(try chain.site.verify().isEmpty)
  }

  @Test func onlyUnreferencedBlocksAreFreed() throws {
    var chain = try Chain()
    try chain.site.prune([chain.points[0], chain.points[1]], repackBelow: .one)
    try chain.site.prune(repackBelow: .one)
    // As much is left as a single full backup of C takes, within a pack's overhead.
    var single = Fixture(chain.images[2])
    single.options = chain.site.options
    try single.backup()
    let excess = chain.site.vault.storedBytes - single.vault.storedBytes
    #expect(excess < ByteCount(Self.block))
    #expect(try chain.site.restored(chain.points[2]) == chain.images[2])
  }

  @Test func aVaultWithoutPointsShrinksToNothing() throws {
    var chain = try Chain()
    try chain.site.prune(chain.points)
    try chain.site.prune()
    #expect(chain.site.vault.list(prefix: "packs/") == [])
    #expect(chain.site.vault.list(prefix: "points/") == [])
    #expect(try chain.site.verify().isEmpty)
    let point = try chain.site.backup(changed: [])
    #expect(try chain.site.restored(point.id) == chain.site.driver.streams)
  }

  @Test func nothingIsDeletedBeforeTheGrace() throws {
    var chain = try Chain()
    try chain.site.prune([chain.points[0]], grace: .hours(3))
    let packs = chain.site.vault.list(prefix: "packs/")
    #expect(try chain.site.prune(grace: .hours(3)).isDeferred)
    #expect(chain.site.vault.list(prefix: "packs/") == packs)
    try chain.site.prune(grace: .hours(3))
    #expect(try chain.site.prune(grace: .hours(3)).isDeferred == false)
    #expect(chain.site.vault.list(prefix: "packs/").count < packs.count)
  }

  @Test func aPruneOfNothingChangesNothing() throws {
    var chain = try Chain()
    let before = chain.site.driver.contents
    #expect(try chain.site.prune() == Pruning())
    #expect(chain.site.driver.contents == before)
  }

  @Test func aPruneThatCannotReadAPointDeletesNothing() throws {
    var chain = try Chain()
    chain.site.vault = chain.site.vault.replacing(chain.points[1].key) { $0.dropLast(1) }
    let before = chain.site.driver.contents
    #expect(throws: JobFailure.self) { try chain.site.prune([chain.points[0]]) }
    #expect(chain.site.driver.contents == before)
  }

  /// A warm agent whose last point was expired must not refer to blocks that are about to go.
  @Test func aWarmAgentDoesNotReferToCondemnedBlocks() throws {
    var chain = try Chain()
    try chain.site.prune(chain.points)
    let point = try chain.site.backup(changed: [])
    try chain.site.prune()
    #expect(try chain.site.restored(point.id) == chain.site.driver.streams)
    #expect(try chain.site.verify().isEmpty)
  }

  /// An agent that slept while a prune condemned and collected looks at the indexes again.
  @Test func aWarmAgentDoesNotReferToCollectedBlocks() throws {
    var chain = try Chain()
    try chain.site.prune(chain.points)
    try chain.site.prune()
    let point = try chain.site.backup(changed: [])
    #expect(try chain.site.restored(point.id) == chain.site.driver.streams)
    #expect(try chain.site.verify().isEmpty)
  }
}
