import Glibc

/// The names in a directory.
enum DirectoryListing {
  enum Kind {
    case directory
    case file
    case other
  }

  /// Returns all names except `.` and `..`, in the file system's order.
  static func entries(of path: FilePath, at folder: Int32) throws(SystemError) -> [(
    name: [UInt8], kind: Kind
  )] {
    let file = try Descriptor.open(path, at: folder, O_RDONLY | O_DIRECTORY)
    return try entries(of: file, path)
  }

  static func entries(of folder: Descriptor, _ path: FilePath) throws(SystemError) -> [(
    name: [UInt8], kind: Kind
  )] {
    // The stream takes the descriptor that it is given with it.
    let own = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw SystemError("\(path)") }
    defer { closedir(stream) }
    var entries: [(name: [UInt8], kind: Kind)] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw SystemError("\(path)") }
        return entries
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
          Array(
            UnsafeBufferPointer(
              start: bytes, count: strnlen(UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self), 256)))
        }
      }
      if name == Array(".".utf8) || name == Array("..".utf8) { continue }
      let kind: Kind =
        switch Int(entry.pointee.d_type) {
        case Int(DT_DIR): .directory
        case Int(DT_REG): .file
        case Int(DT_UNKNOWN): kind(of: name, in: folder)
        default: .other
        }
      entries.append((name, kind))
    }
  }

  private static func kind(of name: [UInt8], in folder: Descriptor) -> Kind {
    var status = stat()
    let result = FilePath(bytes: name).withCString {
      fstatat(folder.number, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    guard result == 0 else { return .other }
    return switch status.st_mode & S_IFMT {
    case S_IFDIR: .directory
    case S_IFREG: .file
    default: .other
    }
  }
}
