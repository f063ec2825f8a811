import Glibc
import Storage

/// Compares the entries of a point with the contents of a target.
struct ExistingTree {
  private let root: Descriptor
  private let catalog: TreeCatalog
  private let paths: TreePaths

  init(_ root: Descriptor, _ catalog: TreeCatalog, _ paths: TreePaths) {
    self.root = root
    self.catalog = catalog
    self.paths = paths
  }

  /// Whether the target has the entry unchanged: kind, owner, mode, extended attributes, and a file's size
  /// and time.
  func has(_ index: Int) -> Bool {
    var entry = catalog.entries[index]
    if index == 0 { entry.name = Array(".".utf8) }
    guard let folder = try? paths.openFolder(of: index, at: root), let status = status(entry.name, folder),
      hasKind(entry, status, folder)
    else { return false }
    if case .hardLink(let target) = entry.kind {
      guard let first = try? paths.openFolder(of: target, at: root),
        let file = self.status(catalog.entries[target].name, first)
      else { return false }
      return FileIdentity(status) == FileIdentity(file)
    }
    let held = FileAttributes(status)
    let attributes = entry.attributes
    let hasOwner = geteuid() != 0 || held.owner == attributes.owner && held.group == attributes.group
    if case .symbolicLink = entry.kind { return hasOwner && held.modified == attributes.modified }
    return hasOwner && held.mode == attributes.mode && held.modified == attributes.modified
      && ExtendedAttribute.all(of: entry.name, in: folder).attributes == entry.extended
  }

  private func status(_ name: [UInt8], _ folder: Descriptor) -> stat? {
    var status = stat()
    let result = FilePath(bytes: name).withCString {
      fstatat(folder.number, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    return result == 0 ? status : nil
  }

  private func hasKind(_ entry: TreeEntry, _ status: stat, _ folder: Descriptor) -> Bool {
    let kind = status.st_mode & S_IFMT
    switch entry.kind {
    case .directory: return kind == S_IFDIR
    case .file(let size, _): return kind == S_IFREG && status.st_size == size.bytes
    case .symbolicLink(let target): return kind == S_IFLNK && link(entry.name, folder) == target
    case .hardLink: return kind != S_IFDIR
    case .pipe: return kind == S_IFIFO
    case .socket: return kind == S_IFSOCK
    case .characterDevice(let number): return kind == S_IFCHR && UInt64(status.st_rdev) == number
    case .blockDevice(let number): return kind == S_IFBLK && UInt64(status.st_rdev) == number
    }
  }

  private func link(_ name: [UInt8], _ folder: Descriptor) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = FilePath(bytes: name).withCString { readlinkat(folder.number, $0, &buffer, buffer.count) }
    return count < 0 ? nil : buffer[..<count].map { UInt8(bitPattern: $0) }
  }
}
