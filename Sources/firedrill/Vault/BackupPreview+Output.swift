import Posix
import Units

extension BackupPreview {
  /// Prints the preview of a backup.
  func show(json: Bool) throws {
    for warning in warnings { complain("warning: \(warning)") }
    BackupCommand.warnOfIdle(excluded)
    if json { return try printJSON(output) }
    for path in changed { print("read      \(path)") }
    for path in leftOut { print("leave out \(path)") }
    print(
      "\(source): \(entries) names, \(length.reading); would read \(filesToRead) "
        + "\(filesToRead == 1 ? "file" : "files"), \(unread.reading)"
        + (caches > 0 ? "; left out: caches \(caches)" : "") + "; nothing was stored")
  }

  private var output: BackupPreviewOutput {
    BackupPreviewOutput(
      isDryRun: true, source: source, entries: entries, lengthBytes: length.bytes, filesToRead: filesToRead,
      bytesToRead: unread.bytes, read: changed.map(\.description), leftOut: leftOut.map(\.description),
      excluded: excluded.map { BackupOutput.Excluded(pattern: $0.pattern, names: $0.names) }, caches: caches,
      warnings: warnings.map(\.description))
  }
}

struct BackupPreviewOutput: Encodable {
  let isDryRun: Bool
  let source: String
  let entries: Int
  let lengthBytes: Int64
  let filesToRead: Int
  let bytesToRead: Int64
  let read: [String]
  let leftOut: [String]
  let excluded: [BackupOutput.Excluded]
  let caches: Int
  let warnings: [String]
}
