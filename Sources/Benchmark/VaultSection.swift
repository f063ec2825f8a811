import Foundation
import Posix
import Units

/// Measures `firedrill vault` against restic and borg on one tree in the page cache. All use encryption and
/// zstd's fastest class. The figures are medians of three rounds; in each another tool is first, so that
/// other load affects all alike. Every repository and restore has a fresh file system. A run ends when its
/// data is durable, whether or not the tool waits for that.
///
/// Needs the Debian packages: `apt-get install -y restic borgbackup`.
func vaultFigures() -> [BenchmarkFigure] {
  let source = FreshFileSystem(gibibytes: 3)
  let mebibytes = 1_024
  var tree = MixedTree("\(source.path)/tree", mebibytes: mebibytes, seed: 1)
  var results: [String: ToolResult] = [:]
  for round in 0..<3 { measure(&results, &tree, round: round) }
  let own = results["firedrill"] ?? ToolResult()
  return [
    BenchmarkFigure("place of every repository and restore", source.kind.rawValue),
    BenchmarkFigure("compression", "zstd level 1: firedrill and borg; restic's own, zstd's fastest"),
  ]
    + ["firedrill", "restic", "borg"].flatMap { results[$0]?.figures($0, mebibytes: mebibytes) ?? [] }
    + peerFigures(own, results["restic"], "restic", backup: 2, restore: 1.5)
    + peerFigures(own, results["borg"], "borg", backup: 2.5, restore: 3)
    + boundFigures(own, mebibytes, source) + memoryFigures(own) + storedFigures()
}

/// Measures one round: each tool backs up the tree twice, with a change between, and restores it.
private func measure(_ results: inout [String: ToolResult], _ tree: inout MixedTree, round: Int) {
  let kinds = [BackupTool.firedrill, BackupTool.restic, { BackupTool.borg(in: $0) }]
  let disks = kinds.map { _ in FreshFileSystem(gibibytes: 3) }
  var tools = zip(kinds, disks).map { $0($1.path) }
  tools = Array(tools[(round % tools.count)...] + tools[..<(round % tools.count)])
  for tool in tools {
    let first = tool.create(tool) == nil ? nil : tool.backUp(tool, tree.path, "first")
    results[tool.name, default: ToolResult()].first.append(first)
    results[tool.name]?.stored = BenchmarkFolder.size(of: tool.repository)
  }
  tree.changeOnePercent(seed: UInt64(round) + 2)
  for tool in tools { results[tool.name]?.second.append(tool.backUp(tool, tree.path, "second")) }
  for tool in tools {
    let disk = FreshFileSystem(gibibytes: 3)
    results[tool.name]?.restore.append(tool.restore(tool, "second", "\(disk.path)/restored"))
  }
  withExtendedLifetime(disks) {}
}

/// Returns the speed relative to another tool, as the median of the rounds' ratios.
private func peerFigures(
  _ own: ToolResult, _ other: ToolResult?, _ name: String, backup: Double, restore: Double
) -> [BenchmarkFigure] {
  guard let other, let first = own.ratios(to: other, \.first), let second = own.ratios(to: other, \.second),
    let back = own.ratios(to: other, \.restore)
  else {
    return [
      BenchmarkFigure("firedrill against \(name)", "not measured: apt-get install -y restic borgbackup")
    ]
  }
  return [("first backup", first, backup), ("second backup", second, 1), ("restore", back, restore)].map {
    what, ratios, least in
    let spread = "\((ratios.min() ?? 0).short) to \((ratios.max() ?? 0).short)"
    return BenchmarkFigure("\(what) against \(name) (\(spread))", ratios.median, "x", atLeast: least)
  }
}

/// The runs of one tool, one per round; `nil` for one that failed.
private struct ToolResult {
  var first: [TimedRun?] = []
  var second: [TimedRun?] = []
  var restore: [TimedRun?] = []
  var stored = 0

  /// Returns the ratios; `nil` when a run of either tool failed.
  func ratios(to other: ToolResult, _ runs: KeyPath<ToolResult, [TimedRun?]>) -> [Double]? {
    let ratios = zip(self[keyPath: runs], other[keyPath: runs]).compactMap { own, other in
      own.flatMap { own in other.map { $0.wallSeconds / own.wallSeconds } }
    }
    return ratios.isEmpty || ratios.count < self[keyPath: runs].count ? nil : ratios
  }

  func figures(_ name: String, mebibytes: Int) -> [BenchmarkFigure] {
    [("first backup", first), ("second backup, 1 % changed", second), ("restore", restore)].compactMap {
      what, runs in
      guard let run = runs.medianRun else { return nil }
      let rate = Double(mebibytes) / run.wallSeconds
      return BenchmarkFigure(
        "\(name): \(what)",
        "\(run.wallSeconds.short) s, \(rate.short) MiB/s, \(run.processorSeconds.short) s of processors, \(run.peakMebibytes.short) MiB"
      )
    } + [BenchmarkFigure("\(name): stored", "\((Double(stored) / 1_048_576).short) MiB")]
  }
}

extension [TimedRun?] {
  /// The run with the median time; `nil` when there is none.
  fileprivate var medianRun: TimedRun? {
    let runs = compactMap { $0 }.sorted { $0.wallSeconds < $1.wallSeconds }
    return runs.isEmpty ? nil : runs[runs.count / 2]
  }
}

/// Computes lower bounds for a first backup and a restore. The bound is the processor time spread evenly over
/// all cores, or the disk's time.
private func boundFigures(_ own: ToolResult, _ mebibytes: Int, _ disk: FreshFileSystem) -> [BenchmarkFigure] {
  fetchFreeMemory(mebibytes: 4_096)
  guard let backup = own.first.medianRun, let restore = own.restore.medianRun,
    let profile = try? EngineProfile(measuringIn: FilePath(disk.path))
  else {
    return [BenchmarkFigure("bounds", "not measured")]
  }
  let (bytes, stored) = (Double(mebibytes << 20), Double(own.stored))
  let backupWork = [
    ("reading", bytes, profile.read), ("dividing", bytes, profile.divide), ("hashing", bytes, profile.digest),
    ("compressing", bytes, profile.compress), ("encrypting", stored, profile.encrypt),
    ("writing", stored, profile.write),
  ]
  let restoreWork = [
    ("reading", stored, profile.read), ("decrypting", stored, profile.encrypt),
    ("decompressing", bytes, profile.decompress), ("hashing", bytes, profile.digest),
    ("writing", bytes, profile.write),
  ]
  return boundFigures("first backup", backup, backupWork, profile, disk: stored)
    + boundFigures("restore", restore, restoreWork, profile, disk: bytes)
}

/// - Parameters:
///   - work: What is done with how many bytes, and how fast one core does it.
///   - written: Bytes that the disk takes.
private func boundFigures(
  _ what: String, _ run: TimedRun, _ work: [(name: String, bytes: Double, rate: ByteRate)],
  _ profile: EngineProfile, disk written: Double
) -> [BenchmarkFigure] {
  let parts = work.map { ($0.name, $0.bytes / $0.rate.bytesPerSecond / Double(profile.cores)) }
  let processors = parts.reduce(0) { $0 + $1.1 }
  let disk = written / profile.deviceWrite.bytesPerSecond
  let list = parts.map { "\($0) \($1.short) s" }.joined(separator: ", ")
  let heaviest = parts.max { $0.1 < $1.1 }?.0 ?? ""
  return [
    BenchmarkFigure("\(what), bound: the processors", "\(processors.short) s (\(list))"),
    BenchmarkFigure("\(what), bound: the disk", "\(disk.short) s"),
    BenchmarkFigure(
      "\(what) over the larger bound",
      "\((run.wallSeconds / max(processors, disk)).short) x (\(processors > disk ? heaviest : "the disk") weighs most)"
    ),
  ]
}

/// Measures the peak memory of a first backup of 1 GiB and of 8 GiB.
private func memoryFigures(_ own: ToolResult) -> [BenchmarkFigure] {
  let folder = BenchmarkFolder()
  let place = folder.path
  for part in 0..<8 as Range<UInt64> {
    _ = MixedTree("\(place)/tree/\(part)", mebibytes: 1_024, seed: 100 + part)
  }
  let tool = BackupTool.firedrill(in: place)
  guard tool.create(tool) != nil, let large = tool.backUp(tool, "\(place)/tree", "large"),
    let small = own.first.medianRun,
    let back = tool.restore(tool, "large", "\(place)/restored")
  else { return [BenchmarkFigure("peak memory", "not measured")] }
  return [
    BenchmarkFigure("peak memory, backup of 8 GiB", large.peakMebibytes, "MiB", below: 400),
    BenchmarkFigure("peak memory, restore of 8 GiB", back.peakMebibytes, "MiB", below: 400),
    BenchmarkFigure(
      "peak memory, backup of 8 GiB over 1 GiB", large.peakMebibytes / small.peakMebibytes, "x", atMost: 1.25),
  ]
}

/// Measures the stored size of ten versions of two source trees, with equal average block sizes. The trees
/// are the last ten tags of a dependency and ten revisions of firedrill's history.
private func storedFigures() -> [BenchmarkFigure] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
  let dependency = "\(root)/.build/checkouts/swift-collections"
  let tags = lines(of: "git -C \(dependency) tag --sort=creatordate | grep -E '^[0-9.]+$' | tail -10")
  let history = lines(of: "git -C \(root) rev-list --reverse --first-parent HEAD")
  let revisions = history.count < 10 ? [] : (1...10).map { history[history.count * $0 / 10 - 1] }
  return storedFigures("ten tags of swift-collections", dependency, tags)
    + storedFigures("ten revisions of firedrill", root, revisions)
}

private func storedFigures(_ name: String, _ repository: String, _ revisions: [String]) -> [BenchmarkFigure] {
  let folder = BenchmarkFolder()
  let place = folder.path
  let tree = "\(place)/tree"
  try? FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
  let tools = [BackupTool.firedrill(in: place), .borg(in: place, sameBlocks: true)]
  guard revisions.count == 10, tools.allSatisfy({ $0.create($0) != nil }) else {
    return [BenchmarkFigure("stored, \(name)", "not measured: borg or the revisions are missing")]
  }
  for revision in revisions {
    _ = lines(of: "rm -rf \(tree)/* && git -C \(repository) archive \(revision) | tar x -C \(tree)")
    for tool in tools where tool.backUp(tool, tree, revision) == nil {
      return [BenchmarkFigure("stored, \(name)", "not measured: \(tool.name)")]
    }
  }
  let sizes = tools.map { Double(BenchmarkFolder.size(of: $0.repository)) }
  return [
    BenchmarkFigure(
      "stored, \(name): firedrill and borg",
      "\((sizes[0] / 1e6).short) MB and \((sizes[1] / 1e6).short) MB"),
    BenchmarkFigure("stored, \(name): over borg", sizes[0] / sizes[1], "x", atMost: 1.05),
  ]
}

private func lines(of command: String) -> [String] {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = ["-c", command]
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return [] }
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
}
