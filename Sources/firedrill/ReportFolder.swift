import Glibc
import Planning
import Reporting

/// The folder that reports are written to: each file appears whole or not at all.
struct ReportFolder {
  let path: String

  /// Makes the folder when it is missing, and proves that these files can be made in it.
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

  /// Writes all files under other names first, then gives them their own; returns their paths.
  func write(_ files: [ReportFile]) throws(InputError) -> [String] {
    var temporary: [String] = []
    defer { for path in temporary { unlink(path) } }
    for file in files {
      let path = temporaryPath(for: file.name)
      let descriptor = try create(path)
      temporary.append(path)
      defer { close(descriptor) }
      try write(Array(file.text.utf8), to: descriptor)
    }
    for (file, path) in zip(files, temporary) {
      guard rename(path, finalPath(of: file.name)) == 0 else { throw failure(finalPath(of: file.name)) }
    }
    return files.map { finalPath(of: $0.name) }
  }

  /// Writes bytes under a name of this process first, then gives the file its own; returns its path.
  ///
  /// A scheduler may run the same shard twice at once: whichever ends last stays, and each is whole.
  func write(_ bytes: [UInt8], to name: String) throws(InputError) -> String {
    let path = temporaryPath(for: name)
    defer { unlink(path) }
    let descriptor = try create(path)
    defer { close(descriptor) }
    try write(bytes, to: descriptor)
    guard fsync(descriptor) == 0, rename(path, finalPath(of: name)) == 0 else {
      throw failure(finalPath(of: name))
    }
    return finalPath(of: name)
  }

  /// Writes one file, whole or not at all; its folder must be there.
  static func write(_ text: String, to path: String) throws(InputError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().joined(separator: "/")
    let name = String(parts.last ?? "")
    let folder = try ReportFolder(parent.isEmpty && path.hasPrefix("/") ? "/" : parent, for: [name])
    _ = try folder.write([ReportFile(name: name, text: text)])
  }

  /// Throws when a file is there already.
  static func refuseToReplace(_ path: String) throws(InputError) {
    guard access(path, F_OK) == 0 else { return }
    throw InputError(
      Diagnostic(
        file: path, message: "this file is there already",
        hint: "name another, or replace it with '--force'"))
  }

  private func finalPath(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  private func temporaryPath(for name: String) -> String {
    finalPath(of: ".\(name).\(hostName)\(getpid()).part")
  }

  /// Processes of several machines can write to one folder.
  private var hostName: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: name.nodename) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).filter { $0.isLetter || $0.isNumber } + "."
    }
  }

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

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws(InputError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure(path) }
      rest = rest.dropFirst(count)
    }
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
