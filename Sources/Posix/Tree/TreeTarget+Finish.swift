import CLinux
import Glibc
import Storage
import Units

// The last steps of a restore, when all bytes have come.
extension TreeTarget {
  /// Creates empty and damaged files, and sets the attributes of directories.
  func finish() throws(SystemError) {
    let isComplete = state.withLock { state in zip(state.isMade, state.missing).map { $0 && $1 == 0 } }
    for index in catalog.entries.indices.dropFirst() where catalog.entries.condition(of: index) != .lost {
      if isComplete[index] || (isMerging && isThere[index]) { continue }
      let entry = catalog.entries[index]
      switch entry.kind {
      case .directory: break
      case .file(let size, _): try finishFile(index, size)
      case .hardLink(let target):
        guard catalog.entries[target].condition != .lost else { continue }
        try makeLink(index, to: target)
      default: try makeSpecial(index, entry)
      }
    }
    for index in catalog.entries.indices.reversed() where catalog.entries.isDirectory(index) {
      let entry = catalog.entries[index]
      let descriptor = try paths.open(index, at: folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      attributes.apply(entry, to: descriptor, root / paths[index].bytes)
    }
    guard syncfs(folder.number) == 0 else { throw SystemError("\(root)") }
  }

  private func makeSpecial(_ index: Int, _ entry: TreeEntry) throws(SystemError) {
    let parent = try paths.openFolder(of: index, at: folder)
    if isMerging { try remove(entry.name, in: parent, index) }
    guard make(entry, in: parent) == 0 else {
      return warn(index, "cannot be made: \(String(cString: strerror(errno)))")
    }
    attributes.apply(entry, in: parent, root / paths[index].bytes)
  }

  private func finishFile(_ index: Int, _ size: ByteCount) throws(SystemError) {
    let isMade = state.withLock { state in
      state.open[index] = nil
      return state.isMade[index]
    }
    let descriptor = try openFile(index, isNew: !isMade)
    guard ftruncate(descriptor.number, off_t(size.bytes)) == 0 else { throw SystemError("\(paths[index])") }
    try allocate(descriptor, index)
    attributes.apply(catalog.entries[index], to: descriptor, root / paths[index].bytes)
    try settle(index)
  }

  /// Allocates space for zeros within a file's own bytes, as a swap file needs and a preallocated file should
  /// have. Blocks of zeros are not written.
  private func allocate(_ descriptor: Descriptor, _ index: Int) throws(SystemError) {
    guard case .file(_, let data) = catalog.entries[index].kind else { return }
    for extent in data {
      let result = firedrill_allocate(
        descriptor.number, off_t(extent.offset.bytes), off_t(extent.length.bytes))
      if result == 0 || [EOPNOTSUPP, ENOSYS, EINVAL].contains(errno) { continue }
      throw SystemError("\(root / paths[index].bytes)")
    }
  }

  private func makeLink(_ index: Int, to target: Int) throws(SystemError) {
    let (from, to) = (
      try paths.openFolder(of: target, at: folder), try paths.openFolder(of: index, at: folder)
    )
    if isMerging { try remove(catalog.entries[index].name, in: to, index) }
    let result = FilePath(bytes: catalog.entries[target].name).withCString { old in
      FilePath(bytes: catalog.entries[index].name).withCString { linkat(from.number, old, to.number, $0, 0) }
    }
    if result != 0 { warn(index, "the hard link cannot be made: \(String(cString: strerror(errno)))") }
  }

  private func make(_ entry: TreeEntry, in parent: Descriptor) -> Int32 {
    FilePath(bytes: entry.name).withCString { name in
      switch entry.kind {
      case .symbolicLink(let target):
        FilePath(bytes: target).withCString { symlinkat($0, parent.number, name) }
      case .pipe: mknodat(parent.number, name, S_IFIFO | 0o600, 0)
      case .socket: mknodat(parent.number, name, S_IFSOCK | 0o600, 0)
      case .characterDevice(let number): mknodat(parent.number, name, S_IFCHR | 0o600, dev_t(number))
      case .blockDevice(let number): mknodat(parent.number, name, S_IFBLK | 0o600, dev_t(number))
      case .directory, .file, .hardLink: 0
      }
    }
  }
}
