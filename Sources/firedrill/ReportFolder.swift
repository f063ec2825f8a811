import Documents
import Glibc
import Reporting

/// The folder for reports. Each file appears as a whole or not at all.
struct ReportFolder {
  let path: String

  /// Creates the folder if missing, and verifies that these files can be created in it.
  init(_ path: String, for names: [String]) throws(InputError) {
    self.path = path.isEmpty ? "." : path
    try makeFolders()
    let probe = temporaryPath(for: "probe")
    close(try create(probe))
    unlink(probe)
    for name in names where isFolder(finalPath(of: name)) {
      errno = EISDIR
      throw failure(finalPath(of: name))
    }
  }

  /// Writes all files under temporary names before renaming them; returns their paths.
  func write(_ files: [ReportFile]) throws(InputError) -> [String] {
    var staged: [OutputFile.Staged] = []
    defer { for file in staged { file.discard() } }
    for file in files {
      staged.append(try OutputFile(finalPath(of: file.name)).staged(Array(file.text.utf8)))
    }
    for file in staged { try file.commit() }
    return files.map { finalPath(of: $0.name) }
  }

  /// Writes one file; returns its path.
  ///
  /// A scheduler may run the same shard twice at once. The last one to end remains, and each file is
  /// complete.
  func write(_ bytes: [UInt8], to name: String) throws(InputError) -> String {
    try OutputFile(finalPath(of: name)).write(bytes)
    return finalPath(of: name)
  }

  /// Writes one file as a whole or not at all. Its folder must exist.
  static func write(_ text: String, to path: String) throws(InputError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().joined(separator: "/")
    let name = String(parts.last ?? "")
    let folder = try ReportFolder(parent.isEmpty && path.hasPrefix("/") ? "/" : parent, for: [name])
    _ = try folder.write([ReportFile(name: name, text: text)])
  }

  /// Throws when a file exists.
  static func refuseToReplace(_ path: String) throws(InputError) {
    guard access(path, F_OK) == 0 else { return }
    throw InputError(
      Diagnostic(
        file: path, message: "this file is there already",
        hint: "name another, or replace it with '--force'"))
  }

  private func finalPath(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  private func temporaryPath(for name: String) -> String { OutputFile.temporary(beside: finalPath(of: name)) }

  private func makeFolders() throws(InputError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += "\(part)/"
      guard mkdir(prefix, 0o777) == 0 || errno == EEXIST else { throw failure(path) }
    }
    guard isFolder(path) else {
      errno = ENOTDIR
      throw failure(path)
    }
  }

  private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func create(_ path: String) throws(InputError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(self.path) }
    return descriptor
  }

  private func failure(_ place: String) -> InputError {
    let (message, hint) =
      switch errno {
      case ENOTDIR: ("this is not a folder", "give '--out' a folder, or a name that is still free")
      case EACCES, EPERM, EROFS: ("reports may not be written here", "give '--out' a folder of your own")
      case ENOSPC, EDQUOT:
        ("there is no space left for the reports", "make room, or give '--out' another folder")
      case EISDIR: ("a folder has the name of a report", "move it away, or give '--out' another folder")
      default:
        ("reports cannot be written here: \(String(cString: strerror(errno)))", "give '--out' another folder")
      }
    return InputError(Diagnostic(file: place, message: message, hint: hint))
  }
}
