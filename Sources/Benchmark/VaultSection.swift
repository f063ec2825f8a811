import Foundation
import Posix

/// `firedrill vault` against restic and borg, all with encryption, on the same tree in the page cache: best of two rounds, the
/// tools taking turns.
///
/// Needs the Debian packages: `apt-get install -y restic borgbackup`.
func vaultFigures() -> [Figure] {
  let folder = BenchmarkFolder()
  let mebibytes = 1_024
  var tree = MixedTree("\(folder.path)/tree", mebibytes: mebibytes, seed: 1)
  var results: [String: ToolResult] = [:]
  for round in 0..<2 {
    let place = "\(folder.path)/round-\(round)"
    try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let tools = [BackupTool.firedrill(in: place), .restic(in: place), .borg(in: place)]
    for tool in tools {
      results[tool.name, default: ToolResult()].note(
        tool.create(tool) == nil ? nil : tool.backUp(tool, tree.path, "first"), \.first)
      results[tool.name]?.stored = BenchmarkFolder.size(of: tool.repository)
    }
    tree.changeOnePercent(seed: UInt64(round) + 2)
    for tool in tools { results[tool.name]?.note(tool.backUp(tool, tree.path, "second"), \.second) }
    for tool in tools {
      let target = "\(place)/restored"
      results[tool.name]?.note(tool.restore(tool, "second", target), \.restore)
      try? FileManager.default.removeItem(atPath: target)
    }
    try? FileManager.default.removeItem(atPath: place)
  }
  let own = results["firedrill"] ?? ToolResult()
  var figures = ["firedrill", "restic", "borg"].flatMap { name in
    results[name]?.figures(name, mebibytes: mebibytes) ?? []
  }
  for (name, backup, restore) in [("restic", 2.0, 1.5), ("borg", 2.5, 3.0)] {
    guard let other = results[name], let first = other.first, let second = other.second,
      let back = other.restore,
      let ownFirst = own.first, let ownSecond = own.second, let ownBack = own.restore
    else {
      figures.append(
        Figure("firedrill against \(name)", "not measured: apt-get install -y restic borgbackup"))
      continue
    }
    figures += [
      Figure("first backup against \(name)", first.wallSeconds / ownFirst.wallSeconds, "x", atLeast: backup),
      Figure("second backup against \(name)", second.wallSeconds / ownSecond.wallSeconds, "x", atLeast: 1),
      Figure("restore against \(name)", back.wallSeconds / ownBack.wallSeconds, "x", atLeast: restore),
    ]
  }
  return figures + boundFigures(own, mebibytes) + memoryFigures(own, folder) + storedFigures(folder)
}

/// The best runs of one tool.
private struct ToolResult {
  var first: TimedRun?
  var second: TimedRun?
  var restore: TimedRun?
  var stored = 0

  mutating func note(_ run: TimedRun?, _ place: WritableKeyPath<ToolResult, TimedRun?>) {
    guard let run else { return }
    if let best = self[keyPath: place], best.wallSeconds <= run.wallSeconds { return }
    self[keyPath: place] = run
  }

  func figures(_ name: String, mebibytes: Int) -> [Figure] {
    [("first backup", first), ("second backup, 1 % changed", second), ("restore", restore)].compactMap {
      what, run in
      guard let run else { return nil }
      let rate = Double(mebibytes) / run.wallSeconds
      return Figure(
        "\(name): \(what)",
        "\(run.wallSeconds.short) s, \(rate.short) MiB/s, \(run.processorSeconds.short) s of processors, \(run.peakMebibytes.short) MiB"
      )
    } + [Figure("\(name): stored", "\((Double(stored) / 1_048_576).short) MiB")]
  }
}

/// What the first backup would take if nothing but the kernels took time.
private func boundFigures(_ own: ToolResult, _ mebibytes: Int) -> [Figure] {
  guard let first = own.first, let profile = try? EngineProfile(measuringIn: FilePath(NSTemporaryDirectory()))
  else {
    return [Figure("bound of the first backup", "not measured")]
  }
  let bytes = Double(mebibytes << 20)
  let parts = [
    ("dividing", profile.divide), ("hashing", profile.digest), ("compressing", profile.compress),
    ("encrypting", profile.encrypt),
  ].map { ($0, bytes / $1.bytesPerSecond / Double(profile.cores)) }
  let compute = parts.reduce(0) { $0 + $1.1 }
  let disk = Double(own.stored) / profile.write.bytesPerSecond
  let list = parts.map { "\($0) \($1.short) s" }.joined(separator: ", ")
  return [
    Figure("bound: the kernels alone, on all cores", "\(compute.short) s (\(list))"),
    Figure("bound: the disk alone", "\(disk.short) s"),
    Figure("first backup over the larger bound", "\((first.wallSeconds / max(compute, disk)).short) x"),
  ]
}

/// Peak memory of a first backup of 1 GiB and of 8 GiB.
private func memoryFigures(_ own: ToolResult, _ folder: BenchmarkFolder) -> [Figure] {
  let place = "\(folder.path)/memory"
  try? FileManager.default.removeItem(atPath: "\(folder.path)/tree")
  for part in 0..<8 as Range<UInt64> {
    _ = MixedTree("\(place)/tree/\(part)", mebibytes: 1_024, seed: 100 + part)
  }
  let tool = BackupTool.firedrill(in: place)
  defer { try? FileManager.default.removeItem(atPath: place) }
  guard tool.create(tool) != nil, let large = tool.backUp(tool, "\(place)/tree", "large"),
    let small = own.first,
    let back = tool.restore(tool, "large", "\(place)/restored")
  else { return [Figure("peak memory", "not measured")] }
  return [
    Figure("peak memory, backup of 8 GiB", large.peakMebibytes, "MiB", below: 400),
    Figure("peak memory, restore of 8 GiB", back.peakMebibytes, "MiB", below: 400),
    Figure(
      "peak memory, backup of 8 GiB over 1 GiB", large.peakMebibytes / small.peakMebibytes, "x", atMost: 1.25),
  ]
}

/// What ten versions of a source tree take: the last ten tags of a dependency's repository, as the build has checked it out.
private func storedFigures(_ folder: BenchmarkFolder) -> [Figure] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
  let repository = "\(root)/.build/checkouts/swift-collections"
  let place = "\(folder.path)/versions"
  let tree = "\(place)/tree"
  try? FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
  let tools = [BackupTool.firedrill(in: place), .borg(in: place, sameBlocks: true)]
  let tags = lines(of: "git -C \(repository) tag --sort=creatordate | grep -E '^[0-9.]+$' | tail -10")
  guard tags.count == 10, tools.allSatisfy({ $0.create($0) != nil }) else {
    return [Figure("stored, ten versions of a source tree", "not measured: borg or the tags are missing")]
  }
  for tag in tags {
    _ = lines(of: "rm -rf \(tree)/* && git -C \(repository) archive \(tag) | tar x -C \(tree)")
    for tool in tools where tool.backUp(tool, tree, tag) == nil {
      return [Figure("stored", "not measured: \(tool.name)")]
    }
  }
  let sizes = tools.map { Double(BenchmarkFolder.size(of: $0.repository)) }
  return [
    Figure(
      "stored, ten versions: firedrill and borg",
      "\((sizes[0] / 1e6).short) MB and \((sizes[1] / 1e6).short) MB"),
    Figure("stored, ten versions: over borg", sizes[0] / sizes[1], "x", atMost: 1.05),
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
