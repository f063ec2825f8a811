import Backup
import Glibc
import Storage
import Units

/// The extent of a backup that has not been made.
public struct BackupPreview: Sendable {
  /// The source, as its points name it.
  public let source: String
  public var entries = 0
  /// The size of all files, or of the image.
  public var length = ByteCount.zero
  /// The number of files that a backup would read, and their bytes without holes.
  public var filesToRead = 0
  public var unread = ByteCount.zero
  /// The paths that a backup would read, from the source.
  public var changed: [FilePath] = []
  /// The paths that patterns leave out, from the source. The contents of directories are not listed.
  public var leftOut: [FilePath] = []
  /// The number of names that each exclude pattern leaves out.
  public var excluded: [(pattern: String, names: Int)] = []
  /// The number of directories left out as caches.
  public var caches = 0
  public var warnings: [TreeWarning] = []
}

extension VaultSession {
  /// Returns what a backup would read and leave out. Nothing is stored, and no contents of files are read.
  public func preview(_ request: BackupRequest) throws(VaultProblem) -> BackupPreview {
    guard request.standardInputName == nil else {
      throw VaultProblem(
        "--dry-run", "standard input has to be read to be measured", hint: "leave out '-' or '--dry-run'")
    }
    let typed = request.source.description
    guard let source = request.source.resolved else { throw VaultProblem(typed, SystemError(typed)) }
    var status = stat()
    guard source.withCString({ stat($0, &status) }) == 0 else {
      throw VaultProblem(typed, SystemError(typed))
    }
    let label = "\(hostName):\(source)"
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return try previewTree(source, request, label)
    case S_IFREG, S_IFBLK: return try previewImage(source, label)
    default: throw Self.noSource(typed)
    }
  }

  private func previewTree(
    _ source: FilePath, _ request: BackupRequest, _ label: String
  ) throws(VaultProblem) -> BackupPreview {
    let scan = try scan(source, request, memory(of: label, request)?.tree, listsExcluded: true)
    var preview = BackupPreview(source: label)
    preview.entries = scan.entries.count
    let catalog = TreeCatalog(root: source.bytes, host: hostName, entries: scan.entries)
    let paths = TreePaths(catalog)
    for (index, entry) in scan.entries.enumerated() {
      guard case .file(let size, let data) = entry.kind else { continue }
      preview.length += size
      guard scan.carried[index] == nil else { continue }
      preview.filesToRead += 1
      preview.unread += data.reduce(.zero) { $0 + $1.length }
      preview.changed.append(paths[index])
    }
    preview.leftOut = scan.excludedPaths
    preview.excluded = zip(request.excludes, scan.excluded).map { ($0, $1) }
    preview.caches = scan.caches
    preview.warnings = scan.warnings
    return preview
  }

  private func previewImage(_ source: FilePath, _ label: String) throws(VaultProblem) -> BackupPreview {
    let volume: FileVolume
    do throws(SystemError) { volume = try FileVolume(path: source) } catch {
      throw VaultProblem(source.description, error)
    }
    var preview = BackupPreview(source: label)
    preview.entries = 1
    preview.length = volume.size
    preview.filesToRead = 1
    preview.unread = volume.holes().reduce(volume.size) { $0 - $1.length }
    return preview
  }
}
