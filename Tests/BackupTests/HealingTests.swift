import Backup
import Storage
import Testing
import Units

/// Guarantees, Backup 1, 3 and 4: what a vault has lost, a backup stores again; no new point stands on it.
@Suite struct HealingTests {
  private static func site() throws -> (Fixture, [PointID], [[[UInt8]]]) {
    try Fixture.withThreePoints { (9_000 * $0)..<(9_000 * $0 + 5_000) }
  }

  /// With what the agent remembers, and without.
  @Test(arguments: [true, false]) func aBackupStoresAgainWhatALostPackHeld(isWarm: Bool) throws {
    let (site, _, _) = try Self.site()
    let packs = site.vault.list(prefix: "packs/")
    #expect(packs.count > 4)
    for pack in packs {
      var broken = site
      broken.vault = site.vault.replacing(pack) { _ in nil }
      if !isWarm { broken.memory = nil }
      let point = try broken.backup().id
      #expect(try broken.restored(point) == broken.driver.streams)
      #expect(try !broken.verify().affects(point))
    }
  }

  /// Nothing changed since the last point, so that it is whole again with the new one.
  @Test func anOlderPointIsWholeAgainWithWhatWasStoredAgain() throws {
    var (site, points, images) = try Self.site()
    points.append(try site.backup().id)
    images.append(site.driver.streams)
    for pack in site.vault.list(prefix: "packs/") {
      var broken = site
      broken.vault = site.vault.replacing(pack) { _ in nil }
      try broken.backup()
      #expect(try broken.restored(points[3]) == images[3])
      #expect(try !broken.verify().affects(points[3]))
    }
  }

  /// An agent that remembers a lost pack does not store the blocks again that were in it alone.
  @Test func aPackThatComesBackIsUsedAgain() throws {
    let (site, points, images) = try Self.site()
    for pack in site.vault.list(prefix: "packs/") {
      var broken = site
      broken.vault = site.vault.replacing(pack) { _ in nil }
      try broken.backup()
      _ = try broken.vault.put(
        Bytes(site.vault.bytes(pack)), as: pack, if: .absent, lockedUntil: nil, at: broken.driver.now)
      broken.driver.streams = images[0]
      let last = try broken.backup()
      #expect(last.statistics.stored == .zero)
      #expect(try broken.verify().isEmpty)
      for (point, image) in zip(points, images) { #expect(try broken.restored(point) == image) }
    }
  }

  /// A point whose block list is lost goes when no rule wants it, and the others stay whole.
  @Test func aDamagedPointCanBePruned() throws {
    var site = Fixture([noise(80_000, seed: 1)])
    let image = site.driver.streams
    let first = try site.backup().id
    let before = site.vault.list(prefix: "packs/")
    _ = site.driver.streams[0].scribble([0..<9_000], seed: 2)
    let detour = try site.backup().id
    let packs = site.vault.list(prefix: "packs/").filter { !before.contains($0) }
    site.driver.streams = image
    let last = try site.backup().id
    for pack in packs { site.vault = site.vault.replacing(pack) { _ in nil } }
    #expect(try site.verify().affects(detour))
    for _ in 0..<3 { try site.prune(site.points().contains(detour) ? [detour] : []) }
    #expect(try site.points() == [first, last])
    #expect(try site.verify().isEmpty)
    for point in [first, last] { #expect(try site.restored(point) == image) }
  }

  // MARK: Damaged packs

  private static let damages: [@Sendable ([UInt8]) -> [UInt8]] = [
    // A block; the table.
    { bytes in bytes.enumerated().map { $0 == bytes.count / 3 ? $1 ^ 4 : $1 } },
    { bytes in bytes.enumerated().map { $0 == bytes.count - 3 ? $1 ^ 4 : $1 } },
    { Array($0.prefix($0.count / 2)) }, { $0.map { _ in 0 } },
  ]

  @Test(arguments: 0..<damages.count) func whatIsWholeInADamagedPackIsKeptAndTheRestIsStoredAgain(
    damage: Int
  ) throws {
    let (site, points, images) = try Self.site()
    for pack in site.vault.list(prefix: "packs/") {
      var broken = site
      broken.vault = site.vault.replacing(pack, Self.damages[damage])
      let before = points.filter { (try? broken.restored($0)) != nil }
      let repairing = try broken.repair()
      #expect(repairing.damagedPacks == 1)
      #expect(broken.vault.list(prefix: "packs/").contains(pack))
      // Points that could be restored before can be restored after.
      for (point, image) in zip(points, images) where before.contains(point) {
        #expect(try broken.restored(point) == image)
      }
      #expect(try broken.verify().isEmpty == (repairing.lostBlocks == 0))
      broken.memory = nil
      let point = try broken.backup().id
      #expect(try broken.restored(point) == broken.driver.streams)
      #expect(try !broken.verify().affects(point))
      #expect(try broken.repair() == Repairing())
    }
  }

  /// A damaged pack stays as long as a point misses something, and goes when none does: at once where only its table is
  /// damaged.
  @Test(arguments: [(0, false), (1, true)])
  func aPruneRemovesADamagedPackWhenNothingIsMissing(damage: Int, isWhole: Bool) throws {
    let (site, points, _) = try Self.site()
    for pack in site.vault.list(prefix: "packs/") {
      var broken = site
      broken.vault = site.vault.replacing(pack, Self.damages[damage])
      #expect(try (broken.repair().lostBlocks == 0) == isWhole)
      for _ in 0..<3 { try broken.prune() }
      #expect(broken.vault.list(prefix: "packs/").contains(pack) != isWhole)
      broken.memory = nil
      let last = try broken.backup().id
      for _ in 0..<3 { try broken.prune(points) }
      #expect(!broken.vault.list(prefix: "packs/").contains(pack))
      #expect(try broken.restored(last) == broken.driver.streams)
      #expect(try broken.verify().isEmpty)
      #expect(try broken.repair() == Repairing())
    }
  }
}

extension HealingTests {
  /// Neither a prune that makes a new index nor another repair takes a damaged pack for one that was forgotten.
  @Test func aDamagedPackIsNotListedAgain() throws {
    let (site, points, _) = try Self.site()
    var stayed = 0
    for pack in site.vault.list(prefix: "packs/") {
      var broken = site
      broken.vault = site.vault.replacing(pack, Self.damages[0])
      _ = try broken.repair()
      for _ in 0..<3 { try broken.prune(broken.points().filter { $0 == points[0] }) }
      guard broken.vault.list(prefix: "packs/").contains(pack) else { continue }
      stayed += 1
      #expect(try broken.repair() == Repairing())
    }
    #expect(stayed > 0)
  }

  /// Whatever a repair had done when it was cut off: what could be restored before can be restored, and it can begin again.
  @Test(arguments: 0..<3) func aRepairCanCrashAtAnyRequest(seed: UInt64) throws {
    print("seed \(seed)")
    let (site, points, images) = try Self.site()
    for (number, pack) in site.vault.list(prefix: "packs/").enumerated() {
      var begin = site
      // Only the table, or a block and what needs it.
      begin.vault = site.vault.replacing(pack, Self.damages[number % 2])
      let whole = zip(points, images).filter { (try? begin.restored($0.0)) != nil }
      #expect(number % 2 == 0 || whole.count == 3)
      for limit in 0... {
        var random = RandomStream(seed: seed, stream: "crash", index: UInt32(limit))
        var crashed = begin
        let job = RepairJob(
          readsAll: true, key: crashed.key, salt: crashed.salt(), options: crashed.options)
        var performance = Performance(job, at: crashed.driver.now)
        performance.run(on: &crashed.driver, random: &random, limit: limit)
        if performance.outcome != nil { break }
        performance.crash(on: &crashed.driver, random: &random)
        for (point, image) in whole {
          #expect(try crashed.restored(point) == image, "seed \(seed), request \(limit)")
        }
        _ = try crashed.repair()
        crashed.memory = nil
        let next = try crashed.backup().id
        #expect(try crashed.restored(next) == site.driver.streams, "seed \(seed), request \(limit)")
        for (point, image) in whole {
          #expect(try crashed.restored(point) == image, "seed \(seed), request \(limit)")
        }
      }
    }
  }
}

extension DamageReport {
  /// Whether a point, or a part of it, is lost.
  fileprivate func affects(_ point: PointID) -> Bool {
    points.contains(point) || streams.contains { $0.point == point }
  }
}

extension Fixture {
  /// Looks at all data.
  fileprivate mutating func repair() throws -> Repairing {
    let job = RepairJob(readsAll: true, key: key, salt: salt(), options: options)
    let outcome = driver.run(job)
    driver.now = driver.now + .hours(1)
    switch outcome {
    case .repaired(let repairing): return repairing
    case .failed(let failure): throw failure
    }
  }
}
