import Foundation
import Testing

/// A vault gets back what it lost and can compute again.
@Suite struct VaultRepairTests {
  private static let damages: [(name: String, change: @Sendable (Data) -> Data?)] = [
    ("lost", { _ in nil }),
    (
      "flipped",
      { bytes in
        var bytes = bytes; bytes[60] ^= 1; return bytes
      }
    ),
    ("cut off", { $0.dropLast(50) }),
  ]

  @Test(arguments: 0..<damages.count) func anIndexIsMadeAgainFromThePacks(number: Int) throws {
    let (name, change) = Self.damages[number]
    let site = try VaultFixture()
    try site.write(noise(200_000, seed: 1), to: "file")
    try site.expect(0, "backup", site.source)
    let folder = "\(site.vault)/index"
    let index = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let file = URL(filePath: "\(folder)/\(index)")
    let damaged = change(try Data(contentsOf: file))
    try FileManager.default.removeItem(at: file)
    try damaged?.write(to: file)
    try site.expect(1, "verify")
    try site.expect(1, "restore", "latest", "\(site.scratch.path)/lost")
    // One that is cut off is at no version that could be replaced: its file goes by hand, as the command says.
    let repaired = try site.expect(name == "cut off" ? 1 : 0, "repair")
    if name == "cut off" {
      #expect(repaired.errors.contains("index/\(index): error: cannot be read or replaced"))
      try FileManager.default.removeItem(at: file)
    }
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
    try site.expect(0, "prune", "--keep", "1")
    try site.expect(0, "verify", "--all")
  }

  /// A backup stores unreadable blocks again where its source still has them; nothing is removed before that.
  @Test(arguments: 0..<damages.count) func aDamagedPackIsReplacedByWhatIsWholeAndTheNextBackup(
    number: Int
  ) throws {
    let (name, change) = Self.damages[number]
    let site = try VaultFixture()
    for seed in 0..<3 as Range<UInt64> { try site.write(noise(200_000, seed: seed), to: "file-\(seed)") }
    try site.expect(0, "backup", site.source)
    let folder = "\(site.vault)/packs"
    let pack = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let file = URL(filePath: "\(folder)/\(pack)")
    let damaged = change(try Data(contentsOf: file))
    try FileManager.default.removeItem(at: file)
    try damaged?.write(to: file)
    try site.expect(1, "verify", "--all")
    let repaired = try site.expect(name == "flipped" ? 1 : 0, "repair", "--all")
    #expect(repaired.output.contains(name == "lost" ? "no pack is damaged" : "replaced 1 damaged packs"))
    #expect(repaired.output.contains("1 blocks are lost") == (name == "flipped"))
    // One that is cut off may be locked for all anybody knows: its file goes by hand, as the command says.
    let pruned = try site.expect(name == "flipped" ? 0 : 1, "prune")
    #expect(pruned.errors.contains("packs/\(pack): error: the end of its file") == (name == "cut off"))
    if name == "cut off" { try FileManager.default.removeItem(at: file) }
    try site.expect(0, "backup", site.source)
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
    try site.expect(0, "verify", "--all")
    try site.expect(0, "prune", "--keep", "1")
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
    try site.expect(0, "verify", "--all")
    #expect(try site.expect(0, "repair", "--all").output.contains("no pack is damaged"))
  }

  /// A pack or index whose file has lost its end may be locked. A prune says so, leaves it, and does the
  /// rest of its work.
  @Test(arguments: ["packs", "index"]) func aPruneGoesOnAroundWhatMayBeLocked(folder: String) throws {
    let site = try VaultFixture()
    var name = ""
    for seed in 0..<3 as Range<UInt64> {
      try site.write(noise(200_000, seed: seed), to: "file")
      try site.expect(0, "backup", site.source)
      // Objects that the last point needs are not of the first backup.
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/\(folder)")
      if seed == 0 { name = try #require(names.first) }
    }
    let file = "\(site.vault)/\(folder)/\(name)"
    var bytes = try Data(contentsOf: URL(filePath: file))
    bytes[bytes.count - 20] ^= 1
    try FileManager.default.removeItem(atPath: file)
    try bytes.write(to: URL(filePath: file))
    let pruned = try site.expect(1, "prune", "--keep", "1")
    #expect(pruned.errors.contains("\(folder)/\(name): error: the end of its file"))
    #expect(pruned.output.contains("removed 2 points"))
    #expect(FileManager.default.fileExists(atPath: file))
    let packs = try FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/packs")
    #expect(packs.count <= 2)
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
    // The pack stays, and hurts nobody; what stood in an index is made again.
    if folder == "packs" {
      try site.expect(1, "prune", "--keep", "1")
      return
    }
    try FileManager.default.removeItem(atPath: file)
    try site.expect(0, "repair")
    try site.expect(0, "prune", "--keep", "1")
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
  }

  @Test func aSoundVaultIsLeftAlone() throws {
    let site = try VaultFixture()
    try site.write(noise(200_000, seed: 1), to: "file")
    try site.expect(0, "backup", site.source)
    let before = try inventory(of: "\(site.vault)/index")
    #expect(try site.json("repair")["listedPacks"] as? Int == 0)
    #expect(try inventory(of: "\(site.vault)/index") == before)
  }

  /// The remains of a put that was cut off go when it is old; what may still be written stays.
  @Test func aPruneRemovesWhatCutOffPutsHaveLeft() throws {
    let site = try VaultFixture()
    try site.write(noise(1_000, seed: 1), to: "file")
    try site.expect(0, "backup", site.source)
    let (old, young) = ("\(site.vault)/packs/.part-old", "\(site.vault)/points/.part-young")
    for name in [old, young] { try Data(count: 9).write(to: URL(filePath: name)) }
    let times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
    utimensat(AT_FDCWD, old, times, 0)
    try site.expect(0, "prune")
    #expect(!FileManager.default.fileExists(atPath: old) && FileManager.default.fileExists(atPath: young))
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
  }
}
