import Backup
import Storage
import Testing
import Units

/// Guarantees, Backup 3: any flipped bit, truncation, lost, swapped or zeroed object is detected by verify; restore never
/// returns wrong bytes silently; what is reported is exactly what is affected.
@Suite struct CorruptionTests {
  private static let block = 4_096

  /// Two points with common and own blocks, in a handful of small packs.
  private struct Vault {
    var site: Fixture
    var points: [PointID] = []
    var images: [[[UInt8]]] = []

    init() throws {
      site = Fixture([noise(12 * block, seed: 1), noise(4 * block, seed: 2)])
      site.options.packSize = 12 << 10
      for seed in 3..<5 as Range<UInt64> {
        points.append(try site.backup().id)
        images.append(site.driver.streams)
        _ = site.driver.streams[0].scribble([(2 * block)..<(5 * block)], seed: seed)
      }
      site.driver.streams = []
    }

    /// Whether the tampered vault shows that it is, and never gives back a wrong byte.
    func check(_ tampered: MemoryObjectStore, _ what: String) throws {
      var site = site
      site.vault = tampered
      let report = try site.verify()
      #expect(!report.isEmpty, "verify does not see \(what)")
      for (point, image) in zip(points, images) {
        var target = site.driver
        switch target.run(site.restoreJob(point)) {
        case .restored: #expect(target.streams == image, "\(what): wrong bytes")
        case .failed:
          #expect(report.points.contains(point), "\(what): \(point) fails and verify did not say so")
        case .damaged(_, let damage):
          #expect(damage.points == [])
          let exact = target.streams == Self.blank(image, damage.streams)
          #expect(exact, "\(what): the report is not what is missing")
          #expect(
            damage.streams == report.streams.filter { $0.point == point }, "\(what): two reports differ")
        }
      }
    }

    /// The image with zeros where a report says that nothing could be restored.
    private static func blank(_ image: [[UInt8]], _ damage: [DamageReport.Stream]) -> [[UInt8]] {
      var blank = image
      for stream in damage {
        guard let number = Int(stream.name.dropFirst("stream-".count)) else { continue }
        for extent in stream.extents {
          for byte in Int(extent.offset.bytes)..<Int(extent.end.bytes) { blank[number][byte] = 0 }
        }
      }
      return blank
    }
  }

  @Test func everyLostTruncatedOrZeroedObjectIsDetected() throws {
    let vault = try Vault()
    for key in vault.site.vault.list(prefix: "") {
      let store = vault.site.vault
      try vault.check(store.replacing(key) { _ in nil }, "\(key) lost")
      try vault.check(store.replacing(key) { _ in [] }, "\(key) empty")
      try vault.check(store.replacing(key) { Array($0.dropLast()) }, "\(key) one byte short")
      try vault.check(store.replacing(key) { Array($0.prefix($0.count / 2)) }, "\(key) half")
      try vault.check(store.replacing(key) { $0 + [0] }, "\(key) one byte longer")
      try vault.check(store.replacing(key) { $0.map { _ in 0 } }, "\(key) zeroed")
      try vault.check(
        store.replacing(key) {
          $0.prefix($0.count / 2) + [UInt8](repeating: 0, count: $0.count - $0.count / 2)
        },
        "\(key) half zeroed")
    }
  }

  @Test func everySwapOfObjectsIsDetected() throws {
    let vault = try Vault()
    let store = vault.site.vault
    let keys = store.list(prefix: "")
    for (index, a) in keys.enumerated() {
      for b in keys[(index + 1)...] {
        let (bytesA, bytesB) = (store.bytes(a), store.bytes(b))
        try vault.check(
          store.replacing(a) { _ in bytesB }.replacing(b) { _ in bytesA }, "\(a) and \(b) swapped")
        try vault.check(store.replacing(a) { _ in bytesB }, "\(a) overwritten by \(b)")
      }
    }
  }

  @Test func flippedBitsAreDetected() throws {
    let vault = try Vault()
    var random = RandomStream(seed: 1, stream: "flips")
    for key in vault.site.vault.list(prefix: "") {
      // Every byte of the header and the end, every so many of the rest.
      let count = vault.site.vault.bytes(key).count
      var position = 0
      while position < count {
        let bit = random.below(8)
        let flipped = vault.site.vault.replacing(key) { bytes in
          var bytes = bytes
          bytes[position] ^= 1 << bit
          return bytes
        }
        try vault.check(flipped, "bit \(bit) of byte \(position) of \(key)")
        position += position < 64 || position > count - 24 ? 1 : 1 + Int(random.below(300))
      }
    }
  }

  /// A block that was sealed perfectly, but is not what its digest says: memory failed between the two.
  @Test func aBlockThatDoesNotHaveItsDigestIsNotRestored() throws {
    var site = Fixture([noise(8 * Self.block, seed: 1)])
    var backup = Performance(site.backupJob(site.snapshot()), at: site.driver.now)
    let index = try #require(
      backup.run(on: &site.driver) { if case .compute(.digest) = $0 { true } else { false } })
    guard case .compute(let computation) = backup.outstanding[index].request,
      case .digests(var digests) = computation.run()
    else { return #expect(Bool(false)) }
    digests[1] = Digest(words: digests[1].words &+ 1)
    backup.complete(index, .computed(.digests(digests)), at: site.driver.now)
    var random = RandomStream(seed: 1, stream: "order")
    backup.run(on: &site.driver, random: &random)
    let point = try #require(try backup.outcome?.acknowledgement.point)

    let extent = Extent(offset: ByteCount(Self.block), length: ByteCount(Self.block))
    let lost = [DamageReport.Stream(point: point.id, name: "stream-0", extents: [extent])]
    #expect(try site.verify().streams == lost)
    var target = site.driver
    target.streams = []
    guard case .damaged(_, let report) = target.run(site.restoreJob(point.id)) else {
      return #expect(Bool(false), "wrong bytes came back")
    }
    #expect(report.streams == lost)
  }

  @Test func structureSeesLostPacksAndSampleSeesDamageInProportion() throws {
    let vault = try Vault()
    var site = vault.site
    let packs = site.vault.list(prefix: "packs/")
    site.vault = vault.site.vault.replacing(packs[0]) { _ in nil }
    #expect(try !site.verify(.structure).isEmpty)

    site.vault = vault.site.vault.replacing(packs[0]) { bytes in
      var bytes = bytes
      bytes[100] ^= 1
      return bytes
    }
    #expect(try site.verify(.sample(.zero, salt: 1)).isEmpty)
    #expect(try !site.verify(.sample(.one, salt: 1)).isEmpty)
    let seen = try (0..<40).filter { try !site.verify(.sample(.percent(50), salt: $0)).isEmpty }.count
    #expect((8...32).contains(seen))
  }

  @Test func anotherKeyIsToldFromDamage() throws {
    let vault = try Vault()
    var site = vault.site
    site.key = MasterKey(bytes: [UInt8](repeating: 9, count: 32))
    #expect(throws: JobFailure.wrongKey) { try site.restored(vault.points[0]) }
    #expect(throws: JobFailure.wrongKey) { try site.verify() }
    #expect(throws: JobFailure.wrongKey) { try site.points() }
    #expect(throws: JobFailure.wrongKey) { try site.backup() }
    #expect(throws: JobFailure.wrongKey) { try site.prune() }
  }

  @Test func aLaterFormatIsToldFromDamage() throws {
    let vault = try Vault()
    var site = vault.site
    site.vault = site.vault.replacing(vault.points[0].key) { bytes in
      var bytes = bytes
      bytes[4] = 2
      return bytes
    }
    #expect(throws: JobFailure.unsupportedVersion(2)) { try site.restored(vault.points[0]) }
  }
}
