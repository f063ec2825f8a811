import Foundation

/// Measures the stored size of ten versions of two source trees, with equal average block sizes. The trees
/// are the last ten tags of a dependency and ten revisions of firedrill's history.
func vaultStoredFigures(isShort: Bool) -> [BenchmarkFigure] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
  let dependency = "\(root)/.build/checkouts/swift-collections"
  let tags = shellLines(of: "git -C \(dependency) tag --sort=creatordate | grep -E '^[0-9.]+$' | tail -10")
  let history = shellLines(of: "git -C \(root) rev-list --reverse --first-parent HEAD")
  let revisions = history.count < 10 ? [] : (1...10).map { history[history.count * $0 / 10 - 1] }
  // A shallow checkout of the dependency has one tag.
  let first = tags.count == 10 ? storedFigures("ten tags of swift-collections", dependency, tags) : []
  if isShort, !first.isEmpty { return first }
  return first + storedFigures("ten revisions of firedrill", root, revisions)
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
    _ = shellLines(of: "rm -rf \(tree)/* && git -C \(repository) archive \(revision) | tar x -C \(tree)")
    for tool in tools where tool.backUp(tool, tree, revision) == nil {
      return [BenchmarkFigure("stored, \(name)", "not measured: \(tool.name)")]
    }
  }
  let sizes = tools.map { Double(BenchmarkFolder.size(of: $0.repository)) }
  return [
    BenchmarkFigure(
      "stored, \(name): firedrill and borg",
      "\((sizes[0] / 1e6).short) MB and \((sizes[1] / 1e6).short) MB"),
    BenchmarkFigure("stored, \(name): over borg", sizes[0] / sizes[1], "x", atMost: 1),
  ]
}

func shellLines(of command: String) -> [String] {
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
