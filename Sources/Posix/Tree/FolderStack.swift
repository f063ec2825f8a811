import Glibc

/// The identity of a file in its file system.
struct FileIdentity: Hashable {
  var device: UInt64
  var inode: UInt64

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// The directories from the root of a tree to the present one. Only the deepest are open, so a tree may be
/// deeper than the limit on open files.
struct FolderStack {
  private struct Level {
    var folder: Descriptor?
    let identity: FileIdentity
    /// The length of the path to this directory in bytes.
    let length: Int
  }

  private static let openMaximum = 32

  private let root: Descriptor
  private var levels: [Level] = []
  private var path: [UInt8] = []

  init(_ root: Descriptor) { self.root = root }

  /// Returns the path from the root to a name in the deepest directory.
  func path(of name: [UInt8]) -> FilePath { FilePath(bytes: path) / name }

  /// The deepest directory.
  var top: Descriptor { levels.last?.folder ?? root }

  mutating func enter(_ folder: Descriptor, name: [UInt8], _ identity: FileIdentity) {
    if !path.isEmpty { path.append(UInt8(ascii: "/")) }
    path += name
    levels.append(Level(folder: folder, identity: identity, length: path.count))
    let closing = levels.count - 1 - Self.openMaximum
    if closing >= 0 { levels[closing].folder = nil }
  }

  /// Returns to the directory above; throws when it was moved and cannot be found.
  mutating func leave() throws(SystemError) {
    let left = levels.removeLast()
    path.removeLast(path.count - (levels.last?.length ?? 0))
    guard let above = levels.last, above.folder == nil else { return }
    if let left = left.folder, let folder = try? Descriptor.open(FilePath(".."), at: left.number, Self.flags),
      try FileIdentity(folder.status(FilePath(".."))) == above.identity
    {
      levels[levels.count - 1].folder = folder
      return
    }
    let folder = try Self.open(FilePath(bytes: path), at: root)
    guard try FileIdentity(folder.status(FilePath(bytes: path))) == above.identity else {
      throw SystemError("\(FilePath(bytes: path))", code: ENOENT)
    }
    levels[levels.count - 1].folder = folder
  }

  private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW

  /// Opens a directory below a root, name after name, at any depth.
  private static func open(_ path: FilePath, at root: Descriptor) throws(SystemError) -> Descriptor {
    var folder = root
    for name in path.bytes.split(separator: UInt8(ascii: "/")) {
      folder = try Descriptor.open(FilePath(bytes: Array(name)), at: folder.number, flags)
    }
    return folder
  }
}
