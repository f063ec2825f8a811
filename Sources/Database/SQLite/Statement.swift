import CSQLite
import Storage

/// A prepared statement, which keeps its connection open.
final class Statement {
  private let connection: Connection
  private let handle: OpaquePointer

  init(_ sql: String, on connection: Connection) throws(StorageError) {
    var prepared: OpaquePointer?
    try connection.check(sqlite3_prepare_v2(connection.handle, sql, -1, &prepared, nil))
    guard let prepared else { throw StorageError(.invalid, "'\(sql)' is no statement") }
    handle = prepared
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  /// Runs a statement without rows. Its first parameters are integers, and the next one is bytes.
  func run(_ integers: Int64..., bytes: Bytes? = nil) throws(StorageError) {
    for (place, integer) in integers.enumerated() {
      try connection.check(sqlite3_bind_int64(handle, Int32(place + 1), integer))
    }
    if let bytes {
      let place = Int32(integers.count + 1)
      try connection.check(
        bytes.withUnsafeBytes { firedrill_bind_blob(handle, place, $0.baseAddress, Int32($0.count)) })
    }
    defer { sqlite3_reset(handle) }
    guard try !step() else { throw StorageError(.invalid, "the statement yields rows") }
  }

  /// Advances to the next row; returns whether there is one.
  func step() throws(StorageError) -> Bool {
    let status = sqlite3_step(handle)
    if status == SQLITE_ROW { return true }
    if status != SQLITE_DONE { try connection.check(status) }
    return false
  }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func optionalInteger(_ column: Int32) -> Int64? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
  }

  func text(_ column: Int32) -> String {
    sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
  }

  func withBytes<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    let start = sqlite3_column_blob(handle, column)
    return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }
}
