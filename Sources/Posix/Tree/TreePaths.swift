import Glibc

/// The path of each entry from the root of its tree.
struct TreePaths: Sendable {
  private let entries: TreeEntries
  private let parents: [UInt32]

  init(_ catalog: TreeCatalog) {
    entries = catalog.entries
    parents = catalog.parents.map { UInt32($0) }
  }

  func parent(of entry: Int) -> Int { Int(parents[entry]) }

  subscript(entry: Int) -> FilePath {
    var names: [[UInt8]] = []
    var current = entry
    while current != 0 {
      names.append(entries.name(of: current))
      current = parent(of: current)
    }
    return FilePath(bytes: Array(names.reversed().joined(separator: [UInt8(ascii: "/")])))
  }

  /// Opens an entry below a directory, at any depth.
  func open(_ entry: Int, at root: Descriptor, _ flags: Int32, mode: mode_t = 0) throws(SystemError)
    -> Descriptor
  {
    let path = self[entry]
    guard path.bytes.count >= Int(PATH_MAX) else {
      return try Descriptor.open(
        path.bytes.isEmpty ? FilePath(".") : path, at: root.number, flags, mode: mode)
    }
    let folder = try open(parent(of: entry), at: root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    return try Descriptor.open(FilePath(bytes: entries.name(of: entry)), at: folder.number, flags, mode: mode)
  }
}
