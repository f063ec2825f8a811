import Backup
import Storage
import Testing
import Units

/// Every job makes progress, whatever the data compress to and whatever room the job has.
///
/// A job that waits for nothing traps, so a fault ends the process of the tests with the drawn case as the last line.
@Suite struct ProgressTests {
  /// One drawn case.
  struct Case: CustomStringConvertible, Sendable {
    let number: UInt32
    let window: Int
    let packSize: Int
    let transferSize: Int
    let chunking: Chunking
    /// The number of 16 bytes that repeat.
    let repeated: UInt64

    init(_ number: UInt32) {
      var random = RandomStream(seed: 17, stream: "progress", index: number)
      self.number = number
      window = random.draw([1, 2, 3, 4, 8, 24])
      packSize = random.draw([1, 700, 4 << 10, 16 << 10, 64 << 10])
      transferSize = random.draw([1, 512, 4 << 10, 16 << 10, 64 << 10])
      chunking = random.draw([
        .fixed(512), .fixed(4_096), .contentDefined(minimum: 256, average: 1_024, maximum: 8_192), .file,
      ])
      repeated = random.draw([0, 4, 8, 12, 15, 16])
    }

    var description: String {
      "case \(number): window \(window), packs of \(packSize), transfers of \(transferSize), \(chunking), "
        + "\(repeated) of 16 bytes repeat"
    }

    func apply(to options: inout JobOptions) {
      options.window = window
      options.packSize = packSize
      options.transferSize = transferSize
    }
  }

  @Test(arguments: 0..<12) func everyJobMakesProgressForAnyCompressionRatioAndRoom(share: UInt32) throws {
    for number in stride(from: share, to: 144, by: 12) { try Self.run(Case(number)) }
  }

  /// The scenario of the issue: six times as many plain bytes as a pack holds, and nothing else to wait for.
  @Test func aBackupOfWellCompressibleDataIsStoredAndRestored() throws {
    var site = Fixture([compressible(1 << 20, repeated: 15, seed: 1)])
    let point = try site.backup()
    #expect(point.statistics.stored < ByteCount(160 << 10))
    #expect(try site.restored(point.id) == site.driver.streams)
  }

  private static func run(_ drawn: Case) throws {
    var random = RandomStream(seed: 18, stream: "progress", index: drawn.number)
    var site = Fixture([
      compressible(260_000, repeated: drawn.repeated, seed: 1), compressible(50_000, repeated: 8, seed: 2),
    ])
    drawn.apply(to: &site.options)
    let first = try site.perform(site.backupJob(site.snapshot(chunking: drawn.chunking)), &random)
      .acknowledgement.point.id
    let changed = compressible(120_000, repeated: drawn.repeated, seed: 3)
    site.driver.streams[0].replaceSubrange(70_000..<190_000, with: changed)
    let second = try site.perform(site.backupJob(site.snapshot(chunking: drawn.chunking)), &random)
      .acknowledgement.point.id
    for expired in [[first], []] {
      _ = try site.perform(site.pruneJob(expired, repackBelow: .one), &random).pruning
    }
    #expect(try site.restored(second) == site.driver.streams, "\(drawn)")
    try repairAndReplicate(site, drawn, &random)
  }

  private static func repairAndReplicate(
    _ site: Fixture, _ drawn: Case, _ random: inout RandomStream
  ) throws {
    var site = site
    site.driver.replica = MemoryObjectStore()
    let replicate = ReplicateJob(key: site.key, salt: site.salt(), options: site.options)
    guard case .replicated = try site.perform(replicate, &random) else { throw Stalled() }
    for pack in site.vault.list(prefix: "packs/") {
      site.vault = site.vault.replacing(pack) { bytes in
        var damaged = bytes
        damaged[bytes.count / 3] ^= 1
        return damaged
      }
    }
    let repair = RepairJob(readsAll: true, key: site.key, salt: site.salt(), options: site.options)
    guard case .repaired(let repairing) = try site.perform(repair, &random) else { throw Stalled() }
    #expect(repairing.damagedPacks > 0, "\(drawn)")
  }

  private struct Stalled: Error {}
}

extension Fixture {
  /// Performs a job's requests in a drawn order; an hour passes.
  fileprivate mutating func perform<J: Job>(_ job: J, _ random: inout RandomStream) throws -> J.Outcome {
    var performance = Performance(job, at: driver.now)
    performance.run(on: &driver, random: &random)
    driver.now = driver.now + .hours(1)
    return try #require(performance.outcome)
  }
}

extension RandomStream {
  fileprivate mutating func draw<Value>(_ values: [Value]) -> Value {
    values[Int(below(UInt64(values.count)))]
  }
}

/// Bytes of which `repeated` of 16 are the same everywhere; no two blocks are equal.
func compressible(_ count: Int, repeated: UInt64, seed: UInt64) -> [UInt8] {
  var random = RandomStream(seed: seed, stream: "compressible")
  var bytes = [UInt8](repeating: 9, count: count)
  for start in stride(from: 0, to: count, by: 512) {
    withUnsafeBytes(of: (seed << 32 | UInt64(start)).littleEndian) { number in
      for (offset, byte) in number.enumerated() where start + offset < count { bytes[start + offset] = byte }
    }
  }
  for index in bytes.indices where UInt64(index % 16) >= repeated { bytes[index] = UInt8(random.below(256)) }
  return bytes
}
