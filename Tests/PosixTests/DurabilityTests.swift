import Backup
import CallRecorder
import Foundation
import Posix
import Retention
import Testing
import Units

/// Acknowledged backups and finished restores survive a power cut: the calls to the kernel come in the order
/// that makes it so. A killed process loses nothing that the kernel was given, so only the calls themselves can tell.
@Suite(.serialized) struct DurabilityTests {
  /// One call: its name, the file, and the new name of a file that gets one.
  private struct Call {
    let verb: Substring
    let file: Substring
    let name: Substring?

    var folder: Substring { (name ?? file).split(separator: "/").dropLast().last ?? "." }
  }

  private final class Site {
    let path: String
    let session: VaultSession

    init() throws {
      path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/firedrill-\(UUID())"
      try FileManager.default.createDirectory(
        atPath: "\(path)/source/deep", withIntermediateDirectories: true)
      let vault = FilePath("\(path)/vault")
      try Vault.create(vault, passphrase: [1], scryptRounds: 1_024)
      session = VaultSession(try Vault(vault, passphrase: [1]))
      try change(seed: 1)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func change(seed: UInt64) throws {
      var random = RandomStream(seed: seed, stream: "durability")
      for name in ["first", "deep/second"] {
        let bytes = Data((0..<200_000).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        try bytes.write(to: URL(filePath: "\(path)/source/\(name)"))
      }
    }

    func backUp() throws { _ = try session.backup(BackupRequest(source: FilePath("\(path)/source"))) }

    /// The calls that some work makes on files below a folder.
    func calls(in folder: String, _ work: () throws -> Void) throws -> [Call] {
      call_recorder_begin("\(path)/\(folder)")
      let result = Result(catching: work)
      let text = try #require(call_recorder_end())
      defer { free(text) }
      try result.get()
      let calls = String(cString: text).split(separator: "\n").map { line in
        let words = line.split(separator: " ")
        return Call(verb: words[0], file: words[1], name: words.count > 2 ? words[2] : nil)
      }
      // A note about a claim is void once its process is gone, so it need not survive anything.
      return calls.filter { !$0.file.hasPrefix(".claims/") && $0.file != ".claims" }
    }
  }

  /// Every file that gets a name was made durable after the last write to it, and before that; and the name itself is made durable
  /// before anything that relies on it.
  private func expectDurable(_ calls: [Call], _ folders: [Substring]) {
    for (index, call) in calls.enumerated() where call.verb == "link" || call.verb == "rename" {
      let before = calls[..<index].filter { $0.file == call.file }.map(\.verb)
      #expect(before.suffix(2) == ["sync", "synced"] && before.contains("write"), "\(call): \(before)")
    }
    for (index, call) in calls.enumerated() where ["link", "rename", "unlink"].contains(call.verb) {
      // Its folder is synchronised before the next kind of object gets a name.
      let rest = calls[(index + 1)...]
      let later = rest.firstIndex { next in
        next.name != nil && next.folder != call.folder && folders.contains(next.folder)
      }
      let window = calls[(index + 1)..<(later ?? calls.endIndex)].filter { $0.file == call.folder }.map(
        \.verb)
      let begun = window.firstIndex(of: "sync")
      #expect(begun.map { window[$0...].contains("synced") } == true, "\(call): \(window)")
    }
  }

  @Test func packsThenIndexThenManifestAreDurable() throws {
    let site = try Site()
    let calls = try site.calls(in: "vault") { try site.backUp() }
    let named = calls.filter { $0.name != nil }
    // The configuration is there since the vault was made; the claim comes first.
    #expect(named.map(\.verb) == ["link", "link", "link", "rename"])
    #expect(named.map(\.folder) == ["points", "packs", "index", "points"])
    expectDurable(calls, ["packs", "index", "points"])
  }

  @Test func aPruneMakesEveryStepDurableBeforeTheNext() throws {
    let site = try Site()
    for seed in 1..<4 as Range<UInt64> {
      try site.change(seed: seed)
      try site.backUp()
    }
    let policy = try RetentionPolicy([.newest(1)])
    let calls = try site.calls(in: "vault") {
      let pruning = try site.session.prune(try site.session.decisions(policy), grace: .zero)
      #expect(pruning.deletedPacks > 0)
    }
    expectDurable(calls, ["packs", "index", "points", "condemned"])
    // The last of one kind of object is gone for good before the first of the next kind goes.
    let steps = calls.filter { $0.verb == "unlink" && !$0.file.contains(".part-") }
    #expect(Set(steps.map(\.folder)).isSuperset(of: ["packs", "index", "points", "condemned"]))
    for (index, call) in calls.enumerated().dropLast() where call.verb == "unlink" {
      let next = calls[(index + 1)...].first { $0.verb == "unlink" && $0.folder != call.folder }
      guard let next,
        let end = calls[(index + 1)...].firstIndex(where: { $0.file == next.file && $0.verb == "unlink" })
      else { continue }
      let window = calls[index..<end].filter { $0.file == call.folder }.map(\.verb)
      #expect(window.contains("synced"), "\(call) before \(next)")
    }
  }

  @Test func whatARestoreHasBroughtBackIsDurable() throws {
    let site = try Site()
    try site.backUp()
    let point = try site.session.point("latest")
    let calls = try site.calls(in: "target") {
      _ = try site.session.restore(point, to: FilePath("\(site.path)/target"))
    }
    // Once when all bytes are in place, and once more when directories have their attributes.
    let verbs = calls.map(\.verb)
    let written = try #require(verbs.lastIndex(of: "write"))
    let flushed = try #require(verbs[written...].firstIndex(of: "syncfs"))
    let finished = try #require(verbs.lastIndex(of: "attributes"))
    #expect(flushed < finished)
    #expect(Array(verbs.suffix(2)) == ["syncfs", "synced"])
  }

  @Test func aRestoredImageIsDurable() throws {
    let site = try Site()
    _ = try site.session.backup(BackupRequest(source: FilePath("\(site.path)/source/first")))
    let point = try site.session.point("latest")
    let calls = try site.calls(in: "target") {
      try FileManager.default.createDirectory(
        atPath: "\(site.path)/target", withIntermediateDirectories: true)
      _ = try site.session.restore(point, to: FilePath("\(site.path)/target/image"))
    }
    #expect(calls.contains { $0.verb == "write" })
    #expect(calls.suffix(2).map(\.verb) == ["sync", "synced"])
  }
}
