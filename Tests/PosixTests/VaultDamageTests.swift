import Backup
import Foundation
import Posix
import Testing
import Units

/// Whatever happens to the files of a vault on disk, verify sees it, and no wrong byte comes back.
///
/// `FIREDRILL_CAMPAIGN=full swift test -c release --filter VaultDamageTests` flips every bit and cuts at every byte;
/// otherwise every so many are.
@Suite struct VaultDamageTests {
  private static let isFull = ProcessInfo.processInfo.environment["FIREDRILL_CAMPAIGN"] == "full"

  /// A vault of more than 64 KiB with two points of an image, one of them locked, so that there is a note of every kind.
  private final class Site {
    let scratch: DamageScratch
    let session: VaultSession
    let points: [RecoveryPoint]
    let images: [Data]
    let files: [String]
    private var targets = 0

    init() throws {
      scratch = try DamageScratch()
      let vault = FilePath("\(scratch.path)/vault")
      let passphrase = Array("a passphrase".utf8)
      try Vault.create(vault, passphrase: passphrase, scryptRounds: 1_024)
      session = VaultSession(try Vault(vault, passphrase: passphrase), cores: 0, depth: 0)
      let image = "\(scratch.path)/image"
      var random = RandomStream(seed: 1, stream: "damage")
      var bytes = Data((0..<70_000).map { _ in UInt8(truncatingIfNeeded: random.next()) })
      var images: [Data] = []
      for round in 0..<2 as Range<UInt8> {
        bytes[round == 0 ? 3 : 20_000] ^= 1
        try bytes.write(to: URL(filePath: image))
        _ = try session.backup(BackupRequest(source: FilePath(image)))
        images.append(bytes)
      }
      self.images = images
      points = try session.points().points
      _ = try session.lock(points[1], until: Instant.now + .days(1))
      let found = FileManager.default.enumerator(atPath: vault.description)?.allObjects as? [String] ?? []
      files = found.filter { name in
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: "\(vault)/\(name)", isDirectory: &isFolder)
        return !isFolder.boolValue
      }.sorted()
      for name in files { chmod("\(vault)/\(name)", 0o600) }
    }

    func url(_ file: String) -> URL { URL(filePath: "\(scratch.path)/vault/\(file)") }

    func contents(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }

    /// Puts one byte into a file.
    func poke(_ byte: UInt8, at offset: Int, of file: String) throws {
      let descriptor = open(url(file).path, O_WRONLY)
      defer { close(descriptor) }
      var byte = byte
      let count = pwrite(descriptor, &byte, 1, off_t(offset))
      try #require(count == 1)
    }

    /// Whether a verification finds anything wrong.
    func isDamaged() -> Bool {
      do throws(VaultProblem) {
        let (_, damage, notes) = try session.verify(.all)
        return !damage.isEmpty || !notes.isEmpty
      } catch {
        return error.kind == .damage
      }
    }

    /// Restores what the vault still lists: the bytes that were backed up, or zeros where it says so, or a complaint.
    func expectNoWrongByte(_ what: @autoclosure () -> String) throws {
      for (point, image) in zip(points, images) {
        targets += 1
        let target = "\(scratch.path)/target-\(targets)"
        defer { try? FileManager.default.removeItem(atPath: target) }
        guard let report = try? session.restore(point, to: FilePath(target)) else { continue }
        var expected = image
        for extent in report.damagedExtents {
          let range = Int(extent.offset.bytes)..<min(Int(extent.end.bytes), expected.count)
          expected.replaceSubrange(range, with: Data(count: range.count))
        }
        let restored = try Data(contentsOf: URL(filePath: target))
        #expect(restored == expected, "\(what()): wrong bytes")
      }
    }
  }

  /// At full size half a million verifications: each share of the bits has a vault of its own, so that all cores work.
  @Test(arguments: 0..<4) func everyFlippedBitIsSeen(share: Int) throws {
    let site = try Site()
    var place = 0
    var total = 0
    var flipped = 0
    for file in site.files {
      let whole = try site.contents(file)
      total += whole.count
      for bit in 0..<(whole.count * 8) {
        place += 1
        // A prime, so that every bit of a byte has its turn; of the small files and of every file's end all that is full size.
        let isTurn = place % 1_499 == 0 || (bit / 8 >= whole.count - 40 && place % 37 == 0)
        guard place / 37 % 4 == share, Self.isFull || isTurn else { continue }
        flipped += 1
        try site.poke(whole[bit / 8] ^ 1 << (bit % 8), at: bit / 8, of: file)
        #expect(site.isDamaged(), "bit \(bit) of \(file)")
        if !Self.isFull || flipped % 64 == 0 { try site.expectNoWrongByte("bit \(bit) of \(file)") }
        try site.poke(whole[bit / 8], at: bit / 8, of: file)
        if Self.isFull, flipped % 10_000 == 0 { print("share \(share): \(flipped) bits flipped, \(file)") }
      }
    }
    #expect(total >= 64 << 10 && flipped > 0 && !site.isDamaged())
  }

  @Test func everyTruncationIsSeen() throws {
    let site = try Site()
    var place = 0
    for file in site.files where file != ".lock" {
      let whole = try site.contents(file)
      for length in 0..<whole.count {
        place += 1
        guard Self.isFull || place % 499 == 0 || length == 0 || length == whole.count - 1 else { continue }
        try whole.prefix(length).write(to: site.url(file))
        #expect(site.isDamaged(), "\(file) cut to \(length)")
        if !Self.isFull || place % 64 == 0 { try site.expectNoWrongByte("\(file) cut to \(length)") }
      }
      try whole.write(to: site.url(file))
    }
    #expect(!site.isDamaged())
  }

  @Test func everyFileThatIsLostZeroedSwappedOrDoubledIsSeenOrHarmless() throws {
    let site = try Site()
    let files = site.files.filter { !$0.hasPrefix(".") }
    for file in files {
      let whole = try site.contents(file)
      try FileManager.default.removeItem(at: site.url(file))
      #expect(site.isDamaged(), "\(file) lost")
      try site.expectNoWrongByte("\(file) lost")
      try Data(count: whole.count).write(to: site.url(file))
      #expect(site.isDamaged(), "\(file) zeroed")
      try site.expectNoWrongByte("\(file) zeroed")
      for other in files where other != file {
        let others = try site.contents(other)
        try others.write(to: site.url(file))
        // Both copies of the key are the same by design: but for the note at its end each is as good as the other.
        #expect(site.isDamaged(), "\(file) overwritten by \(other)")
        try whole.write(to: site.url(other))
        #expect(site.isDamaged(), "\(file) and \(other) swapped")
        try site.expectNoWrongByte("\(file) and \(other) swapped")
        try others.write(to: site.url(other))
      }
      try whole.write(to: site.url(file))
      let folder = file.split(separator: "/").dropLast().joined(separator: "/")
      let double = "\(folder)/00000000000000000000000000000001"
      try whole.write(to: site.url(double))
      try site.expectNoWrongByte("\(file) doubled")
      try FileManager.default.removeItem(at: site.url(double))
    }
    #expect(!site.isDamaged())
  }
}

/// A folder, in memory where there is such a place, that goes when the test is over.
private final class DamageScratch {
  let path: String

  init() throws {
    let memory = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : nil
    path = "\(memory ?? FileManager.default.temporaryDirectory.path)/firedrill-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
