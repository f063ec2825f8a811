import CephCluster
import Foundation
import Glibc
import Testing

/// A vault in a bucket of a real S3-compatible server, by the command.
@Suite("Vaults in buckets", .enabled(if: CephCluster.isInstalled, "\(CephCluster.missing)"), .serialized)
struct VaultBucketTests {
  @Test(arguments: [false, true])
  func whatWasBackedUpComesBack(locks: Bool) throws {
    let site = try BucketFixture(locks: locks)
    try site.write(noise(5_000_000, seed: 1), to: "large")
    try site.write(Data("first".utf8), to: "folder/small")
    try site.expect(0, "backup", site.source)
    let first = try inventory(of: site.source)
    try site.write(Data("second".utf8), to: "folder/small")
    let report = try site.expect(0, "backup", site.source, "--json").output
    let object = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
    let point = try #require(object?["point"] as? [String: Any])
    // The small file and the names, not the large file.
    #expect(try #require(point["readBytes"] as? Int) < 100_000)
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore("latest")) == inventory(of: site.source))
    let points = try site.points()
    #expect(points.count == 2)
    #expect(try inventory(of: site.restore(points[0])) == first)
    try site.expect(0, "prune", "--keep", "1")
    #expect(try site.points() == [points[1]])
    try site.expect(0, "repair")
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore("latest")) == inventory(of: site.source))
  }

  @Test func aVaultThatIsThereIsNotMadeAgain() throws {
    let site = try BucketFixture()
    #expect(try site.expect(2, "init").errors.contains("there is a vault here already"))
    let other = try site.run("s3://\(site.bucket)/other", "points")
    #expect(other.status == 2 && other.errors.contains("there is no vault here"))
    let missing = try site.run("s3://no-such-bucket/x", "points")
    #expect(missing.status == 2 && missing.errors.contains("the bucket 'no-such-bucket' does not exist"))
  }

  @Test func aWrongKeyIsNamed() throws {
    let site = try BucketFixture()
    let wrong = try site.run(site.vault, "points", more: ["AWS_SECRET_ACCESS_KEY": "wrong"])
    #expect(wrong.status == 2 && wrong.errors.contains("AWS_SECRET_ACCESS_KEY"))
    let none = try site.run(site.vault, "points", more: ["AWS_ACCESS_KEY_ID": ""])
    #expect(none.status == 2 && none.errors.hasPrefix("AWS_ACCESS_KEY_ID: error"))
  }

  @Test func aLockedPointCannotBeRemoved() throws {
    let site = try BucketFixture(locks: true)
    try site.write(noise(100_000, seed: 2), to: "file")
    let soon = Date(timeIntervalSinceNow: 3_600)
    let format = ISO8601DateFormatter()
    try site.expect(0, "backup", site.source, "--lock-until", format.string(from: soon))
    #expect(try site.expect(2, "forget", "latest").output.hasPrefix("locked"))
    // A holder of the key who deletes every name hides everything, and removes nothing.
    let cluster = try #require(CephCluster.shared)
    let client = try cluster.client(of: site.bucket)
    for (name, _) in try client.names(beginning: "vault/") {
      #expect(try client.send("DELETE", name).hasSucceeded)
    }
    #expect(try client.names(beginning: "vault/").isEmpty)
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore("latest")) == inventory(of: site.source))
  }

  @Test func locksNeedABucketWithObjectLock() throws {
    let site = try BucketFixture()
    let command = try site.expect(2, "backup", site.source, "--lock-until", "2099-01-01")
    #expect(command.errors.contains("has no object lock"))
  }

  @Test(arguments: [false, true])
  func twoWritersAtOnceBothSucceed(locks: Bool) throws {
    let site = try BucketFixture(locks: locks)
    let running = try (0..<2).map { number in
      let source = "\(site.scratch.path)/source-\(number)"
      try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
      try noise(3_000_000, seed: UInt64(number) + 5).write(to: URL(filePath: "\(source)/file"))
      return (source, try site.start("backup", [source]))
    }
    // A prune beside them.
    try site.expect(0, "prune", "--keep", "9")
    for (_, process) in running {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    try site.expect(0, "verify", "--all")
    let names = try site.points()
    #expect(names.count == 2)
    for name in names {
      let target = try inventory(of: site.restore(name))
      #expect(try running.contains { try inventory(of: $0.0) == target })
    }
  }

  @Test(arguments: [false, true])
  func aKilledBackupLosesNothing(locks: Bool) throws {
    let site = try BucketFixture(locks: locks)
    try site.write(noise(1_000_000, seed: 3), to: "base")
    try site.expect(0, "backup", site.source)
    let base = try inventory(of: site.source)
    let first = try #require(try site.points().first)
    var killed = 0
    for round in 0..<5 {
      try site.write(noise(5_000_000, seed: UInt64(round) + 11), to: "changing")
      let process = try site.start("backup", [site.source])
      usleep(UInt32(60_000 + round * 60_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { killed += 1 }
      try site.expect(0, "verify", "--all")
      #expect(try site.points().contains(first))
    }
    #expect(killed > 0)
    let before = try site.points().count
    try site.expect(0, "backup", site.source)
    // The claims of killed backups are of ended processes of this machine, so nothing waits for their leases.
    try site.expect(0, "prune", "--keep", "\(before + 1)")
    try site.expect(0, "verify", "--all")
    #expect(try inventory(of: site.restore("latest")) == inventory(of: site.source))
    #expect(try inventory(of: site.restore(first)) == base)
  }

  @Test func aMarkOfAPruneOnAnotherMachineIsRespected() throws {
    let site = try BucketFixture()
    let cluster = try #require(CephCluster.shared)
    let client = try cluster.client(of: "\(site.bucket)/vault")
    try site.leaveMark(by: "another-machine", client)
    let refused = try site.expect(2, "prune", "--keep", "1")
    #expect(refused.errors.contains("another prune or repair is at work on elsewhere"))
    try site.expect(0, "unlock", "--all")
    try site.expect(0, "prune", "--keep", "1")
  }

  @Test func pointsAreCopiedFromADirectoryToABucket() throws {
    let site = try BucketFixture()
    let local = try VaultFixture()
    try local.write(noise(300_000, seed: 9), to: "file")
    try local.expect(0, "backup", local.source)
    let target = "s3://\(site.bucket)/copies"
    let endpoint = try #require(CephCluster.shared).endpoint
    let made = try site.run(target, "init", ["--copies-of", local.vault, "--scrypt-rounds", "1024"])
    #expect(made.status == 0, "\(made.errors)")
    let copied = try Command(
      running: Command.executable, local.arguments("copy", [target, "--target-endpoint", endpoint]),
      environment: site.environment)
    #expect(copied.status == 0, "\(copied.errors)")
    let verified = try site.run(target, "verify", ["--all"])
    #expect(verified.status == 0 && verified.output.hasPrefix("1 points"), "\(verified.errors)")
  }
}
