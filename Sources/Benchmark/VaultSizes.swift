import Foundation

/// The memory of large backups, the time of many small files, and the stored size of many versions.
struct VaultSizes {
  let isShort: Bool

  func run(_ show: FigurePrinter) {
    memory(show)
    smallFiles(show)
    vaultStoredFigures(isShort: isShort).forEach(show)
  }

  /// Measures the peak memory of a backup of 1 and 8 GiB. The short form takes 256 MiB and 2 GiB.
  private func memory(_ show: FigurePrinter) {
    let folder = BenchmarkFolder()
    let place = folder.path
    let part = isShort ? 256 : 1_024
    let tool = BackupTool.firedrill(in: place)
    _ = MixedTree("\(place)/tree/0", mebibytes: part, seed: 100)
    let smallTool = BackupTool.firedrill(in: "\(place)/small")
    try? FileManager.default.createDirectory(atPath: "\(place)/small", withIntermediateDirectories: true)
    let small =
      smallTool.create(smallTool) == nil ? nil : smallTool.backUp(smallTool, "\(place)/tree", "small")
    for number in 1..<8 as Range<UInt64> {
      _ = MixedTree("\(place)/tree/\(number)", mebibytes: part, seed: 100 + number)
    }
    guard let small, tool.create(tool) != nil, let large = tool.backUp(tool, "\(place)/tree", "large") else {
      return show(BenchmarkFigure("peak memory", "not measured"))
    }
    let sizes = isShort ? ("2 GiB", "256 MiB") : ("8 GiB", "1 GiB")
    show(BenchmarkFigure("peak memory, backup of \(sizes.0)", large.peakMebibytes, "MiB", atMost: 250))
    show(
      BenchmarkFigure(
        "peak memory, backup of \(sizes.0) over \(sizes.1)", large.peakMebibytes / small.peakMebibytes, "x",
        atMost: 1.15))
    if let back = tool.restore(tool, "large", "\(place)/restored") {
      show(BenchmarkFigure("peak memory, restore of \(sizes.0)", back.peakMebibytes, "MiB", atMost: 250))
    }
    if let check = tool.verify(tool) {
      show(BenchmarkFigure("peak memory, verify of \(sizes.0)", check.peakMebibytes, "MiB", atMost: 250))
    }
  }

  /// Measures small files in one directory, and the memory of a backup of a million names.
  private func smallFiles(_ show: FigurePrinter) {
    let count = isShort ? 20_000 : 60_000
    let disk = FreshFileSystem(gibibytes: 3)
    let tool = BackupTool.firedrill(in: disk.path)
    makeFiles(count, in: "\(disk.path)/tree")
    guard tool.create(tool) != nil, let there = tool.backUp(tool, "\(disk.path)/tree", "files"),
      let back = tool.restore(tool, "files", "\(disk.path)/restored")
    else { return show(BenchmarkFigure("\(count) small files", "not measured")) }
    show(BenchmarkFigure("\(count) small files: backup", "\(there.wallSeconds.short) s"))
    show(BenchmarkFigure("\(count) small files: restore", "\(back.wallSeconds.short) s"))
    guard !isShort else { return }
    let folder = BenchmarkFolder()
    let many = BackupTool.firedrill(in: folder.path)
    for number in 0..<100 { makeFiles(10_000, in: "\(folder.path)/tree/\(number)") }
    guard many.create(many) != nil, let run = many.backUp(many, "\(folder.path)/tree", "files") else {
      return show(BenchmarkFigure("a million files", "not measured"))
    }
    show(BenchmarkFigure("peak memory, backup of a million files", run.peakMebibytes, "MiB", below: 400))
  }

  private func makeFiles(_ count: Int, in folder: String) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for number in 0..<count {
      guard let file = fopen("\(folder)/\(number)", "w") else { return }
      fputs("file \(number) in \(folder)\n", file)
      fclose(file)
    }
  }
}
