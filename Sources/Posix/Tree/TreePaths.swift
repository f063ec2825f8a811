import Glibc

/// The path of each entry from the root of its tree.
struct TreePaths: Sendable {
  private let entries: TreeEntries
  private let parents: [UInt32]

  init(_ catalog: TreeCatalog) {
    entries = catalog.entries
    parents = catalog.parents
  }

  func parent(of entry: Int) -> Int { Int(parents[entry]) }

  subscript(entry: Int) -> FilePath {
    var chain: [Int] = []
    var length = 0
    var current = entry
    while current != 0 {
      chain.append(current)
      length += entries.nameLength(of: current) + 1
      current = parent(of: current)
    }
    var path: [UInt8] = []
    path.reserveCapacity(length)
    for index in chain.reversed() {
      if !path.isEmpty { path.append(UInt8(ascii: "/")) }
      entries.appendName(of: index, to: &path)
    }
    return FilePath(bytes: path)
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
