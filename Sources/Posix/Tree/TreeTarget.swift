import Backup
import CLinux
import Glibc
import Storage
import Units

/// Writes the files of a tree to a directory while a restore delivers their bytes in any order.
///
/// A file is created when its first bytes arrive, and gets its attributes after its last bytes. `finish`
/// creates everything without bytes, and then sets the attributes of directories. In a directory with
/// contents, unchanged entries stay untouched. A different file is written under another name and then
/// replaces the old one.
final class TreeTarget: StreamHost {
  struct Open {
    let file: Descriptor
    var users = 0
    /// The number of written bytes for which write-back was not started.
    var waiting = 0
  }

  struct State {
    /// The missing bytes of each entry.
    var missing: [Int]
    var open: [Int: Open] = [:]
    /// The idle open files, oldest first. Some may be in use again or closed.
    var idle: [Int] = []
    /// Whether each entry's file was created.
    var isMade: [Bool]
    var warnings: [TreeWarning] = []
  }

  private static let openMaximum = 256
  /// The amount of one file's bytes for which write-back is started.
  private static let writeBackSize = 4 << 20
  /// The amount of a finished file's bytes for which write-back is started. Smaller files are left to the final
  /// flush, which writes many at once.
  private static let writeBackMinimum = 256 << 10

  let root: FilePath
  let folder: Descriptor
  let catalog: TreeCatalog
  /// The offset of each entry's bytes in the contents stream.
  private let starts: [ByteCount]
  private let finder: ExtentFinder
  /// The files with bytes to restore, ascending by their offsets.
  private let files: [UInt32]
  let paths: TreePaths
  let state: Monitor<State>
  let attributes: AttributeRestorer
  /// Whether each entry is already in the directory unchanged; empty when the directory was empty.
  let isThere: [Bool]
  var isMerging: Bool { !isThere.isEmpty }

  /// - Parameter isMerging: Whether the directory may hold something.
  init(_ root: FilePath, _ selection: TreeSelection, isMerging: Bool = false) throws(SystemError) {
    self.root = root
    let catalog = selection.catalog
    self.catalog = catalog
    folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    let paths = TreePaths(catalog)
    self.paths = paths
    let existing = ExistingTree(folder, catalog, paths)
    let isThere = isMerging ? catalog.entries.indices.map { existing.has($0) } : []
    self.isThere = isThere
    let entries = catalog.entries
    let starts = selection.starts
    self.starts = starts
    finder = ExtentFinder(entries, starts: starts)
    var files: [UInt32] = []
    for index in entries.indices where !isMerging || !isThere[index] {
      if !entries.data(of: index).isEmpty { files.append(UInt32(index)) }
    }
    files.sort { starts[Int($0)] < starts[Int($1)] }
    self.files = files
    state = Monitor(
      State(
        missing: entries.indices.map { Int(entries.contentLength(of: $0).bytes) },
        isMade: Array(repeating: false, count: entries.count)))
    attributes = AttributeRestorer()
  }

  /// The needed extents of the contents stream, ascending, with neighbours joined.
  var extents: [Extent] {
    var extents: [Extent] = []
    for file in files {
      let extent = self.extent(of: Int(file))
      if let last = extents.last, last.end == extent.offset {
        extents[extents.count - 1].length += extent.length
      } else {
        extents.append(extent)
      }
    }
    return extents
  }

  /// The number of entries created or changed.
  var changed: Int { catalog.entries.count - isThere.count { $0 } }

  var warnings: [TreeWarning] { state.withLock { $0.warnings } + attributes.warnings }

  /// Returns a file's extent of the contents stream.
  private func extent(of file: Int) -> Extent {
    Extent(offset: starts[file], length: catalog.entries.contentLength(of: file))
  }

  /// Returns the names of the files in some extents of the contents stream.
  func files(in extents: [Extent]) -> [FilePath] {
    files.map(Int.init).filter { file in
      let own = extent(of: file)
      return extents.contains { $0.offset < own.end && $0.end > own.offset }
    }.map { paths[$0] }
  }

  // MARK: The structure

  /// Creates all directories, which the files need.
  func makeDirectories() throws(SystemError) {
    for index in catalog.entries.indices.dropFirst() where catalog.entries.isDirectory(index) {
      let entry = catalog.entries[index]
      let parent = try paths.openFolder(of: index, at: folder)
      let result = FilePath(bytes: entry.name).withCString { mkdirat(parent.number, $0, 0o700) }
      if result == 0 { continue }
      // A new file system has its lost+found already.
      guard errno == EEXIST, isMerging || entry.depth == 1 else {
        throw SystemError("\(root / paths[index].bytes)")
      }
      if try isFolder(entry.name, in: parent) { continue }
      try remove(entry.name, in: parent, index)
      guard FilePath(bytes: entry.name).withCString({ mkdirat(parent.number, $0, 0o700) }) == 0 else {
        throw SystemError("\(root / paths[index].bytes)")
      }
    }
  }

  private func isFolder(_ name: [UInt8], in parent: Descriptor) throws(SystemError) -> Bool {
    var status = stat()
    let result = FilePath(bytes: name).withCString {
      fstatat(parent.number, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    return result == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Returns the temporary name of a file in a directory that may hold an older one.
  private func temporaryName(of file: Int) -> FilePath { FilePath(".firedrill-restore-\(file)") }

  func openFile(_ file: Int, isNew: Bool) throws(SystemError) -> Descriptor {
    let flags = O_WRONLY | O_NOFOLLOW | (isNew ? O_CREAT : 0)
    guard isMerging else {
      return try paths.open(file, at: folder, flags | (isNew ? O_EXCL : 0), mode: 0o600)
    }
    let parent = try paths.openFolder(of: file, at: folder)
    return try Descriptor.open(
      temporaryName(of: file), at: parent.number, flags | (isNew ? O_TRUNC : 0), mode: 0o600)
  }

  /// Moves a finished file to its place.
  func settle(_ file: Int, hasMovedAside: Bool = false) throws(SystemError) {
    guard isMerging else { return }
    let parent = try paths.openFolder(of: file, at: folder)
    let temporary = temporaryName(of: file)
    let result = temporary.withCString { old in
      FilePath(bytes: catalog.entries[file].name).withCString {
        renameat(parent.number, old, parent.number, $0)
      }
    }
    if result == 0 { return }
    if errno == EISDIR, !hasMovedAside {
      try remove(catalog.entries[file].name, in: parent, file)
      return try settle(file, hasMovedAside: true)
    }
    warn(file, "cannot take its place: \(String(cString: strerror(errno)))")
    _ = temporary.withCString { unlinkat(parent.number, $0, 0) }
  }

  func warn(_ entry: Int, _ problem: String) {
    let warning = TreeWarning(path: root / paths[entry].bytes, problem: problem)
    state.withLock { $0.warnings.append(warning) }
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
    let stretch = Extent(offset: fragment.offset, length: ByteCount(fragment.bytes.count))
    var number = place(at: stretch.offset)
    while number < files.count, starts[Int(files[number])] < stretch.end {
      let file = Int(files[number])
      number += 1
      if catalog.entries.condition(of: file) == .lost { continue }
      try finder.forEachPart(of: file, in: stretch) { part, offset throws(SystemError) in
        try write(fragment.bytes[part], to: file, at: offset)
      }
    }
  }

  /// Returns the place in `files` of the last file that begins at most at a position; 0 when none does.
  private func place(at position: ByteCount) -> Int {
    var low = 0
    var high = files.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[Int(files[middle])] <= position { low = middle } else { high = middle }
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
    if progress.isMuch { descriptor.beginWritingBack() }
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
        let isNew = !state.isMade[file]
        state.isMade[file] = true
        let descriptor = try openFile(file, isNew: isNew)
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

  /// Notes written bytes; returns whether the file is complete, and whether write-back should start.
  private func release(_ file: Int, wrote count: Int) -> (isComplete: Bool, isMuch: Bool) {
    state.withLock { state in
      state.missing[file] -= count
      guard var open = state.open[file] else { return (false, false) }
      open.users -= 1
      open.waiting += count
      let isComplete = open.users == 0 && state.missing[file] == 0
      let isMuch = open.waiting >= (isComplete ? Self.writeBackMinimum : Self.writeBackSize)
      if isMuch { open.waiting = 0 }
      state.open[file] = isComplete ? nil : open
      if open.users == 0, !isComplete { state.idle.append(file) }
      return (isComplete, isMuch)
    }
  }

  /// Sets a file's length and attributes after its bytes are written.
  private func complete(_ descriptor: Descriptor, _ file: Int) throws(SystemError) {
    let entry = catalog.entries[file]
    if case .file(let size, let data) = entry.kind, data.last?.end != size {
      guard ftruncate(descriptor.number, off_t(size.bytes)) == 0 else {
        throw SystemError("\(root / paths[file].bytes)")
      }
    }
    attributes.apply(entry, to: descriptor, root / paths[file].bytes)
    try settle(file)
  }
}

extension TreeTarget.State {
  /// Closes idle open files, the longest idle first.
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
  /// Opens the directory of an entry.
  func openFolder(of entry: Int, at root: Descriptor) throws(SystemError) -> Descriptor {
    try open(parent(of: entry), at: root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  }
}
