import Backup
import Glibc
import Storage
import Synchronization
import Units

/// An object store in a directory. Each object is a file with the key's name, which processes only see as a
/// whole.
///
/// An object is written to an unnamed file, made durable, and then named by a link, which fails when the name
/// is taken. A version is replaced by a rename, under a lock that all processes share. A put returns when the
/// name is durable too. Extended locks are in `.locks/`, beside the one in the object's file; the later date
/// counts. Copies of the value are the same store, and several threads may use them at once.
public struct FileObjectStore: ObjectStore, Sendable {
  public let path: FilePath
  let root: Descriptor
  private let folders: FolderSynchroniser
  private let state: State

  private final class State: Sendable {
    let lastVersion = Atomic<UInt64>(0)
  }

  /// Opens the store in an existing directory.
  public init(path: FilePath) throws(SystemError) {
    self.path = path
    root = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    folders = FolderSynchroniser(root)
    state = State()
  }

  // MARK: Reading

  public func get(_ key: ObjectKey, range: Range<Int>?) throws(StorageError) -> Bytes {
    let file = try open(key)
    let size = max(
      0,
      try asStorage { () throws(SystemError) in Int(try file.status(filePath(key)).st_size) }
        - ObjectTrailer.size)
    let wanted = range ?? 0..<size
    guard wanted.lowerBound >= 0, wanted.upperBound <= size else {
      throw StorageError(.invalid, "bytes \(wanted) of \(key), which has \(size)")
    }
    let bytes = try read(file, wanted, key)
    guard bytes.count == wanted.count else { throw StorageError(.damaged, "\(key) ends too early") }
    return Bytes(bytes)
  }

  private func read(_ file: Descriptor, _ range: Range<Int>, _ key: ObjectKey) throws(StorageError) -> [UInt8]
  {
    var failure: StorageError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(SystemError) {
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
      } catch {
        // A sector that cannot be read is damage of this object, and none of the store.
        failure = error.code == EIO ? StorageError(.damaged, "\(key): \(error)") : error.storage
      }
    }
    if let failure { throw failure }
    return bytes
  }

  public func attributes(of key: ObjectKey) throws(StorageError) -> ObjectAttributes? {
    do throws(StorageError) {
      return try attributes(open(key), key)
    } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  private func attributes(_ file: Descriptor, _ key: ObjectKey) throws(StorageError) -> ObjectAttributes {
    let size = try asStorage { () throws(SystemError) in Int(try file.status(filePath(key)).st_size) }
    guard size >= ObjectTrailer.size else { throw StorageError(.damaged, "\(key) is cut off") }
    let bytes = try read(file, (size - ObjectTrailer.size)..<size, key)
    var attributes = try ObjectTrailer(bytes, key, fileSize: size).attributes
    if let extended = try extendedLock(key) {
      attributes.lockedUntil = max(extended, attributes.lockedUntil ?? extended)
    }
    return attributes
  }

  public func list(prefix: String) throws(StorageError) -> [ObjectKey] {
    var found: [ObjectKey] = []
    try asStorage { () throws(SystemError) in
      try list(FilePath(""), prefix, into: &found)
    }
    return found.sorted()
  }

  private func list(_ folder: FilePath, _ prefix: String, into found: inout [ObjectKey]) throws(SystemError) {
    let opened = folder.bytes.isEmpty ? FilePath(".") : folder
    for entry in try DirectoryListing.entries(of: opened, at: root.number) {
      guard let first = entry.name.first, first != UInt8(ascii: ".") else { continue }
      let path = folder / entry.name
      let text = String(decoding: path.bytes, as: UTF8.self)
      switch entry.kind {
      case .directory where (text + "/").hasPrefix(prefix) || prefix.hasPrefix(text + "/"):
        try list(path, prefix, into: &found)
      case .file where text.hasPrefix(prefix):
        if let key = ObjectKey(text) { found.append(key) }
      default: continue
      }
    }
  }

  private func open(_ key: ObjectKey) throws(StorageError) -> Descriptor {
    try asStorage { () throws(SystemError) in
      try Descriptor.open(filePath(key), at: root.number, O_RDONLY | O_NOFOLLOW)
    }
  }

  private func filePath(_ key: ObjectKey) -> FilePath { FilePath(key.name) }

  // MARK: Writing

  @discardableResult
  public mutating func put(
    _ bytes: Bytes, as key: ObjectKey, if condition: ObjectCondition, lockedUntil: Instant?, at now: Instant
  ) throws(StorageError) -> UInt64 {
    let version = nextVersion(after: 0)
    let attributes = ObjectAttributes(
      size: ByteCount(bytes.count), version: version, modified: now, lockedUntil: lockedUntil)
    switch condition {
    case .absent:
      guard !exists(key) else { throw StorageError(.conditionFailed, "\(key) exists") }
      try asStorage { () throws(SystemError) in try folders.make(for: key) }
      try link(bytes, ObjectTrailer(attributes), key)
    case .version(let expected):
      try exclusively { () throws(StorageError) in
        let held = try self.attributes(of: key)
        guard let held, held.version == expected else {
          throw StorageError(.conditionFailed, "\(key) is not at version \(expected)")
        }
        try refuseIfLocked(key, held, at: now)
        try replace(bytes, ObjectTrailer(attributes), key)
      }
    }
    return version
  }

  /// Returns a version that grows with every put, over all processes as far as their clocks agree.
  private func nextVersion(after old: UInt64) -> UInt64 {
    let clock = UInt64(bitPattern: Instant.now.nanoseconds)
    while true {
      let last = state.lastVersion.load(ordering: .relaxed)
      let next = max(clock, last + 1)
      if state.lastVersion.compareExchange(expected: last, desired: next, ordering: .relaxed).exchanged {
        return next
      }
    }
  }

  private func exists(_ key: ObjectKey) -> Bool {
    filePath(key).withCString { faccessat(root.number, $0, F_OK, 0) } == 0
  }

  /// Writes an unnamed file and links it under an unused name.
  private func link(_ bytes: Bytes, _ trailer: ObjectTrailer, _ key: ObjectKey) throws(StorageError) {
    try asStorage { () throws(SystemError) in
      let temporary = try TemporaryFile(beside: filePath(key), at: root)
      defer { temporary.remove() }
      try temporary.write(bytes, trailer.bytes(key))
      try temporary.link(as: filePath(key))
      try folders.synchronise(key)
    }
  }

  private func replace(_ bytes: Bytes, _ trailer: ObjectTrailer, _ key: ObjectKey) throws(StorageError) {
    try asStorage { () throws(SystemError) in
      let temporary = try TemporaryFile(named: true, beside: filePath(key), at: root)
      defer { temporary.remove() }
      try temporary.write(bytes, trailer.bytes(key))
      try temporary.rename(to: filePath(key))
      try folders.synchronise(key)
    }
  }

  public mutating func delete(_ key: ObjectKey, if version: UInt64?, at now: Instant) throws(StorageError) {
    try exclusively { () throws(StorageError) in
      do throws(StorageError) {
        guard let held = try attributes(of: key) else { throw StorageError(.notFound, "\(key)") }
        if let version, held.version != version {
          throw StorageError(.conditionFailed, "\(key) is not at version \(version)")
        }
        try refuseIfLocked(key, held, at: now)
      } catch {
        // The lock of a damaged object is unknown.
        throw error.kind == .damaged ? StorageError(.locked, "\(error.detail)") : error
      }
      try asStorage { () throws(SystemError) in
        try remove(filePath(key))
        try? remove(lockPath(key))
      }
    }
    try asStorage { () throws(SystemError) in try folders.synchronise(key) }
  }

  private func remove(_ path: FilePath) throws(SystemError) {
    guard path.withCString({ unlinkat(root.number, $0, 0) }) == 0 else { throw SystemError("\(path)") }
  }

  private func refuseIfLocked(_ key: ObjectKey, _ held: ObjectAttributes, at now: Instant)
    throws(StorageError)
  {
    if let until = held.lockedUntil, now < until { throw StorageError(.locked, "\(key) until \(until)") }
  }

  /// Runs `body` while no other process or thread replaces, deletes or locks objects.
  private func exclusively<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
    let file = try asStorage { () throws(SystemError) in
      try Descriptor.open(FilePath(".lock"), at: root.number, O_RDWR | O_CREAT, mode: 0o666)
    }
    while flock(file.number, LOCK_EX) != 0 {
      if errno != EINTR { throw SystemError(".lock").storage }
    }
    return try body()
  }

  // MARK: Locks

  public mutating func lock(_ key: ObjectKey, until date: Instant, at now: Instant) throws(StorageError) {
    try exclusively { () throws(StorageError) in
      guard let held = try attributes(of: key) else { throw StorageError(.notFound, "\(key)") }
      if let until = held.lockedUntil, date <= until { return }
      try asStorage { () throws(SystemError) in
        var writer = ByteWriter(capacity: 16)
        writer.write(date)
        writer.write(ObjectTrailer.check(writer.bytes, key))
        try folders.make(forPath: lockPath(key))
        let temporary = try TemporaryFile(named: true, beside: lockPath(key), at: root)
        defer { temporary.remove() }
        try temporary.write(Bytes(writer.bytes), [])
        try temporary.rename(to: lockPath(key))
        try folders.synchronise(path: lockPath(key))
      }
    }
  }

  private func lockPath(_ key: ObjectKey) -> FilePath { FilePath(".locks/\(key.name)") }

  /// Returns the date of an extended lock. An unreadable note locks forever, which is the safe error.
  private func extendedLock(_ key: ObjectKey) throws(StorageError) -> Instant? {
    do throws(SystemError) {
      let file = try Descriptor.open(lockPath(key), at: root.number, O_RDONLY | O_NOFOLLOW)
      var bytes = [UInt8](repeating: 0, count: 17)
      var count = 0
      var failure: SystemError?
      bytes.withUnsafeMutableBytes { buffer in
        do throws(SystemError) { count = try file.read(into: buffer, at: 0) } catch { failure = error }
      }
      if let failure { throw failure }
      var reader = ByteReader(Bytes(Array(bytes.prefix(count))))
      guard count == 16, let date = try? reader.readInstant(), let check: UInt64 = try? reader.read(),
        check == ObjectTrailer.check(Array(bytes.prefix(8)), key)
      else { return .distantFuture }
      return date
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error.storage
    }
  }
}
