import Foundation
import Glibc
import Testing

/// kill -9 at random moments of the real executable: what was acknowledged before is all there.
///
/// `FIREDRILL_CAMPAIGN=full swift test -c release --filter VaultKillTests` kills 200 times.
@Suite struct VaultKillTests {
  @Test func anyMomentOfBackupPruneAndRestore() throws {
    let site = try VaultFixture()
    try site.write(noise(2_000_000, seed: 1), to: "base")
    try site.expect(0, "backup", site.source)
    var acknowledged = [try site.latest(): try inventory(of: site.source)]
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &random)
    print("seed \(seed)")
    var moments = Moments(state: seed | 1)
    var killed = 0
    for round in 0..<(isFullCampaign ? 200 : 18) {
      let verb = ["backup", "prune", "restore"][round % 3]
      if verb == "backup" {
        try site.write(noise(4_000_000 + round * 1_000, seed: UInt64(round) + 7), to: "changing")
        try site.write(noise(500, seed: UInt64(round)), to: "small/\(round)")
      }
      let target = "\(site.scratch.path)/killed"
      let rest =
        ["backup": [site.source], "prune": ["--keep", "2"], "restore": ["latest", target]][verb] ?? []
      if try kill(site.arguments(verb, rest), after: moments.next(below: verb == "backup" ? 160_000 : 60_000))
      {
        killed += 1
      }
      try? FileManager.default.removeItem(atPath: target)

      try site.expect(0, "verify", "--all")
      let present = try site.expect(0, "points").output.split(separator: "\n").map { String($0.prefix(8)) }
      // A backup that was killed after its point was durable has made one that nobody heard of: complete all the same.
      for name in present where acknowledged[name] == nil {
        acknowledged[name] = try inventory(of: site.source)
      }
      acknowledged = acknowledged.filter { present.contains($0.key) }
      #expect(!acknowledged.isEmpty)
      let name = try #require(present.last)
      let folder = try site.restore(name)
      #expect(try inventory(of: folder) == acknowledged[name], "round \(round), \(verb)")
      try FileManager.default.removeItem(atPath: folder)
    }
    #expect(killed > 0, "nothing was killed in time")
    // After all that every point is whole, and the next backup and prune work.
    for (name, lines) in acknowledged { #expect(try inventory(of: site.restore(name)) == lines) }
    try site.expect(0, "backup", site.source)
    try site.expect(0, "prune", "--keep", "1")
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore()) == inventory(of: site.source))
  }

  /// Data that a killed backup had stored is not stored again.
  @Test func theNextBackupResumes() throws {
    let site = try VaultFixture()
    try site.write(noise(192 << 20, seed: 5), to: "large")
    // Until the first checkpoint is there.
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = site.arguments("backup", [site.source])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let index = "\(site.vault)/index"
    while process.isRunning, (try? FileManager.default.contentsOfDirectory(atPath: index))?.isEmpty ?? true {
      usleep(500)
    }
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try #require(process.terminationReason == .uncaughtSignal, "the backup was faster than its checkpoint")
    let second = try site.expect(0, "backup", site.source, "--json")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(second.output.utf8)) as? [String: Any])
    let point = try #require(report["point"] as? [String: Any])
    #expect(try #require(point["newBytes"] as? Int) <= 128 << 20, "64 MiB are stored already")
    try site.expect(0, "verify", "--all")
  }

  /// Two backups of different sources to one vault, and a prune beside them.
  @Test func backupsAndPrunesBesideEachOtherLoseNothing() throws {
    let site = try VaultFixture()
    let other = "\(site.scratch.path)/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try site.write(noise(8_000_000, seed: 1), to: "common")
    try FileManager.default.copyItem(atPath: "\(site.source)/common", toPath: "\(other)/common")
    for round in 0..<4 as Range<UInt64> {
      try site.write(noise(3_000_000, seed: round + 10), to: "own")
      try noise(3_000_000, seed: round + 20).write(to: URL(filePath: "\(other)/own"))
      let commands = [
        site.arguments("backup", [site.source]), site.arguments("prune", ["--keep", "1"]),
        site.arguments("backup", [other]),
      ]
      let processes = try commands.map { arguments in
        let process = Process()
        process.executableURL = Command.executable
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
      }
      for process in processes { process.waitUntilExit() }
      #expect(processes[0].terminationStatus == 0 && processes[2].terminationStatus == 0)
      try site.expect(0, "verify", "--all")
    }
    let lines = try site.expect(0, "points").output.split(separator: "\n")
    for (folder, name) in [(site.source, "/source"), (other, "/other")] {
      let line = try #require(lines.last { $0.hasSuffix(name) })
      #expect(try inventory(of: site.restore(String(line.prefix(8)))) == inventory(of: folder))
    }
  }

  @Test(arguments: [SIGINT, SIGTERM]) func anInterruptEndsTheBackupAndItsClaim(signal: Int32) throws {
    // On a busy machine a backup can be done before the signal reaches it: then another one is interrupted.
    for _ in 0..<10 where try interruptsABackup(by: signal) { return }
    Issue.record("no backup was ever interrupted")
  }

  /// Whether the backup was still running.
  private func interruptsABackup(by signal: Int32) throws -> Bool {
    let site = try VaultFixture()
    try site.write(noise(96 << 20, seed: 5), to: "large")
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = site.arguments("backup", [site.source])
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    // A shell may have started the tests with interrupts ignored, which a child inherits.
    Glibc.signal(signal, SIG_DFL)
    try process.run()
    while process.isRunning,
      (try? FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/packs"))?.isEmpty ?? true
    {
      usleep(500)
    }
    Glibc.kill(process.processIdentifier, signal)
    process.waitUntilExit()
    if process.terminationStatus == 0 { return false }
    #expect(process.terminationStatus == 130)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/points") == [])
    // With the claim gone a prune need not wait: it removes what the backup had stored.
    try site.expect(0, "prune")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/packs") == [])
    return true
  }

  /// Runs the executable and kills it; whether it was still running.
  private func kill(_ arguments: [String], after microseconds: UInt32) throws -> Bool {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    usleep(microseconds)
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  private struct Moments {
    var state: UInt64

    mutating func next(below limit: UInt32) -> UInt32 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt32(state % UInt64(limit))
    }
  }
}
