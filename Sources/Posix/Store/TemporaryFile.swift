import CLinux
import Glibc
import Storage

/// A file that is written before it gets its name. Until then it is unnamed if the file system supports that,
/// else it has a reserved name.
struct TemporaryFile {
  private let file: Descriptor
  private let root: Descriptor
  /// The temporary name; `nil` for an unnamed file.
  private let name: FilePath?

  /// The prefix of temporary names. Files with it that a crash left behind can be removed.
  static let prefix = ".part-"

  init(named isNamed: Bool = false, beside path: FilePath, at root: Descriptor) throws(SystemError) {
    self.root = root
    let folder = path.folder
    if !isNamed {
      do throws(SystemError) {
        file = try Descriptor.open(folder, at: root.number, firedrill_o_tmpfile | O_WRONLY, mode: 0o444)
        name = nil
        return
      } catch {
        guard [EOPNOTSUPP, EISDIR, EINVAL].contains(error.code) else { throw error }
      }
    }
    // Drawn, since processes of several machines, and of one container after the other, bear the same numbers.
    let drawn = secretBytes(16).withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64).self) }
    let path = folder / String(Self.prefix, hexadecimal: drawn.0, drawn.1)
    file = try Descriptor.open(path, at: root.number, O_CREAT | O_EXCL | O_WRONLY, mode: 0o444)
    name = path
  }

  /// Writes the bytes and the trailer, and makes them durable.
  func write(_ bytes: Bytes, _ trailer: [UInt8]) throws(SystemError) {
    try write(bytes, at: 0)
    if !trailer.isEmpty { try write(Bytes(trailer), at: bytes.count) }
    guard fdatasync(file.number) == 0 else { throw SystemError("a new object") }
  }

  private func write(_ bytes: Bytes, at offset: Int) throws(SystemError) {
    var failure: SystemError?
    bytes.withUnsafeBytes { buffer in
      do throws(SystemError) { try file.write(buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Names the file; throws `EEXIST` when the name is taken.
  func link(as path: FilePath) throws(SystemError) {
    let source = name ?? FilePath("/proc/self/fd/\(file.number)")
    let result = source.withCString { old in
      path.withCString { new in
        linkat(root.number, old, root.number, new, name == nil ? AT_SYMLINK_FOLLOW : 0)
      }
    }
    guard result == 0 else { throw SystemError("\(path)") }
  }

  /// Replaces the file with this name.
  func rename(to path: FilePath) throws(SystemError) {
    guard let name else { preconditionFailure("only what has a name is renamed") }
    let result = name.withCString { old in
      path.withCString { new in renameat(root.number, old, root.number, new) }
    }
    guard result == 0 else { throw SystemError("\(path)") }
  }

  /// Removes the temporary name, if the file still has it.
  func remove() {
    if let name { _ = name.withCString { unlinkat(root.number, $0, 0) } }
  }
}

extension FilePath {
  /// The path without its last name; `.` when there is only one.
  var folder: FilePath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FilePath(".") }
    return slash == 0 ? FilePath("/") : FilePath(bytes: Array(bytes[..<slash]))
  }

  /// The last name of the path.
  var name: [UInt8] { bytes.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? [] }
}
