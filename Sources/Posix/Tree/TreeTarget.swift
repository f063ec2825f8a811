import Backup
import CLinux
import Glibc
import Storage
import Units

/// Puts the files of a tree into an empty directory while a restore brings their bytes, in any order.
///
/// A file is made when its first bytes come and gets its attributes when its last have; `finish` makes everything that
/// has no bytes, and then gives directories their attributes.
final class TreeTarget: StreamHost {
  private struct Part {
    let start: Int
    let file: Int
    let extent: Extent
  }

  fileprivate struct Open {
    let file: Descriptor
    var users = 0
    /// Bytes written that the device was not told to begin with.
    var waiting = 0
  }

  fileprivate struct State {
    /// Bytes that are still to come, of each entry.
    var missing: [Int]
    var open: [Int: Open] = [:]
    /// Open files that nobody writes at the moment, oldest first, some of them in use again or closed.
    var idle: [Int] = []
    var made: Set<Int> = []
    var warnings: [TreeWarning] = []
  }

  private static let openMaximum = 256
  /// So many bytes of one file the device begins with at once.
  private static let writeBackSize = 4 << 20

  private let root: FilePath
  private let folder: Descriptor
  private let catalog: TreeCatalog
  private let parts: [Part]
  private let paths: TreePaths
  private let state: Monitor<State>
  private let attributes: AttributeRestorer

  /// - Parameter root: An empty directory.
  init(_ root: FilePath, _ catalog: TreeCatalog) throws(SystemError) {
    self.root = root
    self.catalog = catalog
    folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    paths = TreePaths(catalog)
    var parts: [Part] = []
    var offset = 0
    for (index, entry) in catalog.entries.enumerated() {
      guard case .file(_, let data) = entry.kind else { continue }
      for extent in data {
        parts.append(Part(start: offset, file: index, extent: extent))
        offset += Int(extent.length.bytes)
      }
    }
    self.parts = parts
    state = Monitor(State(missing: catalog.entries.map { Int($0.contentLength.bytes) }))
    attributes = AttributeRestorer()
  }

  var warnings: [TreeWarning] { state.withLock { $0.warnings } + attributes.warnings }

  /// The names of the files that some extents of the contents stream belong to.
  func files(in extents: [Extent]) -> [FilePath] {
    var names: [FilePath] = []
    var last = -1
    for part in parts {
      let end = part.start + Int(part.extent.length.bytes)
      let isTouched = extents.contains { Int($0.offset.bytes) < end && Int($0.end.bytes) > part.start }
      if isTouched, part.file != last {
        names.append(paths[part.file])
        last = part.file
      }
    }
    return names
  }

  // MARK: The structure

  /// Makes all directories, which the files need.
  func makeDirectories() throws(SystemError) {
    for (index, entry) in catalog.entries.enumerated().dropFirst() where entry.kind == .directory {
      let parent = try paths.openFolder(of: index, at: folder)
      let result = FilePath(bytes: entry.name).withCString { mkdirat(parent.number, $0, 0o700) }
      guard result == 0 else { throw SystemError("\(root / paths[index].bytes)") }
    }
  }

  // MARK: The contents

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    switch operation {
    case .write(let fragments):
      for fragment in fragments { try asStorage { () throws(SystemError) in try write(fragment) } }
    case .flush:
      guard syncfs(folder.number) == 0 else { throw SystemError("\(root)").storage }
    case .prepare: break
    case .read: throw StorageError(.invalid, "a target is not read")
    }
    return .done
  }

  private func write(_ fragment: Fragment) throws(SystemError) {
    var position = Int(fragment.offset.bytes)
    let end = position + fragment.bytes.count
    var number = part(at: position)
    while position < end {
      let part = parts[number]
      let inPart = position - part.start
      let length = min(end - position, Int(part.extent.length.bytes) - inPart)
      let start = position - Int(fragment.offset.bytes)
      let bytes = fragment.bytes[start..<(start + length)]
      if catalog.entries[part.file].condition != .lost {
        try write(bytes, to: part.file, at: Int(part.extent.offset.bytes) + inPart)
      }
      position += length
      number += 1
    }
  }

  private func part(at position: Int) -> Int {
    var low = 0
    var high = parts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if parts[middle].start <= position { low = middle } else { high = middle }
    }
    return low
  }

  private func write(_ bytes: Bytes, to file: Int, at offset: Int) throws(SystemError) {
    let descriptor = try acquire(file)
    var failure: SystemError?
    bytes.withUnsafeBytes { buffer in
      do throws(SystemError) { try descriptor.write(buffer, at: offset) } catch { failure = error }
    }
    let progress = release(file, wrote: failure == nil ? bytes.count : 0)
    if let failure { throw SystemError("\(root / paths[file].bytes)", code: failure.code) }
    if progress.isComplete { try complete(descriptor, file) }
    if progress.isComplete || progress.isMuch { descriptor.beginWritingBack() }
  }

  private func acquire(_ file: Int) throws(SystemError) -> Descriptor {
    var failure: SystemError?
    let descriptor = state.withLock { state -> Descriptor? in
      if let open = state.open[file] {
        state.open[file]?.users += 1
        return open.file
      }
      if state.open.count >= Self.openMaximum { state.closeIdle() }
      do throws(SystemError) {
        let isNew = state.made.insert(file).inserted
        let flags = O_WRONLY | O_NOFOLLOW | (isNew ? O_CREAT | O_EXCL : 0)
        let descriptor = try paths.open(file, at: folder, flags, mode: 0o600)
        state.open[file] = Open(file: descriptor, users: 1)
        return descriptor
      } catch {
        failure = error
        return nil
      }
    }
    guard let descriptor else { throw failure ?? SystemError("\(root / paths[file].bytes)") }
    return descriptor
  }

  /// Whether those were the last bytes of the file, and whether there are many for the device to begin with.
  private func release(_ file: Int, wrote count: Int) -> (isComplete: Bool, isMuch: Bool) {
    state.withLock { state in
      state.missing[file] -= count
      guard var open = state.open[file] else { return (false, false) }
      open.users -= 1
      open.waiting += count
      let isMuch = open.waiting >= Self.writeBackSize
      if isMuch { open.waiting = 0 }
      let isComplete = open.users == 0 && state.missing[file] == 0
      state.open[file] = isComplete ? nil : open
      if open.users == 0, !isComplete { state.idle.append(file) }
      return (isComplete, isMuch)
    }
  }

  /// Gives a file its length and attributes; its bytes are in place.
  private func complete(_ descriptor: Descriptor, _ file: Int) throws(SystemError) {
    let entry = catalog.entries[file]
    if case .file(let size, let data) = entry.kind, data.last?.end != size {
      guard ftruncate(descriptor.number, off_t(size.bytes)) == 0 else {
        throw SystemError("\(root / paths[file].bytes)")
      }
    }
    attributes.apply(entry, to: descriptor, root / paths[file].bytes)
  }

  // MARK: The rest

  /// Makes what has no bytes, and files of which bytes are damaged; gives directories their attributes.
  func finish() throws(SystemError) {
    for (index, entry) in catalog.entries.enumerated().dropFirst() where entry.condition != .lost {
      switch entry.kind {
      case .directory: break
      case .file(let size, _): try finishFile(index, size)
      case .hardLink(let target):
        guard catalog.entries[target].condition != .lost else { continue }
        try makeLink(index, to: target)
      default:
        let path = root / paths[index].bytes
        let parent = try paths.openFolder(of: index, at: folder)
        guard make(entry, in: parent) == 0 else {
          let problem = "cannot be made: \(String(cString: strerror(errno)))"
          state.withLock { $0.warnings.append(TreeWarning(path: path, problem: problem)) }
          continue
        }
        attributes.apply(entry, in: parent, path)
      }
    }
    for (index, entry) in catalog.entries.enumerated().reversed() where entry.kind == .directory {
      let descriptor = try paths.open(index, at: folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      attributes.apply(entry, to: descriptor, root / paths[index].bytes)
    }
    guard syncfs(folder.number) == 0 else { throw SystemError("\(root)") }
  }

  private func finishFile(_ index: Int, _ size: ByteCount) throws(SystemError) {
    let isComplete = state.withLock { $0.missing[index] == 0 && $0.made.contains(index) }
    if isComplete { return }
    let isMade = state.withLock { state in
      state.open[index] = nil
      return state.made.contains(index)
    }
    let flags = O_WRONLY | O_NOFOLLOW | (isMade ? 0 : O_CREAT | O_EXCL)
    let descriptor = try paths.open(index, at: folder, flags, mode: 0o600)
    // Blocks of zeros are not written: they are what the file has where nothing was.
    guard ftruncate(descriptor.number, off_t(size.bytes)) == 0 else { throw SystemError("\(paths[index])") }
    attributes.apply(catalog.entries[index], to: descriptor, root / paths[index].bytes)
  }

  private func makeLink(_ index: Int, to target: Int) throws(SystemError) {
    let (from, to) = (
      try paths.openFolder(of: target, at: folder), try paths.openFolder(of: index, at: folder)
    )
    let result = FilePath(bytes: catalog.entries[target].name).withCString { old in
      FilePath(bytes: catalog.entries[index].name).withCString { linkat(from.number, old, to.number, $0, 0) }
    }
    if result != 0 {
      let warning = TreeWarning(
        path: root / paths[index].bytes,
        problem: "the hard link cannot be made: \(String(cString: strerror(errno)))")
      state.withLock { $0.warnings.append(warning) }
    }
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

extension TreeTarget.State {
  /// Closes open files that nobody writes, the longest idle first.
  fileprivate mutating func closeIdle() {
    var closed = 0
    var index = 0
    while index < idle.count, closed < 64 {
      if open[idle[index]]?.users == 0 {
        open[idle[index]] = nil
        closed += 1
      }
      index += 1
    }
    idle.removeFirst(index)
  }
}

extension TreePaths {
  /// The directory that an entry lies in.
  func openFolder(of entry: Int, at root: Descriptor) throws(SystemError) -> Descriptor {
    try open(parent(of: entry), at: root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  }
}
