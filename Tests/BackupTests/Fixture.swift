import Backup
import Storage
import Units

/// A small site with one agent and one vault: what most tests begin with.
struct Fixture {
  var driver: ImmediateDriver<MemoryObjectStore>
  var memory: AgentMemory?
  var options = JobOptions()
  let key = MasterKey(bytes: Array(0..<32))
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

  /// A snapshot of all streams of the driver as volumes of blocks of 4 KiB.
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
  mutating func backup(
    changed: [Extent]? = nil, chunking: Chunking = .fixed(4_096), lockedUntil: Instant? = nil
  ) throws -> RecoveryPoint {
    let job = backupJob(snapshot(changed: changed, chunking: chunking), lockedUntil: lockedUntil)
    switch driver.run(job) {
    case .acknowledged(let acknowledgement):
      memory = acknowledgement.memory
      driver.now = driver.now + .hours(1)
      return acknowledgement.point
    case .failed(let failure): throw failure
    }
  }

  /// What a restore into new targets brings back, from the vault alone.
  func restored(_ point: PointID, target: RestoreJob.Target = .fresh, over streams: [[UInt8]] = []) throws
    -> [[UInt8]]
  {
    var site = driver
    site.streams = streams
    switch site.run(RestoreJob(point, key: key, target: target, options: options)) {
    case .restored: return site.streams
    case .damaged(_, let report): throw Damaged(report: report)
    case .failed(let failure): throw failure
    }
  }

  struct Damaged: Error { let report: DamageReport }
}

/// Bytes that compress a little and differ for every seed.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = RandomStream(seed: seed, stream: "noise")
  return (0..<count).map { index in index & 4 == 0 ? UInt8(truncatingIfNeeded: random.next()) : 7 }
}
