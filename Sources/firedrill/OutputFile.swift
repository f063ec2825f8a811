import Documents
import Glibc

/// A file that a command writes for its user.
///
/// A regular or missing file appears as a whole or not at all: it is written beside its place, then renamed,
/// and keeps its permissions. Links are followed. An existing file of another kind, such as a device or a
/// pipe, is written in place.
struct OutputFile {
  enum Mode {
    case replace
    case append
  }

  private enum Place {
    case regular(path: String, permissions: mode_t)
    case special
    /// One of the descriptors inherited by this process.
    case descriptor(Int32)
  }

  /// The path as typed.
  let path: String
  private let place: Place
  private let mode: Mode

  /// Resolves the path and verifies that a file can be created there.
  init(_ path: String, _ mode: Mode = .replace) throws(InputError) {
    self.path = path
    self.mode = mode
    place = try Self.place(of: path)
    guard case .regular(let real, _) = place, access(real, F_OK) != 0 else { return }
    let probe = Self.temporary(beside: real)
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure(path) }
    close(descriptor)
    unlink(probe)
  }

  private static func place(of path: String) throws(InputError) -> Place {
    var real = path
    for _ in 0..<40 {
      if let number = ownDescriptor(real) { return .descriptor(number) }
      guard let target = linkTarget(of: real) else { return try endPlace(real, typed: path) }
      real = target.hasPrefix("/") ? target : folder(of: real) + target
    }
    errno = ELOOP
    throw failure(path)
  }

  private static func endPlace(_ real: String, typed path: String) throws(InputError) -> Place {
    var status = stat()
    guard stat(real, &status) == 0 else {
      guard errno == ENOENT, !real.isEmpty, real.last != "/" else { throw failure(path) }
      return .regular(path: real, permissions: 0)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular(path: real, permissions: status.st_mode & 0o777)
    case S_IFDIR:
      errno = EISDIR
      throw failure(path)
    default: return .special
    }
  }

  /// Returns the number in `/dev/fd/N` or `/proc/self/fd/N`. Opening such a path again would begin at the
  /// file's first byte.
  private static func ownDescriptor(_ path: String) -> Int32? {
    for prefix in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"] where path.hasPrefix(prefix) {
      if let number = Int32(path.dropFirst(prefix.count)), fcntl(number, F_GETFD) >= 0 { return number }
    }
    return nil
  }

  private static func linkTarget(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// Returns a name unique to this process, because processes of several machines can write to one folder.
  static func temporary(beside path: String) -> String {
    let folder = folder(of: path)
    return "\(folder).\(path.dropFirst(folder.count)).\(hostName)\(getpid()).part"
  }

  private static var hostName: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: name.nodename) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).filter { $0.isLetter || $0.isNumber } + "."
    }
  }

  /// A written text that is not yet in its place.
  struct Staged {
    fileprivate let file: OutputFile
    fileprivate let bytes: [UInt8]
    fileprivate let temporary: String?

    /// Moves the text to its place.
    func commit() throws(InputError) {
      switch file.place {
      case .regular(let real, _):
        guard let temporary else { return try file.write(bytes, into: real) }
        if rename(temporary, real) == 0 { return }
        // A file that is itself a mount point cannot be replaced.
        guard errno == EBUSY else { throw OutputFile.failure(file.path) }
        unlink(temporary)
        try file.write(bytes, into: real)
      case .special: try file.write(bytes, into: file.path)
      case .descriptor(let number): try file.write(bytes, to: number)
      }
    }

    func discard() {
      if let temporary { unlink(temporary) }
    }
  }

  /// Writes the text beside its place if the file is regular.
  func staged(_ bytes: [UInt8]) throws(InputError) -> Staged {
    guard case .regular(let real, let permissions) = place, mode == .replace else {
      return Staged(file: self, bytes: bytes, temporary: nil)
    }
    let temporary = Self.temporary(beside: real)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      // A file that may be written in a folder that may not.
      guard errno != ENOSPC, access(real, W_OK) == 0 else { throw Self.failure(path) }
      return Staged(file: self, bytes: bytes, temporary: nil)
    }
    defer { close(descriptor) }
    if permissions != 0 { fchmod(descriptor, permissions) }
    do throws(InputError) {
      try write(bytes, to: descriptor)
      guard fsync(descriptor) == 0 else { throw Self.failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
    return Staged(file: self, bytes: bytes, temporary: temporary)
  }

  func write(_ text: String) throws(InputError) { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws(InputError) { try staged(bytes).commit() }

  private func write(_ bytes: [UInt8], into path: String) throws(InputError) {
    var flags = O_WRONLY | O_CREAT | O_CLOEXEC
    if mode == .append { flags |= O_APPEND } else if case .regular = place { flags |= O_TRUNC }
    let descriptor = isPipe(path) ? openPipe(path) : open(path, flags, 0o666)
    guard descriptor >= 0 else { throw Self.failure(self.path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor)
  }

  private func isPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Opens a named pipe and waits up to three seconds for its reader. A wait without a limit would hold a CI job
  /// until the job's own time is over.
  private func openPipe(_ path: String) -> Int32 {
    var descriptor: Int32 = -1
    for _ in 0..<60 {
      descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor < 0, errno == ENXIO else { break }
      usleep(50_000)
    }
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFL, O_WRONLY) }
    return descriptor
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws(InputError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ path: String) -> InputError {
    let (message, hint) =
      switch errno {
      case ENOENT: ("the folder of this file does not exist", "make the folder, or name another file")
      case EACCES, EPERM, EROFS: ("this file may not be written", "name a file in a folder of your own")
      case ENOSPC, EDQUOT: ("there is no space left for this file", "make room, or name another file")
      case ENXIO: ("no program reads this pipe", "start its reader first, or name a file")
      case EISDIR: ("a folder has this name", "name a file")
      default: ("this file cannot be written: \(String(cString: strerror(errno)))", "name another file")
      }
    return InputError(Diagnostic(file: path, message: message, hint: hint))
  }
}
