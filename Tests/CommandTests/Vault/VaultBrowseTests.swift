import Foundation
import Testing

/// One file back, and everything else that does not restore a whole tree into an empty directory.
@Suite struct VaultBrowseTests {
  private func site() throws -> VaultFixture {
    let site = try VaultFixture()
    try site.write(noise(300_000, seed: 1), to: "docs/letter.txt")
    try site.write(noise(200_000, seed: 2), to: "docs/old/letter.txt")
    try site.write(noise(100_000, seed: 3), to: "other")
    try FileManager.default.linkItem(
      atPath: "\(site.source)/docs/letter.txt", toPath: "\(site.source)/link")
    try site.expect(0, "backup", site.source)
    return site
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  @Test func namesOfAPointAreListedFoundAndCompared() throws {
    let site = try site()
    #expect(try site.expect(0, "list", "latest").output.split(separator: "\n").count == 6)
    let listed = try #require(try site.json("list", "latest", "docs")["entries"] as? [[String: Any]])
    #expect(listed.compactMap { $0["path"] as? String } == ["docs/letter.txt", "docs/old"])
    #expect(listed.first?["sizeBytes"] as? Int == 300_000)
    #expect(try site.expect(2, "list", "latest", "none").errors.contains("has no such path"))
    let first = try site.latest()
    try site.write(noise(100_001, seed: 4), to: "other")
    try site.write(noise(10, seed: 5), to: "new")
    try FileManager.default.removeItem(atPath: "\(site.source)/docs/old")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(site.source)/link")
    try site.expect(0, "backup", site.source)
    let second = try site.latest()
    #expect(
      try site.expect(0, "diff", first, second).output
        == "U  docs/letter.txt\n-  docs/old\n-  docs/old/letter.txt\nU  link\n+  new\nM  other\n")
    #expect(try site.expect(0, "diff", second, second).output.isEmpty)
    #expect(try site.expect(0, "find", "letter.txt").output.split(separator: "\n").count == 3)
    #expect(try site.expect(0, "find", "docs/**").output.split(separator: "\n").count == 4)
    try site.expect(1, "find", "*.pdf")
  }

  /// The requested one of a file's two names comes back whole.
  @Test func onlyWhatIsAskedForIsRestored() throws {
    let site = try site()
    let target = "\(site.scratch.path)/one"
    let report = try site.json("restore", "latest", target, "--only", "link", "--only", "docs/old")
    #expect(try bytes("\(target)/link") == noise(300_000, seed: 1))
    #expect(try bytes("\(target)/docs/old/letter.txt") == noise(200_000, seed: 2))
    #expect(!FileManager.default.fileExists(atPath: "\(target)/other"))
    #expect(!FileManager.default.fileExists(atPath: "\(target)/docs/letter.txt"))
    #expect(report["writtenBytes"] as? Int == 500_000, "no block is fetched that is not needed")
    let absent = try site.expect(2, "restore", "latest", "\(target)-2", "--only", "none")
    #expect(absent.errors.contains("has no such path"))
  }

  @Test func aRestoreIntoATreeChangesOnlyWhatDiffers() throws {
    let site = try site()
    let before = try inventory(of: site.source)
    try site.write(noise(100_000, seed: 9), to: "other")
    try FileManager.default.removeItem(atPath: "\(site.source)/docs/letter.txt")
    try FileManager.default.removeItem(atPath: "\(site.source)/docs/old/letter.txt")
    try FileManager.default.createSymbolicLink(
      atPath: "\(site.source)/docs/old/letter.txt", withDestinationPath: "/etc/passwd")
    try site.write(Data("mine".utf8), to: "extra")
    try site.expect(2, "restore", "latest", site.source)
    try site.expect(0, "restore", "latest", "--into", site.source)
    #expect(try bytes("\(site.source)/extra") == Data("mine".utf8), "what the point does not have stays")
    try FileManager.default.removeItem(atPath: "\(site.source)/extra")
    // The root's own time changes with the name that was removed.
    try site.expect(0, "restore", "latest", "--into", site.source)
    #expect(try inventory(of: site.source) == before)
    let again = try site.json("restore", "latest", "--into", site.source)
    #expect(again["changed"] as? Int == 0 && again["writtenBytes"] as? Int == 0)
  }

  @Test func aDirectoryInAFilesPlaceGivesWayAndKeepsItsContents() throws {
    let site = try site()
    let before = try inventory(of: site.source)
    for name in ["other", "link"] {
      try FileManager.default.removeItem(atPath: "\(site.source)/\(name)")
      try FileManager.default.createDirectory(
        atPath: "\(site.source)/\(name)", withIntermediateDirectories: true)
    }
    try site.write(Data("mine".utf8), to: "other/mine")
    let warned = try site.expect(3, "restore", "latest", "--into", site.source)
    #expect(warned.errors.contains("it is kept as 'other.kept-1'"))
    #expect(try bytes("\(site.source)/other") == noise(100_000, seed: 3))
    #expect(try bytes("\(site.source)/other.kept-1/mine") == Data("mine".utf8))
    #expect(!FileManager.default.fileExists(atPath: "\(site.source)/link.kept-1"), "an empty one is no loss")
    try FileManager.default.removeItem(atPath: "\(site.source)/other.kept-1")
    try site.expect(0, "restore", "latest", "--into", site.source)
    #expect(try inventory(of: site.source) == before)
  }

  @Test func aSecondVaultHoldsWhatWasCopiedAndLivesByItself() throws {
    let site = try site()
    let second = "\(site.scratch.path)/second"
    let passphrase = ["--passphrase-file", "\(site.scratch.path)/passphrase"]
    func run(_ words: String...) throws -> Command {
      try Command(running: Command.executable, ["vault"] + words + passphrase)
    }
    #expect(try run("init", second, "--scrypt-rounds", "1024", "--copies-of", site.vault).status == 0)
    #expect(try site.expect(0, "copy", second).output.hasPrefix("copied 1 points"))
    #expect(try site.expect(0, "copy", second).output.hasPrefix("copied 0 points"))
    try site.expect(0, "forget", "latest")
    #expect(try run("verify", second, "--all").status == 0)
    #expect(try run("restore", second, "latest", "\(site.scratch.path)/back").status == 0)
    #expect(try bytes("\(site.scratch.path)/back/other") == noise(100_000, seed: 3))
    let stranger = "\(site.scratch.path)/stranger"
    #expect(try run("init", stranger, "--scrypt-rounds", "1024").status == 0)
    #expect(try site.expect(2, "copy", stranger).errors.contains("another key"))
  }
}
