import Foundation
import Testing

/// The output of vault commands, to people and to programs.
@Suite struct VaultOutputTests {
  @Test func everyVerbPrintsOneJSONObjectAndNothingElse() throws {
    let site = try VaultFixture()
    try site.write(noise(100_000, seed: 1), to: "file")
    #expect(try site.json("backup", site.source)["isPartial"] as? Bool == false)
    #expect((try site.json("points")["points"] as? [Any])?.count == 1)
    #expect(try site.json("restore", "latest", "\(site.scratch.path)/target")["entries"] as? Int == 2)
    for level in ["--all", "--sample=50%"] {
      let verified = try site.json("verify", level)
      #expect(
        (verified["damaged"] as? [Any])?.isEmpty == true && (verified["losses"] as? [Any])?.isEmpty == true)
    }
    try site.write(noise(100_000, seed: 2), to: "file")
    try site.expect(0, "backup", site.source)
    #expect(try site.json("prune", "--keep", "1", "--dry-run")["isDryRun"] as? Bool == true)
    let pruned = try site.json("prune", "--keep", "1")
    #expect((pruned["removedPoints"] as? [Any])?.count == 1)
    let reasons = (pruned["decisions"] as? [[String: Any]])?.compactMap { $0["reasons"] as? [String] } ?? []
    #expect(reasons.count == 2 && reasons.allSatisfy { !$0.isEmpty }, "every point has its reason")
    #expect(
      try site.json("lock", "latest", "--until", "2100-01-01")["until"] as? String == "2100-01-01T00:00:00Z")
  }

  @Test func aBarIsShownOnATerminalAndNothingInAPipe() throws {
    let site = try VaultFixture()
    try site.write(noise(40 << 20, seed: 1), to: "file")
    let quiet = try site.expect(0, "backup", site.source, "--read-all")
    #expect(quiet.errors.isEmpty && quiet.output.split(separator: "\n").count == 1)
    let words = [Command.executable.path] + site.arguments("backup", [site.source, "--read-all"])
    let shell = words.map { "'\($0)'" }.joined(separator: " ")
    // A terminal of its own for the command.
    let terminal = try Command(running: URL(filePath: "/usr/bin/script"), ["-qec", shell, "/dev/null"])
    #expect(terminal.status == 0)
    #expect(terminal.output.contains("\r\u{1B}[Kbackup: [") && terminal.output.contains(" of 40"))
    #expect(terminal.output.hasSuffix("stored 0 B\r\n") || terminal.output.contains("point "))
  }

  @Test func thePassphraseMayComeFromTheEnvironment() throws {
    let site = try VaultFixture()
    func points(_ passphrase: String) throws -> Command {
      try Command(
        running: URL(filePath: "/usr/bin/env"),
        ["FIREDRILL_PASSPHRASE=\(passphrase)", Command.executable.path, "vault", "points", site.vault])
    }
    #expect(try points("a passphrase").status == 0)
    #expect(try points("another").status == 2)
    let none = try Command(
      running: URL(filePath: "/usr/bin/env"),
      ["-u", "FIREDRILL_PASSPHRASE", Command.executable.path, "vault", "points", site.vault])
    #expect(none.status == 2 && none.errors.contains("there is no passphrase"))
  }
}
