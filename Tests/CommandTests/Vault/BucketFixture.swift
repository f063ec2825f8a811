import CephCluster
import Foundation
import ObjectStorage
import Storage
import Testing

/// A scratch folder with a source, and a vault in a bucket of its own, driven by the built executable.
final class BucketFixture {
  let scratch: ScratchFolder
  let bucket: String
  let source: String
  let environment: [String: String]
  private let endpoint: String
  private var targets = 0

  var vault: String { "s3://\(bucket)/vault" }

  init(locks: Bool = false) throws {
    let cluster = try #require(CephCluster.shared, "radosgw does not come up")
    endpoint = cluster.endpoint
    scratch = try ScratchFolder()
    bucket = try cluster.makeBucket(locks: locks)
    source = "\(scratch.path)/source"
    environment = cluster.environment
    try scratch.write("a passphrase\n", to: "passphrase")
    try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
    try expect(0, "init", "--scrypt-rounds", "1024")
  }

  private func arguments(_ vault: String, _ verb: String, _ rest: [String]) -> [String] {
    ["vault", verb, vault] + rest
      + ["--passphrase-file", "\(scratch.path)/passphrase", "--endpoint", endpoint]
  }

  /// Runs a command on a vault, with more variables.
  func run(_ vault: String, _ verb: String, _ rest: [String] = [], more: [String: String] = [:]) throws
    -> Command
  {
    try Command(
      running: Command.executable, arguments(vault, verb, rest),
      environment: environment.merging(more) { _, new in new })
  }

  /// Runs a command on the vault that must end with this code.
  @discardableResult
  func expect(_ code: Int32, _ verb: String, _ rest: String..., at place: SourceLocation = #_sourceLocation)
    throws -> Command
  {
    let command = try run(vault, verb, rest)
    #expect(
      command.status == code, "\(verb) \(rest): \(command.output)\(command.errors)", sourceLocation: place)
    return command
  }

  /// Starts a command on the vault.
  func start(_ verb: String, _ rest: [String]) throws -> Process {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments(vault, verb, rest)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The short names of the points, oldest first.
  func points() throws -> [String] {
    try expect(0, "points").output.split(separator: "\n").map { String($0.prefix(8)) }
  }

  /// Restores into a new folder and returns it.
  func restore(_ point: String) throws -> String {
    targets += 1
    let target = "\(scratch.path)/target-\(targets)"
    try expect(0, "restore", point, target)
    return target
  }

  func write(_ bytes: Data, to name: String) throws {
    let file = URL(filePath: "\(source)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }

  /// Leaves the mark of a prune that another machine began.
  func leaveMark(by machine: String, _ client: BucketClient) throws {
    var store = try #require(try BucketStore.open(client))
    try store.put(
      Bytes(utf8: "\(machine)\nelsewhere\n2026-11-30T00:00:00Z\n"),
      as: ObjectKey(folder: "claims", name: "prune"), if: .absent, lockedUntil: nil, at: .epoch)
  }
}
