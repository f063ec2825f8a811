import CSQLite
import Storage
import Units

/// An exclusive connection of SQLite to the files of one host.
///
/// Errors: `full` when a volume has no room, `damaged` when SQLite finds the files corrupt, else `invalid`.
final class Connection {
  let handle: OpaquePointer
  let files: HostFiles

  init(to files: HostFiles) throws(StorageError) {
    VirtualFileSystem.register()
    let address = UInt(bitPattern: Unmanaged.passUnretained(files).toOpaque())
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    var opened: OpaquePointer?
    let status = VirtualFileSystem.drawing(from: RandomStream(seed: 0, stream: "opening")) {
      var handle: OpaquePointer?
      let status = sqlite3_open_v2(String(address, radix: 16), &handle, flags, VirtualFileSystem.name)
      opened = handle
      return status
    }
    guard status == SQLITE_OK, let opened else {
      sqlite3_close_v2(opened)
      throw StorageError(.invalid, "SQLite does not open: \(status)")
    }
    handle = opened
    self.files = files
    sqlite3_extended_result_codes(handle, 1)
    firedrill_leave_log_on_close(handle)
    try execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY")
  }

  deinit { sqlite3_close_v2(handle) }

  func execute(_ sql: String) throws(StorageError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// Throws unless the status is success.
  func check(_ status: Int32) throws(StorageError) {
    guard status != SQLITE_OK else { return }
    let kind: StorageError.Kind =
      switch status & 0xFF {
      case SQLITE_FULL: .full
      case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
      default: .invalid
      }
    throw StorageError(kind, "SQLite \(status): \(String(cString: sqlite3_errmsg(handle)))")
  }

  /// Returns the single integer of a query; `nil` for no row or NULL.
  func integer(_ sql: String) throws(StorageError) -> Int64? {
    let statement = try Statement(sql, on: self)
    return try statement.step() ? statement.optionalInteger(0) : nil
  }

  /// Runs the body in a transaction, and rolls it back when the body throws.
  func transaction(_ body: () throws(StorageError) -> Void) throws(StorageError) {
    try execute("BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Copies the write-ahead log to the data file. SQLite restarts the log with the next transaction.
  func checkpoint(truncatingLog: Bool = false) throws(StorageError) {
    let mode = truncatingLog ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    try check(sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil))
    files.logFrames = 0
  }

  /// Disables SQLite's own checkpoints and reports the length of the log to the files.
  func watchLog() throws(StorageError) {
    try execute("PRAGMA wal_autocheckpoint=0")
    let context = Unmanaged.passUnretained(files).toOpaque()
    _ = sqlite3_wal_hook(
      handle,
      { context, _, _, frames in
        if let context {
          Unmanaged<HostFiles>.fromOpaque(context).takeUnretainedValue().logFrames = Int(frames)
        }
        return SQLITE_OK
      }, context)
  }
}
