import CLinux
import Glibc
import Storage
import Units

/// Something about a source or target that people should know, and that does not stop the work.
public struct TreeWarning: Hashable, Sendable, CustomStringConvertible {
  public let path: FilePath
  public let problem: String

  public var description: String { "\(path): \(problem)" }
}

/// What a scan found.
struct TreeScan {
  var entries = TreeEntries()
  /// For each entry that is a file: where the last point holds its bytes, when it has not changed since.
  var carried: [ByteCount?] = []
  var warnings: [TreeWarning] = []
}

/// Walks a directory tree and writes down every name and what is known of it; reads no file.
struct TreeScanner {
  struct Options: Sendable {
    /// Patterns of the shell: without a slash for a name anywhere, with one for a path from the root.
    var excludes: [String] = []
    var staysOnFileSystem = false
  }

  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private let root: FilePath
  private let options: Options
  private let previous: PreviousTree?
  private let vault: Identity?
  private var device: UInt64 = 0
  private var links: [Identity: Int] = [:]
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
    self.vault = isThere ? Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) : nil
  }

  /// Throws when the root cannot be read; everything below it is a warning.
  mutating func run() throws(SystemError) -> TreeScan {
    let folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    let status = try folder.status(root)
    device = UInt64(status.st_dev)
    let names = try DirectoryListing.entries(of: folder, root).map(\.name)
    var top = TreeEntry(kind: .directory, depth: 0, name: [], attributes: FileAttributes(status))
    top.extended = extended(FilePath(""))
    append(top)
    descend(folder, FilePath(""), names, depth: 1, old: previous?.children(of: 0) ?? [:])
    scan.entries.shrink()
    return scan
  }

  private mutating func append(_ entry: TreeEntry, carried: ByteCount? = nil) {
    scan.entries.append(entry)
    scan.carried.append(carried)
  }

  private mutating func warn(_ path: FilePath, _ problem: String) {
    scan.warnings.append(TreeWarning(path: root / path.bytes, problem: problem))
  }

  private mutating func descend(
    _ folder: Descriptor, _ path: FilePath, _ names: [[UInt8]], depth: Int, old: [[UInt8]: Int]
  ) {
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = path / name
      if isExcluded(path, name) { continue }
      var status = stat()
      guard
        FilePath(bytes: name).withCString({ fstatat(folder.number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0
      else {
        // A name that is gone a moment later was never there.
        if errno != ENOENT { warn(path, String(cString: strerror(errno))) }
        continue
      }
      let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      if identity == vault { continue }
      if depth > Int(UInt16.max) { return warn(path, "lies too deep") }
      add(name, path, status, identity, in: folder, depth: depth, old: old[name])
    }
  }

  private mutating func add(
    _ name: [UInt8], _ path: FilePath, _ status: stat, _ identity: Identity, in folder: Descriptor,
    depth: Int,
    old: Int?
  ) {
    var entry = TreeEntry(kind: .pipe, depth: depth, name: name, attributes: FileAttributes(status))
    if status.st_mode & S_IFMT != S_IFDIR, status.st_nlink > 1 {
      if let first = links[identity] {
        entry.kind = .hardLink(entry: first)
        return append(entry)
      }
      links[identity] = scan.entries.count
    }
    entry.extended = extended(path)
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return addDirectory(entry, path, identity, in: folder, old: old)
    case S_IFREG: return addFile(entry, path, status, in: folder, old: old)
    case S_IFLNK:
      guard let target = Self.target(of: name, in: folder) else {
        return warn(path, "the link cannot be read: \(String(cString: strerror(errno)))")
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
    _ entry: TreeEntry, _ path: FilePath, _ identity: Identity, in folder: Descriptor, old: Int?
  ) {
    var entry = entry
    entry.kind = .directory
    if options.staysOnFileSystem, identity.device != device { return append(entry) }
    do throws(SystemError) {
      let inner = try Descriptor.open(
        FilePath(bytes: entry.name), at: folder.number, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      let names = try DirectoryListing.entries(of: inner, path).map(\.name)
      append(entry)
      descend(
        inner, path, names, depth: entry.depth + 1, old: old.flatMap { previous?.children(of: $0) } ?? [:])
    } catch {
      entry.condition = .lost
      append(entry)
      warn(path, "the directory cannot be read: \(String(cString: strerror(error.code)))")
    }
  }

  private mutating func addFile(
    _ entry: TreeEntry, _ path: FilePath, _ status: stat, in folder: Descriptor, old: Int?
  ) {
    var entry = entry
    let size = ByteCount(Int64(status.st_size))
    if let old, let offset = previous?.contents(of: old, ifStill: entry.attributes, size: size) {
      entry.kind = previous?.catalog.entries[old].kind ?? entry.kind
      return append(entry, carried: offset)
    }
    var data = size > .zero ? [Extent(offset: .zero, length: size)] : []
    if status.st_blocks * 512 < status.st_size,
      let file = try? Descriptor.open(
        FilePath(bytes: entry.name), at: folder.number, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
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

  private func extended(_ path: FilePath) -> [ExtendedAttribute] {
    ExtendedAttribute.all(of: root / path.bytes)
  }

  private func isExcluded(_ path: FilePath, _ name: [UInt8]) -> Bool {
    options.excludes.contains { pattern in
      let isPath = pattern.utf8.contains(UInt8(ascii: "/"))
      let subject = isPath ? path : FilePath(bytes: name)
      let pattern = pattern.hasPrefix("/") ? String(pattern.dropFirst()) : pattern
      return subject.withCString { fnmatch(pattern, $0, isPath ? FNM_PATHNAME : 0) } == 0
    }
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

extension ExtendedAttribute {
  /// Those of a name itself, ascending; none where the file system has none, or they may not be read.
  static func all(of path: FilePath) -> [ExtendedAttribute] {
    let size = path.withCString { llistxattr($0, nil, 0) }
    guard size > 0 else { return [] }
    var list = [CChar](repeating: 0, count: size)
    let count = path.withCString { llistxattr($0, &list, list.count) }
    guard count > 0 else { return [] }
    let names = list[..<count].split(separator: 0).map { $0.map { UInt8(bitPattern: $0) } }
    return names.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { name in
      value(of: FilePath(bytes: name), path).map { ExtendedAttribute(name: name, value: $0) }
    }
  }

  private static func value(of name: FilePath, _ path: FilePath) -> [UInt8]? {
    path.withCString { path in
      name.withCString { name in
        let size = lgetxattr(path, name, nil, 0)
        guard size >= 0 else { return nil }
        var value = [UInt8](repeating: 0, count: size)
        let count = lgetxattr(path, name, &value, size)
        return count == size ? value : nil
      }
    }
  }
}
