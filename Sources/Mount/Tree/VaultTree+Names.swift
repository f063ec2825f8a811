import Backup
import Glibc
import Posix
import Units

/// One name in a mounted directory.
package struct DirectoryItem: Sendable {
  package let name: [UInt8]
  package let inode: UInt64
  package let type: FileType
  /// The attributes; `nil` where they are not at hand.
  package let status: FileStatus?
}

// The names, attributes and links of a mount.
extension VaultTree {
  // MARK: Names

  /// Returns the attributes of a name in a directory.
  package func status(of name: [UInt8], in directory: UInt64) throws(MountError) -> FileStatus {
    switch try place(of: directory) {
    case .link: throw .notDirectory
    case .folder(let index):
      guard let child = pointFolders?.folders[index].children.first(where: { $0.name == name }) else {
        throw .notFound
      }
      return try status(of: inode(of: child.target))
    case .entry(let tree, let entry):
      guard tree.entry(entry).kind == .directory else { throw .notDirectory }
      guard let child = tree.child(of: entry, named: name) else { throw .notFound }
      return tree.status(of: child)
    }
  }

  /// Returns the name at a position of a directory, `.` and `..` first; `nil` after the last one.
  ///
  /// - Parameter withStatus: Whether the attributes are wanted. Those of points are left out, because every
  ///   point's names would have to be read.
  package func item(
    at position: Int, of directory: UInt64, withStatus: Bool
  ) throws(MountError) -> DirectoryItem? {
    switch try place(of: directory) {
    case .link: throw .notDirectory
    case .folder(let index): return folderItem(at: position, of: index)
    case .entry(let tree, let entry):
      guard position >= 2 else {
        let parent = position == 0 || entry == 0 ? directory : tree.inode(of: tree.parent(of: entry))
        return Self.ownItem(position, parent)
      }
      guard position - 2 < tree.childCount(of: entry) else { return nil }
      let child = tree.child(at: position - 2, of: entry)
      let file = tree.file(of: child)
      return DirectoryItem(
        name: tree.name(of: child), inode: tree.inode(of: child), type: tree.entry(file).kind.type,
        status: withStatus ? tree.status(of: child) : nil)
    }
  }

  private static func ownItem(_ position: Int, _ inode: UInt64) -> DirectoryItem {
    DirectoryItem(
      name: Array((position == 0 ? "." : "..").utf8), inode: inode, type: .directory, status: nil)
  }

  private func folderItem(at position: Int, of index: Int) -> DirectoryItem? {
    guard let folder = pointFolders?.folders[index] else { return nil }
    guard position >= 2 else {
      return Self.ownItem(position, inode(ofFolder: position == 0 ? index : folder.parent))
    }
    guard position - 2 < folder.children.count else { return nil }
    let child = folder.children[position - 2]
    return DirectoryItem(
      name: child.name, inode: inode(of: child.target), type: child.target.type, status: nil)
  }

  private func inode(of target: PointFolders.Target) -> UInt64 {
    switch target {
    case .folder(let index): inode(ofFolder: index)
    case .link(let index): inode(ofLink: index)
    case .point(let number): base(ofPoint: number)
    }
  }

  /// Checks that a directory can be listed. One that the backup could not read is reported.
  package func open(directory: UInt64) throws(MountError) {
    guard case .entry(let tree, let entry) = try place(of: directory), tree.isLost(entry) else { return }
    tell("\(tree.point.shortName)/\(tree.path(of: entry)): error: the backup could not read it")
    throw .damaged
  }

  // MARK: Attributes

  /// Returns the attributes of an inode.
  package func status(of inode: UInt64) throws(MountError) -> FileStatus {
    switch try place(of: inode) {
    case .entry(let tree, let entry): return tree.status(of: entry)
    case .folder(let index):
      let folder = pointFolders?.folders[index]
      let count = folder?.children.count { $0.target.type == .directory } ?? 0
      return ownStatus(
        inode, .directory, 0o555, links: 2 + count, FileStatus.blockSize, folder?.modified ?? .epoch)
    case .link(let index):
      guard let link = pointFolders?.links[index] else { throw .notFound }
      return ownStatus(inode, .symbolicLink, 0o777, links: 1, ByteCount(link.target.count), link.modified)
    }
  }

  /// Returns the attributes of a directory or link that is in no backup. Its owner is the mounting user.
  private func ownStatus(
    _ inode: UInt64, _ type: FileType, _ permissions: UInt32, links: Int, _ size: ByteCount,
    _ modified: Instant
  ) -> FileStatus {
    let time = FileTime(modified)
    return FileStatus(
      inode: inode, type: type, permissions: permissions, links: links, owner: geteuid(), group: getegid(),
      size: size, modified: time, changed: time)
  }

  /// Returns the target of a symbolic link.
  package func target(ofLink inode: UInt64) throws(MountError) -> [UInt8] {
    switch try place(of: inode) {
    case .folder: throw .invalid
    case .link(let index): return pointFolders?.links[index].target ?? []
    case .entry(let tree, let entry):
      guard case .symbolicLink(let target) = tree.entry(entry).kind else { throw .invalid }
      return target
    }
  }

  /// Returns the names of an inode's extended attributes, ascending.
  package func extendedNames(of inode: UInt64) throws(MountError) -> [[UInt8]] {
    guard case .entry(let tree, let entry) = try place(of: inode) else { return [] }
    return tree.entry(entry).extended.map(\.name)
  }

  /// Returns the value of an extended attribute.
  package func extendedValue(_ name: [UInt8], of inode: UInt64) throws(MountError) -> [UInt8] {
    guard case .entry(let tree, let entry) = try place(of: inode),
      let attribute = tree.entry(entry).extended.first(where: { $0.name == name })
    else { throw .noAttribute }
    return attribute.value
  }
}

extension PointFolders.Target {
  var type: FileType {
    switch self {
    case .folder, .point: .directory
    case .link: .symbolicLink
    }
  }
}
