import CLinux
import Glibc
import Storage
import Units

/// A remark on a source or target that does not stop the work.
public struct TreeWarning: Hashable, Sendable, CustomStringConvertible {
  public let path: FilePath
  public let problem: String

  public var description: String { "\(path): \(problem)" }
}

/// The results of a scan.
struct TreeScan {
  var entries = TreeEntries()
  /// The place of each file's bytes in the last point, if the file is unchanged since.
  var carried = CarriedPlaces()
  /// The contents of files without a meaningful size, by entry.
  var unsized: [Int: [UInt8]] = [:]
  /// The number of names that each exclude pattern left out.
  var excluded: [Int] = []
  /// The names that patterns left out, if they are wanted.
  var excludedPaths: [FilePath] = []
  /// The number of directories left out as caches.
  var caches = 0
  var warnings: [TreeWarning] = []
}

/// The places of unchanged files' bytes in the last point, by entry.
struct CarriedPlaces: Sendable {
  /// The offsets, or negative numbers: an optional would take twice the memory for each of a million files.
  private var offsets: [Int64] = []

  subscript(entry: Int) -> ByteCount? { offsets[entry] < 0 ? nil : ByteCount(offsets[entry]) }

  mutating func append(_ place: ByteCount?) { offsets.append(place?.bytes ?? -1) }
}

/// Walks a directory tree and records every name with its properties, without reading files.
struct TreeScanner {
  struct Options: Sendable {
    var excludes: [ExcludePattern] = []
    var staysOnFileSystem = false
    var leavesOutCaches = false
    /// Whether the paths of excluded names are wanted.
    var listsExcluded = false
  }

  /// A directory whose names are being scanned.
  private struct Visit {
    let names: [[UInt8]]
    var next = 0
    /// The last point's entries in the directory, by name.
    let old: [[UInt8]: Int]
  }

  private let root: FilePath
  private let options: Options
  private let previous: PreviousTree?
  private let vault: FileIdentity?
  private var device: UInt64 = 0
  private var links: [FileIdentity: Int] = [:]
  private var visits: [Visit] = []
  private(set) var scan = TreeScan()

  /// - Parameters:
  ///   - vault: The directory of the vault, which is left out.
  ///   - previous: The last point of the same source.
  init(_ root: FilePath, options: Options, vault: FilePath?, previous: PreviousTree?) {
    self.root = root
    self.options = options
    self.previous = previous
    var status = stat()
    let isThere = vault.map { $0.withCString { stat($0, &status) } == 0 } ?? false
    self.vault = isThere ? FileIdentity(status) : nil
    scan.excluded = options.excludes.map { _ in 0 }
  }

  /// Scans the tree. Throws when the root is unreadable; problems below it are warnings.
  mutating func run() throws(SystemError) -> TreeScan {
    let folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    let status = try folder.status(root)
    device = UInt64(status.st_dev)
    let names = try names(in: folder, root)
    var top = TreeEntry(kind: .directory, depth: 0, name: [], attributes: FileAttributes(status))
    var folders = FolderStack(folder)
    top.extended = extended([], folders)
    append(top)
    visits = [Visit(names: names, old: previous?.children(of: 0) ?? [:])]
    while let visit = visits.last { step(visit, &folders) }
    return scan
  }

  private mutating func step(_ visit: Visit, _ folders: inout FolderStack) {
    if visit.next < visit.names.count {
      visits[visits.count - 1].next += 1
      return look(at: visit.names[visit.next], visit, &folders)
    }
    visits.removeLast()
    guard !visits.isEmpty else { return }
    do throws(SystemError) { try folders.leave() } catch {
      warn(folders.path(of: []), "was moved while it was read: what follows in it is missing")
      visits[visits.count - 1].next = visits[visits.count - 1].names.count
    }
  }

  private mutating func append(_ entry: TreeEntry, carried: ByteCount? = nil) {
    scan.entries.append(entry)
    scan.carried.append(carried)
  }

  private mutating func warn(_ path: FilePath, _ problem: String) {
    scan.warnings.append(TreeWarning(path: root / path.bytes, problem: problem))
  }

  private mutating func look(at name: [UInt8], _ visit: Visit, _ folders: inout FolderStack) {
    var status = stat()
    let found = FilePath(bytes: name).withCString {
      fstatat(folders.top.number, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    guard found == 0 else {
      // A name that is gone a moment later was never there.
      if errno != ENOENT { warn(folders.path(of: name), String(cString: strerror(errno))) }
      return
    }
    if isExcluded(name, status, folders) || FileIdentity(status) == vault { return }
    if visits.count > Int(UInt16.max) { return warn(folders.path(of: name), "lies too deep") }
    add(name, status, old: visit.old[name], &folders)
  }

  private mutating func isExcluded(_ name: [UInt8], _ status: stat, _ folders: FolderStack) -> Bool {
    guard !options.excludes.isEmpty else { return false }
    let path = folders.path(of: name).bytes
    var isExcluded = false
    for (index, pattern) in options.excludes.enumerated()
    where pattern.matches(path, isDirectory: status.st_mode & S_IFMT == S_IFDIR) {
      scan.excluded[index] += 1
      isExcluded = true
    }
    if isExcluded, options.listsExcluded { scan.excludedPaths.append(FilePath(bytes: path)) }
    return isExcluded
  }

  private mutating func add(_ name: [UInt8], _ status: stat, old: Int?, _ folders: inout FolderStack) {
    var entry = TreeEntry(
      kind: .pipe, depth: visits.count, name: name, attributes: FileAttributes(status))
    if status.st_mode & S_IFMT != S_IFDIR, status.st_nlink > 1 {
      if let first = links[FileIdentity(status)] {
        entry.kind = .hardLink(entry: first)
        return append(entry)
      }
      links[FileIdentity(status)] = scan.entries.count
    }
    entry.extended = extended(name, folders)
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return addDirectory(entry, status, old: old, &folders)
    case S_IFREG: return addFile(entry, status, old: old, folders)
    case S_IFLNK:
      guard let target = Self.target(of: name, in: folders.top) else {
        links[FileIdentity(status)] = nil
        return warn(folders.path(of: name), "the link cannot be read: \(String(cString: strerror(errno)))")
      }
      entry.kind = .symbolicLink(target: target)
    case S_IFSOCK: entry.kind = .socket
    case S_IFCHR: entry.kind = .characterDevice(number: UInt64(status.st_rdev))
    case S_IFBLK: entry.kind = .blockDevice(number: UInt64(status.st_rdev))
    default: break
    }
    append(entry)
  }

  private mutating func addDirectory(
    _ entry: TreeEntry, _ status: stat, old: Int?, _ folders: inout FolderStack
  ) {
    var entry = entry
    entry.kind = .directory
    let identity = FileIdentity(status)
    if options.staysOnFileSystem, identity.device != device { return append(entry) }
    do throws(SystemError) {
      let inner = try Descriptor.open(
        FilePath(bytes: entry.name), at: folders.top.number, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      let names = try names(in: inner, folders.path(of: entry.name))
      append(entry)
      folders.enter(inner, name: entry.name, identity)
      visits.append(Visit(names: names, old: old.flatMap { previous?.children(of: $0) } ?? [:]))
    } catch {
      entry.condition = .lost
      append(entry)
      warn(
        folders.path(of: entry.name),
        "the directory cannot be read: \(String(cString: strerror(error.code)))")
    }
  }

  /// Returns the names in a directory, ascending; for a tagged cache only the tag.
  private mutating func names(in folder: Descriptor, _ path: FilePath) throws(SystemError) -> [[UInt8]] {
    let names = try DirectoryListing.entries(of: folder, path).map(\.name)
    if options.leavesOutCaches, CacheTag.isIn(folder, names) {
      scan.caches += 1
      return [CacheTag.name]
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private mutating func addFile(
    _ entry: TreeEntry, _ status: stat, old: Int?, _ folders: FolderStack
  ) {
    var entry = entry
    var size = ByteCount(Int64(status.st_size))
    if let old, let offset = previous?.contents(of: old, ifStill: entry.attributes, size: size) {
      entry.kind = previous?.catalog.entries[old].kind ?? entry.kind
      return append(entry, carried: offset)
    }
    if UnsizedFile.isOne(status, in: folders.top) {
      switch UnsizedFile.read(entry.name, in: folders.top) {
      case .contents(let bytes):
        if !bytes.isEmpty { scan.unsized[scan.entries.count] = bytes }
        size = ByteCount(bytes.count)
      case .problem(let problem):
        entry.condition = .lost
        size = .zero
        warn(folders.path(of: entry.name), problem)
      }
    }
    var data = size > .zero ? [Extent(offset: .zero, length: size)] : []
    if size == ByteCount(Int64(status.st_size)), status.st_blocks * 512 < status.st_size,
      let file = try? Descriptor.open(
        FilePath(bytes: entry.name), at: folders.top.number, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    {
      data = FileExtents.data(of: file, size: size)
    }
    entry.kind = .file(size: size, data: data)
    append(entry)
  }

  private static func target(of name: [UInt8], in folder: Descriptor) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = FilePath(bytes: name).withCString { path in
      buffer.withUnsafeMutableBytes { raw in
        guard let base = raw.baseAddress else { return -1 }
        return readlinkat(folder.number, path, base.assumingMemoryBound(to: CChar.self), raw.count)
      }
    }
    return count < 0 ? nil : Array(buffer[..<count])
  }

  private mutating func extended(_ name: [UInt8], _ folders: FolderStack) -> [ExtendedAttribute] {
    let (attributes, problems) = ExtendedAttribute.all(of: name, in: folders.top)
    for problem in problems { warn(folders.path(of: name), problem) }
    return attributes
  }
}

extension FileAttributes {
  init(_ status: stat) {
    self.init(
      mode: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid,
      modified: FileTime(status.st_mtim), changed: FileTime(status.st_ctim), inode: UInt64(status.st_ino))
  }
}

extension FileTime {
  init(_ time: timespec) { self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec)) }
  var timespec: timespec { Glibc.timespec(tv_sec: time_t(seconds), tv_nsec: Int(nanoseconds)) }
}
