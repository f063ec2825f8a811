import Backup
import Storage
import Testing
import Units

/// Streams made of pieces: blocks end with them, and pieces that have not changed are carried forward unread.
@Suite struct PieceTests {
  private static let sizes = [1, 700, 40_000, 3, 150_000, 90_000, 12]

  private static func site() -> Fixture { Fixture([noise(sizes.reduce(0, +), seed: 1)]) }

  private static func snapshot(_ site: Fixture, sizes: [Int] = sizes, carrying: [Int: Int] = [:]) -> Snapshot
  {
    let pieces = sizes.enumerated().map { number, size in
      Piece(length: ByteCount(size), carried: carrying[number].map { ByteCount($0) })
    }
    return Snapshot(
      instant: site.driver.now, streams: [SourceStream(name: "contents", kind: .contents, pieces: pieces)])
  }

  private static func offset(of piece: Int) -> Int { sizes[..<piece].reduce(0, +) }

  @Test func aPieceThatMovesIsStoredOnce() throws {
    var site = Self.site()
    let first = try site.driver.run(site.backupJob(Self.snapshot(site))).acknowledgement
    #expect(try site.restored(first.point.id) == site.driver.streams)
    // The pieces in another order, nothing known of the last point: all is read, and nothing is new.
    let bytes = site.driver.streams[0]
    let order = [4, 0, 6, 5, 2, 1, 3]
    site.driver.streams = [
      order.flatMap { bytes[Self.offset(of: $0)..<(Self.offset(of: $0) + Self.sizes[$0])] }
    ]
    site.driver.now = site.driver.now + .hours(1)
    let second = try site.driver.run(
      site.backupJob(Self.snapshot(site, sizes: order.map { Self.sizes[$0] }))
    ).acknowledgement
    #expect(second.point.statistics.new == .zero)
    #expect(try site.restored(second.point.id) == site.driver.streams)
  }

  @Test func carriedPiecesAreNotRead() throws {
    for changed in 0..<Self.sizes.count {
      var site = Self.site()
      site.memory = try site.driver.run(site.backupJob(Self.snapshot(site))).acknowledgement.memory
      site.driver.now = site.driver.now + .hours(1)
      let start = Self.offset(of: changed)
      _ = site.driver.streams[0].scribble([start..<(start + Self.sizes[changed])], seed: 9)
      let image = site.driver.streams
      // Carried blocks are not even there to be read.
      for piece in Self.sizes.indices where piece != changed {
        let range = Self.offset(of: piece)..<(Self.offset(of: piece) + Self.sizes[piece])
        site.driver.streams[0].replaceSubrange(range, with: [UInt8](repeating: 0xEE, count: range.count))
      }
      var carrying: [Int: Int] = [:]
      for piece in Self.sizes.indices where piece != changed { carrying[piece] = Self.offset(of: piece) }
      let second = try site.driver.run(site.backupJob(Self.snapshot(site, carrying: carrying)))
        .acknowledgement
      #expect(second.point.statistics.read == ByteCount(Self.sizes[changed]))
      #expect(try site.restored(second.point.id) == image, "piece \(changed)")
    }
  }

  /// A carried piece whose blocks are condemned, or that was no piece of the last point, is read after all.
  @Test func whatCannotBeCarriedIsRead() throws {
    var site = Self.site()
    site.memory = try site.driver.run(site.backupJob(Self.snapshot(site))).acknowledgement.memory
    site.driver.now = site.driver.now + .hours(1)
    let odd = try site.driver.run(
      site.backupJob(Self.snapshot(site, carrying: [0: 5, 4: Self.offset(of: 4) + 1, 5: 10_000_000]))
    ).acknowledgement
    #expect(odd.point.statistics.read == ByteCount(Self.sizes.reduce(0, +)))
    #expect(try site.restored(odd.point.id) == site.driver.streams)

    var pruned = Self.site()
    let old = try pruned.driver.run(pruned.backupJob(Self.snapshot(pruned))).acknowledgement
    pruned.memory = old.memory
    pruned.driver.now = pruned.driver.now + .hours(1)
    try pruned.prune([old.point.id])
    var carrying: [Int: Int] = [:]
    for piece in Self.sizes.indices { carrying[piece] = Self.offset(of: piece) }
    let next = try pruned.driver.run(pruned.backupJob(Self.snapshot(pruned, carrying: carrying)))
      .acknowledgement
    for _ in 0..<2 { try pruned.prune() }
    #expect(try pruned.restored(next.point.id) == pruned.driver.streams)
  }

  @Test func anAgentThatForgotEverythingRecallsItFromTheVault() throws {
    var site = Self.site()
    let first = try site.driver.run(site.backupJob(Self.snapshot(site))).acknowledgement.point
    guard
      case .recalled(let memory) = site.driver.run(RecallJob(first.id, key: site.key, options: site.options))
    else { return #expect(Bool(false)) }
    site.memory = memory
    site.driver.now = site.driver.now + .hours(1)
    var carrying: [Int: Int] = [:]
    for piece in Self.sizes.indices { carrying[piece] = Self.offset(of: piece) }
    let second = try site.driver.run(site.backupJob(Self.snapshot(site, carrying: carrying))).acknowledgement
      .point
    #expect(second.statistics.read == .zero && second.statistics.stored == .zero)
    #expect(try site.restored(second.id) == site.driver.streams)
  }

  @Test func holesOfAVolumeAreNotRead() throws {
    var site = Fixture([[UInt8](repeating: 0, count: 1 << 20)])
    _ = site.driver.streams[0].scribble([100_000..<120_000], seed: 3)
    var snapshot = site.snapshot()
    snapshot.streams[0].holes = [
      Extent(offset: .zero, length: ByteCount(99_000)),
      Extent(offset: ByteCount(120_001), length: ByteCount((1 << 20) - 120_001)),
    ]
    let point = try site.driver.run(site.backupJob(snapshot)).acknowledgement.point
    #expect(point.statistics.read < ByteCount(32_768))
    #expect(try site.restored(point.id) == site.driver.streams)
  }
}
