import Foundation
import Testing

/// Habits of users of other backup tools. Each is carried out, or refused with a word, and loses nothing.
@Suite struct VaultHabitTests {
  private static func site() throws -> VaultFixture {
    let site = try VaultFixture()
    try site.write(Data("first".utf8), to: "file")
    try site.write(Data("second".utf8), to: "deep/file")
    try site.expect(0, "backup", site.source)
    return site
  }

  @Test func aRestoreIntoTheVaultItselfIsRefused() throws {
    let site = try Self.site()
    let names = try FileManager.default.contentsOfDirectory(atPath: site.vault).sorted()
    for target in ["\(site.vault)/inside", "\(site.vault)/packs"] {
      #expect(try site.expect(2, "restore", "latest", target).errors.contains("lies in the vault"))
      #expect(try site.expect(2, "restore", "latest", "--into", target).errors.contains("lies in the vault"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: site.vault).sorted() == names)
    try site.expect(0, "verify", "--all")
  }

  @Test func anEmptyPathIsNotTakenForTheWholeTree() throws {
    let site = try Self.site()
    let target = "\(site.scratch.path)/target"
    #expect(try site.expect(2, "restore", "latest", target, "--only", "").errors.contains("empty path"))
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  @Test func aVaultIsNotCopiedOntoItself() throws {
    let site = try Self.site()
    let link = "\(site.scratch.path)/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: site.vault)
    for target in [site.vault, link] {
      #expect(try site.expect(2, "copy", target).errors.contains("the vault itself"))
    }
  }

  @Test func aLockThatEndsLaterIsReportedAsItStays() throws {
    let site = try Self.site()
    try site.expect(0, "lock", "latest", "--until", "2100-01-01")
    let earlier = try site.expect(0, "lock", "latest", "--until", "2090-01-01")
    #expect(earlier.output.contains("locked until 2100-01-01"))
    let object = try site.json("lock", "latest", "--until", "2090-01-01")
    #expect((object["until"] as? String)?.hasPrefix("2100-01-01") == true)
  }

  /// `ulimit -f` limits the size of files; by default the system kills a process that writes beyond it.
  @Test func aLimitOnTheSizeOfFilesIsLikeAFullDisk() throws {
    let site = try Self.site()
    var random = SystemRandomNumberGenerator()
    let bytes = Data((0..<(1 << 20)).map { _ in UInt8.random(in: 0...255, using: &random) })
    try site.write(bytes, to: "large")
    let words = site.arguments("backup", [site.source]).map { "'\($0)'" }.joined(separator: " ")
    let limited = try Command(
      running: URL(filePath: "/bin/bash"),
      ["-c", "ulimit -f 500; exec '\(Command.executable.path)' \(words)"])
    #expect(limited.status == 2 && limited.errors.contains("no space left"), "\(limited.errors)")
    try site.expect(0, "backup", site.source)
    try site.expect(0, "verify", "--all")
    #expect(try site.expect(0, "unlock").output.contains("withdrew 0 claims"))
  }

  @Test func namesThatAreNotUTF8CanBeTyped() throws {
    let site = try VaultFixture()
    let base = "\(site.scratch.path)/names"
    let script = """
      set -e; f() { '\(Command.executable.path)' vault "$@" --passphrase-file '\(site.scratch.path)/passphrase'; }
      mkdir -p '\(base)'; cd '\(base)'; mkdir $'dir\\xff\\xc3\\xa9'; echo one >$'dir\\xff\\xc3\\xa9/\\xfe'; echo two >'dir\\xff'
      f backup '\(site.vault)' $'dir\\xff\\xc3\\xa9'
      f list '\(site.vault)' latest $'\\xfe'
      f restore '\(site.vault)' latest $'out\\xfd' --only $'\\xfe'
      cmp $'dir\\xff\\xc3\\xa9/\\xfe' $'out\\xfd/\\xfe'
      """
    let run = try Command(running: URL(filePath: "/bin/bash"), ["-c", script])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(#"\xfe"#), "\(run.output)")
  }

  @Test(arguments: [
    ("check", "verify"), ("create", "backup"), ("snapshots", "points"), ("extract", "restore"),
  ])
  func namesThatOtherToolsGiveLeadToOurs(theirs: String, ours: String) throws {
    let run = try Command("vault", theirs, "somewhere")
    #expect(run.status == 2 && run.errors.contains("hint: write '\(ours)'"), "\(run.errors)")
  }
}
