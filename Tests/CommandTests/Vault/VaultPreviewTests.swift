import Foundation
import Testing

/// Answers before anything is stored or removed: dry runs of backups, zones of keep rules, JSON everywhere.
@Suite struct VaultPreviewTests {
  @Test func aDryRunListsWhatABackupWouldReadAndStoresNothing() throws {
    let site = try VaultFixture()
    try site.write(noise(100_000, seed: 1), to: "docs/old")
    try site.write(noise(50_000, seed: 2), to: "docs/new")
    try site.write(Data("x".utf8), to: "cache/1")
    let first = try site.json("backup", site.source, "--dry-run", "--exclude", "cache")
    #expect(first["read"] as? [String] == ["docs/new", "docs/old"])
    #expect(first["leftOut"] as? [String] == ["cache"])
    #expect(first["bytesToRead"] as? Int == 150_000 && first["filesToRead"] as? Int == 2)
    #expect(try site.expect(0, "points").output == "no points\n")
    for folder in ["packs", "index", "points"] {
      let names = try? FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/\(folder)")
      #expect((names ?? []).isEmpty, "\(folder)")
    }
    // A file that changed too shortly before a point is read again by the next backup.
    usleep(1_200_000)
    try site.expect(0, "backup", site.source, "--exclude", "cache")
    try site.write(noise(50_001, seed: 3), to: "docs/new")
    let second = try site.expect(0, "backup", site.source, "--dry-run", "--exclude", "cache")
    #expect(second.output.hasPrefix("read      docs/new\nleave out cache\n"), "\(second.output)")
    #expect(second.output.contains("would read 1 file, 48.8 KiB; nothing was stored"))
    let everything = try site.json("backup", site.source, "--dry-run", "--read-all")
    #expect(everything["filesToRead"] as? Int == 3)
  }

  @Test func aDryRunMeasuresAnImageAndRefusesStandardInput() throws {
    let site = try VaultFixture()
    let image = "\(site.scratch.path)/image"
    try noise(300_000, seed: 1).write(to: URL(filePath: image))
    #expect(try site.json("backup", image, "--dry-run")["bytesToRead"] as? Int == 300_000)
    #expect(try site.expect(2, "backup", "-", "--dry-run").errors.contains("standard input has to be read"))
    #expect(try site.expect(0, "points").output == "no points\n")
  }

  /// At every instant the day on Kiritimati is later than the one at Greenwich minus twelve hours.
  @Test func keepRulesCountTheDaysOfTheNamedZone() throws {
    let site = try VaultFixture()
    try site.write(Data("x".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    func day(_ zone: String) throws -> String {
      let pruned = try site.json("prune", "--dry-run", "--keep-daily", "1", "--zone", zone)
      let decisions = try #require(pruned["decisions"] as? [[String: Any]])
      let reason = try #require((decisions.first?["reasons"] as? [String])?.first)
      return String(try #require(reason.firstMatch(of: /newest of day ([0-9-]+)/)).1)
    }
    #expect(try day("Pacific/Kiritimati") > day("Etc/GMT+12"))
    let quarter = try site.expect(0, "prune", "--dry-run", "--keep-quarterly", "2").output
    #expect(quarter.contains(/newest of quarter 20[0-9][0-9]-Q[1-4], number 1/), "\(quarter)")
    let unknown = try site.run("prune", "--keep-daily", "1", "--zone", "Europe/Lisbonne")
    #expect(unknown.status != 0 && unknown.errors.contains("is not a time zone"))
  }

  @Test func everyCommandOfTheVaultPrintsJSON() throws {
    let help = try Command(running: Command.executable, ["vault", "--help"]).output
    let commands = help.split(separator: "SUBCOMMANDS:").last.map(String.init) ?? ""
    let names = commands.matches(of: #/\n  ([a-z]+)\s/#).map { String($0.1) }.filter { $0 != "help" }
    #expect(names.count >= 14)
    for name in names {
      let text = try Command(running: Command.executable, ["vault", name, "--help"]).output
      #expect(text.contains("--json"), "\(name)")
    }
    let site = try VaultFixture()
    let made = try Command(
      running: Command.executable,
      ["vault", "init", "\(site.scratch.path)/other", "--scrypt-rounds", "1024", "--json"] + [
        "--passphrase-file", "\(site.scratch.path)/passphrase",
      ])
    let output = try JSONSerialization.jsonObject(with: Data(made.output.utf8)) as? [String: Any]
    #expect(output?["scryptRounds"] as? Int == 1_024)
  }
}
