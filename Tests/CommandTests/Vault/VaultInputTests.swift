import Foundation
import Testing

/// Bad input ends with a clear error and exit code 2, and loses nothing.
@Suite struct VaultInputTests {
  private static func site() throws -> VaultFixture {
    let site = try VaultFixture()
    try site.write(Data("hello".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    return site
  }

  private func expectUnhurt(_ site: VaultFixture) throws {
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
  }

  @Test func aWrongPassphraseOpensNothing() throws {
    let site = try Self.site()
    try site.scratch.write("another\n", to: "wrong")
    for (verb, rest) in [
      ("backup", [site.source]), ("points", []), ("restore", ["latest", "\(site.scratch.path)/x"]),
      ("verify", []), ("prune", []), ("lock", ["latest", "--until", "2100-01-01"]),
    ] {
      let command = try Command(running: Command.executable, site.arguments(verb, rest, passphrase: "wrong"))
      #expect(command.status == 2 && command.errors.contains("passphrase"), "\(verb): \(command.errors)")
    }
    try expectUnhurt(site)
  }

  @Test func whatIsNoVaultIsToldFromOne() throws {
    let site = try Self.site()
    let folder = site.scratch.path
    try site.scratch.write("x", to: "file")
    try FileManager.default.createDirectory(
      atPath: "\(folder)/half/config", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: "\(folder)/full/stuff", withIntermediateDirectories: true)
    for (path, hint) in [
      ("file", "directory"), ("missing", "no vault"), ("half", "no vault"), ("full", "no vault"),
    ] {
      let command = try Command(
        "vault", "points", "\(folder)/\(path)", "--passphrase-file", "\(folder)/passphrase")
      #expect(command.status == 2 && command.errors.contains(hint), "\(path): \(command.errors)")
    }
    for path in ["file", "full", "vault"] {
      let command = try Command(
        "vault", "init", "\(folder)/\(path)", "--passphrase-file", "\(folder)/passphrase")
      #expect(command.status == 2, "\(path): \(command.errors)")
    }
    // The remains of a creation that was cut off can be made a vault.
    let command = try Command("vault", "init", "\(folder)/half", "--passphrase-file", "\(folder)/passphrase")
    #expect(command.status == 0, "\(command.errors)")
    try expectUnhurt(site)
  }

  @Test func sourcesAndTargetsThatCannotBeAreRefused() throws {
    let site = try Self.site()
    let folder = site.scratch.path
    #expect(try site.expect(2, "backup", "\(folder)/missing").errors.contains("No such file"))
    #expect(try site.expect(2, "backup", "/dev/null").errors.contains("neither"))
    #expect(try site.expect(2, "restore", "latest", site.source).errors.contains("not empty"))
    #expect(try site.expect(2, "restore", "latest", "\(folder)/passphrase").errors.contains("passphrase"))
    #expect(try site.expect(2, "restore", "nosuch", "\(folder)/x").errors.contains("no such point"))
    #expect(try site.expect(2, "restore", "latest", "\(folder)/no/where").errors.contains("No such file"))
    #expect(try site.expect(2, "verify", "--sample", "200%").errors.contains("no share"))
    #expect(try site.expect(2, "prune", "--keep", "0").errors.contains("keeps nothing"))
    try expectUnhurt(site)
  }

  @Test func aMissingOrEmptyPassphraseIsSaidSo() throws {
    let site = try Self.site()
    try site.scratch.write("\n", to: "empty")
    for name in ["empty", "nosuch"] {
      let command = try Command(running: Command.executable, site.arguments("points", [], passphrase: name))
      #expect(command.status == 2 && command.errors.contains("passphrase"), "\(command.errors)")
    }
  }

  @Test func twoPrunesDoNotMeet() throws {
    let site = try Self.site()
    let other = open("\(site.vault)/.prune", O_RDWR | O_CREAT, 0o666)
    #expect(flock(other, LOCK_EX) == 0)
    #expect(try site.expect(2, "prune", "--keep", "1").errors.contains("another prune or repair is at work"))
    close(other)
    try site.expect(0, "prune", "--keep", "1")
    try expectUnhurt(site)
  }

  @Test func aLockBindsUntilItsDate() throws {
    let site = try Self.site()
    let old = try site.latest()
    #expect(try site.expect(2, "lock", old, "--until", "2020-01-01").errors.contains("past"))
    #expect(try site.expect(2, "lock", old, "--until", "someday").errors.contains("no date"))
    try site.expect(0, "lock", old, "--until", "2100-01-01")
    // An earlier date changes nothing.
    try site.expect(0, "lock", old, "--until", "2090-01-01")
    let state = try inventory(of: site.source)
    try site.write(Data("new".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    let dry = try site.expect(0, "prune", "--keep", "1", "--dry-run")
    #expect(dry.output.contains("locked until 2100-01-01") && dry.output.contains("nothing was changed"))
    for _ in 0..<2 { try site.expect(0, "prune", "--keep", "1") }
    #expect(try site.expect(0, "points").output.split(separator: "\n").count == 2)
    #expect(try inventory(of: site.restore(old)) == state)
    try site.expect(0, "verify", "--all")
  }

  @Test func aLaterFormatIsToldFromDamage() throws {
    let site = try Self.site()
    for name in ["config/key-1", "config/key-2"] {
      let file = URL(filePath: "\(site.vault)/\(name)")
      var bytes = try Data(contentsOf: file)
      bytes[4] = 2
      chmod(file.path, 0o644)
      try bytes.write(to: file)
    }
    #expect(try site.expect(2, "points").errors.contains("later than this program knows"))
  }

  @Test func oneDamagedKeyIsReportedAndTheOtherServes() throws {
    let site = try Self.site()
    let file = URL(filePath: "\(site.vault)/config/key-1")
    chmod(file.path, 0o644)
    var bytes = try Data(contentsOf: file)
    bytes[60] ^= 4
    try bytes.write(to: file)
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
    #expect(try site.expect(1, "verify").errors.contains("config/key-1"))
  }
}
