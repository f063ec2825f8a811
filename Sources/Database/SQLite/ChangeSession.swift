import CSQLite
import Storage

/// Records the changes made through a connection, as a changeset of SQLite's session extension.
final class ChangeSession {
  private let connection: Connection
  private let handle: OpaquePointer

  init(on connection: Connection) throws(StorageError) {
    var created: OpaquePointer?
    try connection.check(sqlite3session_create(connection.handle, "main", &created))
    guard let created else { throw StorageError(.invalid, "SQLite makes no session") }
    handle = created
    self.connection = connection
    try connection.check(sqlite3session_attach(handle, nil))
  }

  deinit { sqlite3session_delete(handle) }

  func changes() throws(StorageError) -> Bytes {
    var count: Int32 = 0
    var start: UnsafeMutableRawPointer?
    try connection.check(sqlite3session_changeset(handle, &count, &start))
    defer { sqlite3_free(start) }
    return Bytes(Array(UnsafeRawBufferPointer(start: start, count: Int(count))))
  }
}

extension Connection {
  /// Applies a changeset within the open transaction. Throws `damaged`, without changes, when it does not fit
  /// the database.
  func apply(_ changes: Bytes, to tables: [ChangesetReader.Table]) throws(StorageError) {
    guard ChangesetReader.isWellFormed(changes, for: tables) else {
      throw StorageError(.damaged, "the record holds no changes for these tables")
    }
    var copy = Array(changes.slice)
    let status = copy.withUnsafeMutableBytes {
      sqlite3changeset_apply(
        handle, Int32($0.count), $0.baseAddress, nil, { _, _, _ in SQLITE_CHANGESET_ABORT }, nil)
    }
    guard status == SQLITE_OK else {
      throw StorageError(.damaged, "SQLite \(status): the changes do not fit the database")
    }
  }
}
