import Backup
import Storage
import Testing
import Units

@Suite struct ReplicationTests {
  private static let block = 4_096

  private static func site() throws -> (Fixture, [PointID], [[[UInt8]]]) {
    var site = Fixture([noise(20 * block, seed: 1)])
    site.options.packSize = 16 << 10
    site.driver.replica = MemoryObjectStore()
    var points: [PointID] = []
    var images: [[[UInt8]]] = []
    for seed in 2..<4 as Range<UInt64> {
      points.append(try site.backup().id)
      images.append(site.driver.streams)
      _ = site.driver.streams[0].scribble([0..<(3 * block)], seed: seed)
    }
    return (site, points, images)
  }

  @Test func theReplicaAloneRestoresEveryPoint() throws {
    var (site, points, images) = try Self.site()
    #expect(try site.replicate().points == points)
    site.vault = try #require(site.driver.replica)
    for (point, image) in zip(points, images) { #expect(try site.restored(point) == image) }
    #expect(try site.verify(isReplica: true).isEmpty)
    #expect(try site.points() == points)
  }

  @Test func onlyWhatIsNewIsCopied() throws {
    var (site, _, _) = try Self.site()
    try site.replicate()
    #expect(try site.replicate() == Replication())
    let point = try site.backup()
    let again = try site.replicate()
    #expect(again.points == [point.id])
    #expect(again.copied < ByteCount(5 * Self.block))
  }

  @Test func aReplicationCanCrashAtAnyRequest() throws {
    let (site, points, images) = try Self.site()
    for limit in 0... {
      var random = RandomStream(seed: 1, stream: "crash", index: UInt32(limit))
      var crashed = site
      let job = ReplicateJob(key: site.key, salt: crashed.salt(), options: site.options)
      var performance = Performance(job, at: site.driver.now)
      performance.run(on: &crashed.driver, random: &random, limit: limit)
      if performance.outcome != nil { break }
      performance.crash(on: &crashed.driver, random: &random)
      var replica = crashed
      replica.vault = try #require(crashed.driver.replica)
      if !replica.vault.list(prefix: "config/").isEmpty {
        #expect(try replica.verify(isReplica: true).isEmpty, "\(limit)")
      }
      for point in try replica.points() {
        let index = try #require(points.firstIndex(of: point))
        #expect(try replica.restored(point) == images[index], "request \(limit)")
      }
      crashed.driver.now = crashed.driver.now + .minutes(1)
      try crashed.replicate()
      replica.vault = try #require(crashed.driver.replica)
      for (point, image) in zip(points, images) { #expect(try replica.restored(point) == image) }
    }
  }

  /// The replica condemns what it needs no more; then a new point of the primary needs it again.
  @Test func aPruneOfTheReplicaLosesNothingThatIsReplicatedLater() throws {
    var (site, points, images) = try Self.site()
    try site.replicate()
    try site.pruneReplica(expiring: points)
    site.driver.streams = images[0]
    let point = try site.backup()
    try site.replicate()
    for _ in 0..<3 { try site.pruneReplica() }
    site.vault = try #require(site.driver.replica)
    #expect(try site.restored(point.id) == images[0])
    #expect(try site.verify(isReplica: true).isEmpty)
  }

  @Test func aLockedReplicaSurvivesItsAdministrator() throws {
    var (site, points, images) = try Self.site()
    try site.replicate()
    try site.replicate(lockedUntil: site.driver.now + .days(3))
    let point = try site.backup()
    try site.replicate(lockedUntil: site.driver.now + .days(3))
    var replica = try #require(site.driver.replica)
    for key in replica.list(prefix: "") { try? replica.delete(key, if: nil, at: site.driver.now) }
    site.vault = replica
    #expect(try site.restored(point.id) == site.driver.streams)
    _ = (points, images)
  }
}

extension Fixture {
  @discardableResult
  mutating func replicate(lockedUntil: Instant? = nil) throws -> Replication {
    let job = ReplicateJob(key: key, lockedUntil: lockedUntil, salt: salt(), options: options)
    let outcome = driver.run(job)
    driver.now = driver.now + .hours(1)
    switch outcome {
    case .replicated(let replication): return replication
    case .failed(let failure): throw failure
    }
  }

  mutating func pruneReplica(expiring expired: [PointID] = []) throws {
    var replica = self
    guard let store = driver.replica else { return }
    replica.vault = store
    let job = pruneJob(expired)
    _ = try replica.driver.run(job).pruning
    driver.replica = replica.vault
    driver.now = driver.now + .hours(1)
  }
}
