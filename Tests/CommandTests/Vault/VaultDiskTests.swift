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
    _ = try Command(running: URL(filePath: "/bin/dd"), ["if=/dev/zero", "of=\(disk)/filling", "bs=64k"])
    let short = try run("restore", "latest", "\(disk)/target")
    #expect(short.status == 2 && short.errors.contains("o space left"), "\(short.errors)")
    #expect(short.errors.contains("\(disk)/target"), "\(short.errors)")
    try FileManager.default.removeItem(atPath: "\(disk)/filling")
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
    try site.expect(0, "verify", "--all")
    try site.expect(0, "prune", "--keep", "1", "--dry-run")
    #expect(try site.expect(2, "prune", "--keep", "1").errors.contains("Read-only"))
    let founded = try Command(
      "vault", "init", "\(site.vault)/inner", "--passphrase-file", "\(site.scratch.path)/passphrase")
    #expect(founded.status == 2 && founded.errors.contains("Read-only"), "\(founded.errors)")
  }

  /// An image on a device comes back onto another one that held something else; where the system has no loop devices
  /// there is nothing to try.
  @Test(.enabled(if: geteuid() == 0)) func aBlockDeviceComesBackOntoAnother() throws {
    let site = try VaultFixture()
    func device(_ name: String, _ contents: Data) throws -> String? {
      let file = "\(site.scratch.path)/\(name)"
      try contents.write(to: URL(filePath: file))
      let command = try Command(
        running: URL(filePath: "/usr/sbin/losetup"), ["--find", "--show", file])
      return command.status == 0 ? command.output.trimmingCharacters(in: .whitespacesAndNewlines) : nil
    }
    func detach(_ device: String) {
      _ = try? Command(running: URL(filePath: "/usr/sbin/losetup"), ["-d", device])
    }
    // Zeros in the middle: they too must replace what the other device held.
    guard
      let source = try device(
        "disk", noise(3 << 20, seed: 1) + Data(count: 2 << 20) + noise(3 << 20, seed: 2))
    else { return }
    defer { detach(source) }
    try site.expect(0, "backup", source)
    let target = try #require(try device("other", noise(8 << 20, seed: 3)))
    defer { detach(target) }
    try site.expect(0, "restore", "latest", target)
    #expect(try Command(running: URL(filePath: "/usr/bin/cmp"), [source, target]).status == 0)
    // A smaller device cannot hold it, and says so before anything is written.
    let small = try #require(try device("small", noise(4 << 20, seed: 4)))
    defer { detach(small) }
    #expect(try site.expect(2, "restore", "latest", small).errors.contains("the device has"))
    let before = try site.scratch.write("", to: "before")
    try noise(4 << 20, seed: 4).write(to: URL(filePath: before))
    #expect(try Command(running: URL(filePath: "/usr/bin/cmp"), [small, before]).status == 0)
  }
}
