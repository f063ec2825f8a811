import Backup
import Foundation
import Storage
import Testing
import Units

/// Campaigns over every place where something can go wrong.
///
/// `FIREDRILL_CAMPAIGN=full swift test -c release --filter BackupTests.CampaignTests` runs them at full size; otherwise they take
/// every so many of the places.
@Suite struct CampaignTests {
  private static let isFull = ProcessInfo.processInfo.environment["FIREDRILL_CAMPAIGN"] == "full"
  private static let block = 4_096

  // MARK: Crashes

  /// A crash after any number of requests, with every subset of the writes under way performed (sampled above 8).
  @Test func aBackupOrPruneCrashesWithAnySubsetOfItsWrites() throws {
    var site = Fixture([noise(32 * Self.block, seed: 1)])
    site.options.packSize = 20 << 10
    site.options.checkpoint = .kibibytes(32)
    site.options.window = Self.isFull ? 8 : 4
    let old = try site.backup().id
    let oldImage = site.driver.streams
    let changed = site.driver.streams[0].scribble([0..<(12 * Self.block)], seed: 2)
    let image = site.driver.streams
    try crash(site, { $0.backupJob($0.snapshot(changed: changed)) }) { crashed, place throws in
      #expect(try crashed.restored(old) == oldImage, "\(place)")
      for point in try crashed.points() where point != old {
        #expect(try crashed.restored(point) == image, "\(place)")
      }
    }
    let kept = try site.backup(changed: changed).id
    for condemned in [false, true] {
      if condemned { try site.prune([old], repackBelow: .one) }
      try crash(site, { $0.pruneJob(condemned ? [] : [old], repackBelow: .one) }) { crashed, place throws in
        #expect(try crashed.restored(kept) == image, "\(place)")
      }
    }
  }

  private func crash<J: Job>(
    _ site: Fixture, _ job: (inout Fixture) -> J, _ check: (Fixture, String) throws -> Void
  ) throws {
    var limit = 0
    while true {
      var reached = site
      var performance = Performance(job(&reached), at: reached.driver.now)
      var random = RandomStream(seed: 3, stream: "subsets", index: UInt32(limit))
      performance.run(on: &reached.driver, random: &random, limit: limit)
      if performance.outcome != nil { return }
      let writes = performance.outstanding.indices.filter {
        performance.outstanding[$0].request.changesTheVault
      }
      for mask in subsets(of: writes.count, using: &random) {
        var crashed = reached
        for (bit, index) in writes.enumerated() where mask >> bit & 1 == 1 {
          _ = try? crashed.driver.perform(performance.outstanding[index].request)
        }
        let place = "request \(limit), writes \(String(mask, radix: 2)) of \(writes.count)"
        try check(crashed, place)
        #expect(try crashed.verify().isEmpty, "\(place)")
      }
      limit += 1
    }
  }

  private func subsets(of count: Int, using random: inout RandomStream) -> [UInt64] {
    count <= 8
      ? Array(0..<(1 << UInt64(count))) : (0..<256).map { _ in random.next() & ((1 << UInt64(count)) - 1) }
  }

  // MARK: Corruption

  /// A vault of more than 64 KiB with two points.
  private struct Vault {
    var site: Fixture
    var points: [PointID] = []
    var images: [[[UInt8]]] = []

    init() throws {
      site = Fixture([noise(30 * block, seed: 1)])
      site.options.packSize = 32 << 10
      for seed in 3..<5 as Range<UInt64> {
        points.append(try site.backup().id)
        images.append(site.driver.streams)
        _ = site.driver.streams[0].scribble([(2 * block)..<(5 * block)], seed: seed)
      }
      site.driver.streams = []
      precondition(site.vault.storedBytes >= .kibibytes(64))
    }

    /// Whether the tampered vault shows it, and gives back no wrong byte.
    func check(_ tampered: MemoryObjectStore, _ what: @autoclosure () -> String) throws {
      var site = site
      site.vault = tampered
      #expect(try !site.verify().isEmpty, "verify does not see \(what())")
      for (point, image) in zip(points, images) {
        var target = site.driver
        if case .restored = target.run(site.restoreJob(point)) {
          #expect(target.streams == image, "\(what()): wrong bytes")
        }
      }
    }
  }

  /// In shares, so that all cores work.
  @Test(arguments: 0..<4) func everySingleBitFlipIsDetected(share: Int) throws {
    let vault = try Vault()
    var place = 0
    var count = 0
    for key in vault.site.vault.list(prefix: "") {
      let bytes = vault.site.vault.bytes(key)
      for bit in 0..<(bytes.count * 8) {
        place += 1
        // A prime, so that every bit of a byte has its turn.
        guard place / 1_009 % 4 == share, Self.isFull || place % 1_009 == 0 else { continue }
        count += 1
        var flipped = bytes
        flipped[bit / 8] ^= 1 << (bit % 8)
        try vault.check(vault.site.vault.replacing(key) { _ in flipped }, "bit \(bit) of \(key)")
        if Self.isFull, count % 10_000 == 0 { print("share \(share): \(count) bits flipped, \(key)") }
      }
    }
    if Self.isFull { print("share \(share): \(count) bits of \(place) flipped") }
    #expect(count > 0)
  }

  @Test func truncationAtEveryByteIsDetected() throws {
    let vault = try Vault()
    var place = 0
    for key in vault.site.vault.list(prefix: "") {
      let bytes = vault.site.vault.bytes(key)
      for length in 0..<bytes.count {
        place += 1
        guard Self.isFull || place % 211 == 0 || length < 2 else { continue }
        try vault.check(
          vault.site.vault.replacing(key) { _ in Array(bytes[..<length]) }, "\(key) cut to \(length)")
      }
    }
  }

  /// An object under the name of another of its kind, or of none, and every object doubled.
  @Test func duplicatesAreDetectedOrHarmless() throws {
    let vault = try Vault()
    for key in vault.site.vault.list(prefix: "") {
      let folder = String(key.name.prefix { $0 != "/" })
      for name in ["00000000000000000000000000000001", "8000000000000000-0000000000000001", "copy"] {
        var store = vault.site.vault
        let copy = ObjectKey(folder: folder, name: name)
        try store.put(
          Bytes(vault.site.vault.bytes(key)), as: copy, if: .absent, lockedUntil: nil,
          at: vault.site.driver.now)
        var site = vault.site
        site.vault = store
        // Verify may or may not mind; every point still comes back byte for byte.
        for (point, image) in zip(vault.points, vault.images) {
          var target = site.driver
          if case .restored = target.run(site.restoreJob(point)) {
            #expect(target.streams == image, "\(key) doubled as \(copy)")
          } else if folder != "index", folder != "condemned" {
            #expect(Bool(false), "\(key) doubled as \(copy): the point is gone")
          }
        }
      }
    }
  }
}

extension Request {
  /// Whether a crash could leave this done or not done.
  fileprivate var changesTheVault: Bool {
    guard case .vault(let operation, _) = self else { return false }
    switch operation {
    case .put, .delete, .lock: return true
    case .list, .get, .attributes: return false
    }
  }
}
