import CSQLite

/// SQLite's operations on an open file. There is no shared memory, because one connection has the database
/// alone (`PRAGMA locking_mode=EXCLUSIVE`). Locks are granted for the same reason.
struct OpenFile {
  private let host: HostFiles
  private let file: DatabaseFile

  private init?(_ pointer: UnsafeMutablePointer<sqlite3_file>?) {
    guard let pointer else { return nil }
    let opened = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: firedrill_file.self).pointee
    guard let host = opened.host, let file = DatabaseFile(rawValue: Int(opened.role)) else { return nil }
    self.host = Unmanaged<HostFiles>.fromOpaque(host).takeUnretainedValue()
    self.file = file
  }

  /// The methods, written once before SQLite opens its first file.
  nonisolated(unsafe) static let methods: UnsafePointer<sqlite3_io_methods> = {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    methods.initialize(to: sqlite3_io_methods())
    methods.pointee.iVersion = 1
    methods.pointee.xClose = { _ in SQLITE_OK }
    methods.pointee.xRead = { file, target, count, offset in
      guard let open = OpenFile(file), let target, offset >= 0 else { return SQLITE_IOERR }
      let buffer = UnsafeMutableRawBufferPointer(start: target, count: Int(count))
      return open.host.read(open.file, at: Int(offset), into: buffer) ? SQLITE_OK : firedrill_short_read
    }
    methods.pointee.xWrite = { file, bytes, count, offset in
      guard let open = OpenFile(file), let bytes, offset >= 0, count > 0 else { return SQLITE_IOERR }
      let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
      return open.host.write(buffer, to: open.file, at: Int(offset)) ? SQLITE_OK : SQLITE_FULL
    }
    methods.pointee.xTruncate = { file, size in
      guard let open = OpenFile(file), size >= 0 else { return SQLITE_IOERR }
      open.host.truncate(open.file, to: Int(size))
      return SQLITE_OK
    }
    methods.pointee.xSync = { file, _ in
      guard let open = OpenFile(file) else { return SQLITE_IOERR }
      open.host.synchronise(open.file)
      return SQLITE_OK
    }
    methods.pointee.xFileSize = { file, size in
      guard let open = OpenFile(file) else { return SQLITE_IOERR }
      size?.pointee = Int64(open.host.size(of: open.file))
      return SQLITE_OK
    }
    methods.pointee.xLock = { _, _ in SQLITE_OK }
    methods.pointee.xUnlock = { _, _ in SQLITE_OK }
    methods.pointee.xCheckReservedLock = { _, isReserved in
      isReserved?.pointee = 0
      return SQLITE_OK
    }
    methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
    methods.pointee.xSectorSize = { _ in sectorSize }
    // A torn write changes no byte beside those written: the page cache writes the rest of a sector as it was.
    methods.pointee.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    return UnsafePointer(methods)
  }()

  private static let sectorSize: Int32 = 512
}
