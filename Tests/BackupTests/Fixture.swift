import Backup
import Storage
import Units

/// A small site with one agent and one vault: what most tests begin with.
struct Fixture {
  var driver: ImmediateDriver<MemoryObjectStore>
  var memory: AgentMemory?
  var options = JobOptions()
  var key = MasterKey(bytes: Array(0..<32))
  private var jobs: UInt8 = 0

  init(_ streams: [[UInt8]] = []) {
    driver = ImmediateDriver(vault: MemoryObjectStore(), streams: streams, now: Instant.epoch + .hours(1))
    options.packSize = 64 << 10
    options.transferSize = 16 << 10
    options.window = 4
  }

  var vault: MemoryObjectStore {
    get { driver.vault }
    set { driver.vault = newValue }
  }

  mutating func salt() -> JobSalt {
    jobs += 1
    return JobSalt(bytes: [UInt8](repeating: jobs, count: 32))
  }

  /// A snapshot of all streams of the driver, as volumes of blocks of 4 KiB unless told otherwise.
  func snapshot(changed: [Extent]? = nil, chunking: Chunking = .fixed(4_096)) -> Snapshot {
    let kind: StreamKind = if case .fixed = chunking { .volume } else { .file }
    return Snapshot(
      instant: driver.now,
      streams: driver.streams.enumerated().map { number, bytes in
        SourceStream(
          StreamDescription(
            name: "stream-\(number)", kind: kind, length: ByteCount(bytes.count), chunking: chunking),
          changed: changed)
      })
  }

  mutating func backupJob(_ snapshot: Snapshot, lockedUntil: Instant? = nil) -> BackupJob {
    BackupJob(
      snapshot, key: key, memory: memory, lockedUntil: lockedUntil, salt: salt(), options: options)
  }

  /// Backs up and remembers; an hour passes.
  @discardableResult
  mutating func backup(
    changed: [Extent]? = nil, chunking: Chunking = .fixed(4_096), lockedUntil: Instant? = nil
  ) throws -> RecoveryPoint {
    let job = backupJob(snapshot(changed: changed, chunking: chunking), lockedUntil: lockedUntil)
    let acknowledgement = try driver.run(job).acknowledgement
    memory = acknowledgement.memory
    driver.now = driver.now + .hours(1)
    return acknowledgement.point
  }

  mutating func pruneJob(
    _ expired: [PointID] = [], grace: Duration = .zero, repackBelow: Ratio = .percent(50)
  ) -> PruneJob {
    PruneJob(
      expiring: expired, grace: grace, repackBelow: repackBelow, key: key, salt: salt(), options: options)
  }

  /// Prunes; an hour passes.
  @discardableResult
  mutating func prune(
    _ expired: [PointID] = [], grace: Duration = .zero, repackBelow: Ratio = .percent(50)
  ) throws -> Pruning {
    let job = pruneJob(expired, grace: grace, repackBelow: repackBelow)
    let outcome = driver.run(job)
    driver.now = driver.now + .hours(1)
    return try outcome.pruning
  }

  func restoreJob(_ point: PointID, target: RestoreJob.Target = .fresh) -> RestoreJob {
    RestoreJob(point, key: key, target: target, options: options)
  }

  /// The bytes that a restore brings back into targets that hold `streams`, from the vault alone.
  func restored(
    _ point: PointID, target: RestoreJob.Target = .fresh, over streams: [[UInt8]] = []
  ) throws -> [[UInt8]] {
    var site = driver
    site.streams = streams
    switch site.run(restoreJob(point, target: target)) {
    case .restored: return site.streams
    case .damaged(_, let report): throw Damaged(report: report)
    case .failed(let failure): throw failure
    }
  }

  /// The report of a verification, empty when all is intact.
  func verify(_ level: VerifyJob.Level = .all, isReplica: Bool = false) throws -> DamageReport {
    var site = driver
    switch site.run(VerifyJob(level, key: key, isReplica: isReplica, options: options)) {
    case .intact: return DamageReport()
    case .damaged(_, let report): return report
    case .failed(let failure): throw failure
    }
  }

  func points() throws -> [PointID] {
    var site = driver
    switch site.run(ListPointsJob(key: key)) {
    case .listed(let points, _): return points.map(\.id)
    case .failed(let failure): throw failure
    }
  }
}

extension Fixture {
  /// Three points in several packs, each of which has blocks of its own, and what each of them holds.
  ///
  /// - Parameter changed: The bytes that are written anew behind a point, by a number from 2.
  static func withThreePoints(
    changing changed: (Int) -> Range<Int>
  ) throws -> (Fixture, [PointID], [[[UInt8]]]) {
    var site = Fixture([noise(80_000, seed: 1)])
    site.options.packSize = 16 << 10
    var points: [PointID] = []
    var images: [[[UInt8]]] = []
    for seed in 2..<5 {
      points.append(try site.backup().id)
      images.append(site.driver.streams)
      _ = site.driver.streams[0].scribble([changed(seed)], seed: UInt64(seed))
    }
    return (site, points, images)
  }
}

/// A restore that did not bring everything back.
struct Damaged: Error { let report: DamageReport }

extension BackupJob.Outcome {
  var acknowledgement: Acknowledgement {
    get throws {
      switch self {
      case .acknowledged(let acknowledgement): return acknowledgement
      case .failed(let failure): throw failure
      }
    }
  }
}

extension PruneJob.Outcome {
  var pruning: Pruning {
    get throws {
      switch self {
      case .pruned(let pruning): return pruning
      case .failed(let failure): throw failure
      }
    }
  }
}

/// Bytes that compress a little and differ for every seed.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = RandomStream(seed: seed, stream: "noise")
  var bytes = [UInt8](repeating: 7, count: count)
  var index = 0
  while index + 8 < count {
    withUnsafeBytes(of: random.next()) { for offset in 0..<4 { bytes[index + offset] = $0[offset] } }
    index += 8
  }
  return bytes
}

extension [UInt8] {
  /// Puts noise into some extents, and returns them.
  mutating func scribble(_ extents: [Range<Int>], seed: UInt64) -> [Extent] {
    for (number, range) in extents.enumerated() {
      replaceSubrange(range, with: noise(range.count, seed: seed * 1_000 + UInt64(number)))
    }
    return extents.map { Extent(offset: ByteCount($0.lowerBound), length: ByteCount($0.count)) }
  }
}
