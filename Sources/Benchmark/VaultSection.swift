import Foundation
import Posix
import Units

/// The speeds and sizes of `firedrill vault` beside restic and borg on one tree in the page cache.
///
/// All use encryption and zstd's fastest class. The figures are medians of the rounds; in each another tool is first,
/// so that other load affects all alike. Every repository and restore has a fresh file system. A run ends when its data
/// is durable, whether or not the tool waits for that.
///
/// Needs `apt-get install -y restic` and the `borg` that is to be compared first in PATH, such as borgbackup 1.4.5
/// from PyPI.
struct VaultBenchmark {
  let isShort: Bool

  private var mebibytes: Int { isShort ? 256 : 1_024 }
  private var rounds: Int { isShort ? 3 : 5 }

  /// The least speeds relative to a peer.
  private struct Targets {
    let first: Double
    let second: Double
    let restore: Double
    let verify: Double?
  }

  func run(_ show: FigurePrinter) {
    let source = FreshFileSystem(gibibytes: 3)
    var tree = MixedTree("\(source.path)/tree", mebibytes: mebibytes, seed: 1)
    show(
      BenchmarkFigure(
        "tree", "\(mebibytes) MiB, a third text and logs, \(tree.files.count) files, \(source.kind.rawValue)")
    )
    show(BenchmarkFigure("compression", "zstd level 1: firedrill and borg; restic's own, zstd's fastest"))
    for (name, words) in [("restic", ["version"]), ("borg", ["--version"])] {
      let version = shellLines(of: ([name] + words).joined(separator: " ")).first
      show(BenchmarkFigure(name, version ?? "not installed"))
    }
    var results: [String: VaultToolResult] = [:]
    for round in 0..<rounds {
      measure(&results, &tree, round: round)
      for name in ["firedrill", "restic", "borg"] {
        results[name]?.lastRound(name, number: round + 1).forEach(show)
      }
    }
    let own = results["firedrill"] ?? VaultToolResult()
    for name in ["firedrill", "restic", "borg"] {
      results[name]?.figures(name, mebibytes: mebibytes).forEach(show)
    }
    let restic = Targets(first: 3.5, second: 3, restore: 2.5, verify: 2)
    let borg = Targets(first: 3, second: 3, restore: 3.5, verify: nil)
    peerFigures(own, results["restic"], "restic", restic).forEach(show)
    peerFigures(own, results["borg"], "borg", borg).forEach(show)
    vaultBoundFigures(own, mebibytes, source).forEach(show)
    VaultSizes(isShort: isShort).run(show)
  }

  /// Measures one round: each tool backs up the tree twice, with a change between, restores and verifies it.
  private func measure(
    _ results: inout [String: VaultToolResult], _ tree: inout MixedTree, round: Int
  ) {
    let kinds = [BackupTool.firedrill, BackupTool.restic, { BackupTool.borg(in: $0) }]
    let disks = kinds.map { _ in FreshFileSystem(gibibytes: 3) }
    var tools = zip(kinds, disks).map { $0($1.path) }
    tools = Array(tools[(round % tools.count)...] + tools[..<(round % tools.count)])
    for tool in tools {
      let first = tool.create(tool) == nil ? nil : tool.backUp(tool, tree.path, "first")
      results[tool.name, default: VaultToolResult()].first.append(first)
      results[tool.name]?.stored = BenchmarkFolder.size(of: tool.repository)
    }
    tree.changeOnePercent(seed: UInt64(round) + 2)
    for tool in tools { results[tool.name]?.second.append(tool.backUp(tool, tree.path, "second")) }
    for tool in tools {
      let disk = FreshFileSystem(gibibytes: 3)
      results[tool.name]?.restore.append(tool.restore(tool, "second", "\(disk.path)/restored"))
    }
    for tool in tools { results[tool.name]?.verify.append(tool.verify(tool)) }
    withExtendedLifetime(disks) {}
  }

  /// Returns the speed relative to another tool, as the median of the rounds' ratios.
  private func peerFigures(
    _ own: VaultToolResult, _ other: VaultToolResult?, _ name: String, _ targets: Targets
  ) -> [BenchmarkFigure] {
    let parts: [(String, KeyPath<VaultToolResult, [TimedRun?]>, Double?)] = [
      ("first backup", \.first, targets.first), ("second backup", \.second, targets.second),
      ("restore", \.restore, targets.restore), ("verify", \.verify, targets.verify),
    ]
    return parts.flatMap { what, runs, least -> [BenchmarkFigure] in
      guard let ratios = other.flatMap({ own.ratios(to: $0, runs, \.wallSeconds) }),
        let processors = other.flatMap({ own.ratios(to: $0, runs, \.processorSeconds) })
      else {
        return [BenchmarkFigure("\(what) against \(name)", "not measured: \(name) is missing or failed")]
      }
      let spread = "\((ratios.min() ?? 0).short) to \((ratios.max() ?? 0).short)"
      let title = "\(what) against \(name) (\(spread))"
      let wall =
        least.map { BenchmarkFigure(title, ratios.median, "x", atLeast: $0) }
        ?? BenchmarkFigure(title, "\(ratios.median.short) x")
      return [wall, BenchmarkFigure("\(what) against \(name), processors", "\(processors.median.short) x")]
    }
  }
}
