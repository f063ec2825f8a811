import Backup
import Storage
import Testing
import Units

@Suite struct RoundTripTests {
  @Test func aVolumeComesBackByteExact() throws {
    var site = Fixture([noise(300_000, seed: 1), [UInt8](repeating: 0, count: 100_000)])
    let point = try site.backup()
    #expect(try site.restored(point.id) == site.driver.streams)
    #expect(point.statistics.read == ByteCount(400_000))
    #expect(point.statistics.new == ByteCount(300_000))
    #expect(try site.verify().isEmpty)
  }

  @Test func aFileComesBackByteExact() throws {
    var site = Fixture([noise(300_000, seed: 1), [], [1]])
    let point = try site.backup(chunking: .contentDefined(minimum: 512, average: 4_096, maximum: 16_384))
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  /// The compression of new packs changes their bytes, and nothing about who can read which.
  @Test func blocksOfEveryCompressionAreReadAlike() throws {
    let words = (0..<60_000).flatMap { Array("item \($0 * 7_919 % 10_007)\n".utf8) }
    let streams = [
      words, noise(100_000, seed: 1), Array(words.prefix(16 << 10)), Array(words.prefix((16 << 10) + 1)),
    ]
    var sizes: [ByteCount] = []
    for level in [1, 4] as [Int32] {
      var site = Fixture(streams)
      site.options.compressionLevel = level
      let point = try site.backup(chunking: .file)
      #expect(point.statistics.stored < point.statistics.new)
      sizes.append(point.statistics.stored)
      site.options.compressionLevel = 5 - level
      #expect(try site.restored(point.id) == site.driver.streams)
      #expect(try site.verify().isEmpty)
      #expect(try site.backup(chunking: .file).statistics.new == .zero)
    }
    #expect(sizes[0] != sizes[1])
  }

  @Test func aSnapshotOfNothingIsAPoint() throws {
    var site = Fixture()
    let point = try site.backup()
    #expect(try site.restored(point.id) == [])
    #expect(try site.points() == [point.id])
  }

  @Test func aUsedTargetIsOverwrittenWithZerosToo() throws {
    var volume = [UInt8](repeating: 0, count: 70_000)
    volume.replaceSubrange(20_000..<30_000, with: noise(10_000, seed: 5))
    var site = Fixture([volume])
    let point = try site.backup()
    let garbage = [[UInt8](repeating: 0xEE, count: 90_000)]
    #expect(try site.restored(point.id, target: .used, over: garbage) == [volume])
  }

  @Test func namedStreamsAreRestoredAlone() throws {
    var site = Fixture([noise(9_000, seed: 1), noise(9_000, seed: 2)])
    let point = try site.backup()
    var target = site.driver
    target.streams = []
    let job = RestoreJob(point.id, key: site.key, selection: .named(["stream-1"]), options: site.options)
    guard case .restored(let restoration) = target.run(job) else { return #expect(Bool(false)) }
    #expect(restoration.written == ByteCount(9_000))
    #expect(target.streams == [[], site.driver.streams[1]])

    let unknown = RestoreJob(point.id, key: site.key, selection: .named(["stream-7"]))
    guard case .failed(.storage(let error)) = target.run(unknown) else { return #expect(Bool(false)) }
    #expect(error.kind == .notFound)
  }

  @Test func aRestoreFinishesOnlyWhenItsTargetsAreDurable() throws {
    var site = Fixture([noise(90_000, seed: 1), noise(30_000, seed: 2)])
    let point = try site.backup().id
    var target = site.driver
    target.streams = []
    var restore = Performance(site.restoreJob(point), at: target.now)
    var dirty: Set<Int> = []
    while restore.outcome == nil {
      let index = restore.outstanding.count - 1
      if case .stream(let stream, let operation) = restore.outstanding[index].request {
        switch operation {
        case .write: dirty.insert(stream)
        case .flush: dirty.remove(stream)
        case .prepare, .read: break
        }
      }
      restore.step(index, on: &target)
    }
    #expect(dirty == [])
    #expect(target.streams == site.driver.streams)
  }

  /// Random streams and changes under random options, requests answered in random order.
  @Test(arguments: 0..<40) func anyChainOfBackupsComesBackByteExact(seed: UInt64) throws {
    print("seed \(seed)")
    var random = RandomStream(seed: seed, stream: "chain")
    var site = Fixture((0..<(1 + random.below(3))).map { noise(Int(random.below(200_000)), seed: seed ^ $0) })
    site.options.window = 1 + Int(random.below(9))
    site.options.packSize = 1 << (10 + random.below(8))
    site.options.transferSize = 1 << (10 + random.below(8))
    site.options.gapMaximum = Int(random.below(50_000))
    let isVolume = random.below(2) == 0
    let chunking: Chunking =
      isVolume
      ? .fixed(512 << random.below(5)) : .contentDefined(minimum: 256, average: 2_048, maximum: 9_000)
    var kept: [(PointID, [[UInt8]])] = []
    var changed: [Extent]?
    for round in 0..<4 {
      let job = site.backupJob(site.snapshot(changed: changed, chunking: chunking))
      var performance = Performance(job, at: site.driver.now)
      performance.run(on: &site.driver, random: &random)
      let acknowledgement = try #require(try performance.outcome?.acknowledgement)
      site.memory = acknowledgement.memory
      site.driver.now = site.driver.now + .hours(1)
      kept.append((acknowledgement.point.id, site.driver.streams))
      changed = change(&site.driver.streams, &random, seed: seed + UInt64(round), inserts: !isVolume)
    }
    for (point, streams) in kept {
      var target = site.driver
      target.streams = []
      var performance = Performance(site.restoreJob(point), at: target.now)
      performance.run(on: &target, random: &random)
      guard case .restored = performance.outcome else { return #expect(Bool(false), "seed \(seed)") }
      #expect(target.streams == streams, "seed \(seed)")
    }
    #expect(try site.verify().isEmpty, "seed \(seed)")
  }

  /// Returns what changed, in all streams alike.
  private func change(
    _ streams: inout [[UInt8]], _ random: inout RandomStream, seed: UInt64, inserts: Bool
  ) -> [Extent]? {
    let shortest = streams.map(\.count).min() ?? 0
    guard shortest > 10 else { return nil }
    var start = 0
    var ranges: [Range<Int>] = []
    while start < shortest - 5, ranges.count < 3 {
      let lower = start + Int(random.below(UInt64(shortest - start)))
      let upper = min(shortest, lower + 1 + Int(random.below(3_000)))
      ranges.append(lower..<upper)
      start = upper + 1
    }
    var extents: [Extent] = []
    for index in streams.indices { extents = streams[index].scribble(ranges, seed: seed) }
    if inserts, let first = ranges.first {
      streams[0].insert(contentsOf: noise(77, seed: seed), at: first.lowerBound)
      return nil
    }
    return extents
  }
}
