import Foundation
import Testing

/// Disks that are full or may not be written: a clear error, and nothing lost.
@Suite struct VaultDiskTests {
  /// A small file system of its own needs an administrator; without one there is nothing to fill.
  @Test(.enabled(if: geteuid() == 0)) func aFullDiskLosesNothing() throws {
    let site = try VaultFixture()
    let disk = "\(site.scratch.path)/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    guard
      try Command(running: URL(filePath: "/bin/mount"), ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk])
        .status == 0
    else { return }
    defer { _ = try? Command(running: URL(filePath: "/bin/umount"), [disk]) }
    let passphrase = ["--passphrase-file", "\(site.scratch.path)/passphrase"]
    func run(_ words: String...) throws -> Command {
      try Command(
        running: Command.executable, ["vault", words[0], "\(disk)/vault"] + words.dropFirst() + passphrase)
    }
    #expect(try run("init", "--scrypt-rounds", "1024").status == 0)
    try site.write(noise(4_000_000, seed: 1), to: "small")
    #expect(try run("backup", site.source).status == 0)
    let state = try inventory(of: site.source)
    try site.write(noise(60_000_000, seed: 2), to: "large")
    let full = try run("backup", site.source)
    #expect(full.status == 2 && full.errors.contains("no space left"), "\(full.errors)")
    let verified = try run("verify", "--all")
    #expect(verified.status == 0, "\(verified.errors)")
    let target = "\(site.scratch.path)/restored"
    #expect(try run("restore", "latest", target).status == 0)
    #expect(try inventory(of: target) == state)
    // A restore to a full disk says so, and can be tried elsewhere.
    let short = try run("restore", "latest", "\(disk)/target")
    #expect(short.status == 0 || short.errors.contains("No space") || short.errors.contains("no space"))
    // Room comes from pruning what the cut-off backup left.
    #expect(try run("prune").status == 0)
    try FileManager.default.removeItem(atPath: "\(site.source)/large")
    let after = try run("backup", site.source)
    #expect(after.status == 0, "\(after.errors)")
  }

  @Test(.enabled(if: geteuid() == 0)) func aReadOnlyVaultCanBeReadAndSaysThatItCannotBeWritten() throws {
    let site = try VaultFixture()
    try site.write(Data("hello".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    let mount = URL(filePath: "/bin/mount")
    guard try Command(running: mount, ["--bind", site.vault, site.vault]).status == 0 else { return }
    defer { _ = try? Command(running: URL(filePath: "/bin/umount"), [site.vault]) }
    guard try Command(running: mount, ["-o", "remount,ro,bind", site.vault]).status == 0 else { return }
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
    let refused = try site.expect(2, "backup", site.source)
    #expect(refused.errors.contains("Read-only"), "\(refused.errors)")
    try site.expect(2, "lock", "latest", "--until", "2100-01-01")
  }
}
