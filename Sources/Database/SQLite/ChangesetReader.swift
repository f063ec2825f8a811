import CSQLite
import Storage

/// Validates that bytes are a changeset for known tables before SQLite receives them. In version 3.40.1,
/// `sqlite3changeset_next` looped forever on one with a changed byte.
///
/// The format is that of the comment "CHANGESET FORMAT" in SQLite's `ext/session/sqlite3session.c`: for each table `T`, the
/// number of columns, a flag for each that belongs to the primary key, the name, a zero; then its changes, each an
/// operation, a flag, and one or two records with a value for each column.
struct ChangesetReader {
  /// A table whose first column is its primary key.
  struct Table: Equatable {
    let name: String
    let columns: Int
  }

  private enum Kind {
    static let undefined: UInt8 = 0
    static let integer: UInt8 = 1
    static let real: UInt8 = 2
    static let text: UInt8 = 3
    static let blob: UInt8 = 4
    static let null: UInt8 = 5
  }

  private let bytes: Bytes
  private var place = 0

  static func isWellFormed(_ bytes: Bytes, for tables: [Table]) -> Bool {
    var reader = ChangesetReader(bytes: bytes)
    var table: Table?
    while let first = reader.byte() {
      if first == UInt8(ascii: "T") {
        guard let next = reader.table(), tables.contains(next) else { return false }
        table = next
      } else {
        guard let table, reader.change(Int32(first), columns: table.columns) else { return false }
      }
    }
    return true
  }

  private init(bytes: Bytes) { self.bytes = bytes }

  private mutating func byte() -> UInt8? {
    guard place < bytes.count else { return nil }
    place += 1
    return bytes[place - 1]
  }

  /// Reads SQLite's big-endian integer of variable length. More than four bytes are refused, because no
  /// changeset needs them.
  private mutating func length() -> Int? {
    var value = 0
    for _ in 0..<4 {
      guard let next = byte() else { return nil }
      value = value << 7 | Int(next & 0x7F)
      if next < 0x80 { return value }
    }
    return nil
  }

  private mutating func skip(_ count: Int) -> Bool {
    guard count <= bytes.count - place else { return false }
    place += count
    return true
  }

  private mutating func table() -> Table? {
    guard let columns = length(), columns > 0 else { return nil }
    for column in 0..<columns where byte() != (column == 0 ? 1 : 0) { return nil }
    var name: [UInt8] = []
    while let next = byte() {
      if next == 0 { return Table(name: String(decoding: name, as: UTF8.self), columns: columns) }
      name.append(next)
    }
    return nil
  }

  private mutating func change(_ operation: Int32, columns: Int) -> Bool {
    guard let isIndirect = byte(), isIndirect <= 1 else { return false }
    switch operation {
    case SQLITE_INSERT, SQLITE_DELETE: return record(columns) { _ in true }
    // Unchanged columns have no value; the row is named by its key, which the old record alone holds.
    case SQLITE_UPDATE: return record(columns) { $0 == 0 } && record(columns) { _ in false }
    default: return false
    }
  }

  /// - Parameter needsValue: For each column whether its value may not be left out.
  private mutating func record(_ columns: Int, _ needsValue: (Int) -> Bool) -> Bool {
    for column in 0..<columns {
      guard let kind = byte(), kind != Kind.undefined || !needsValue(column), value(kind) else {
        return false
      }
    }
    return true
  }

  private mutating func value(_ kind: UInt8) -> Bool {
    switch kind {
    case Kind.undefined, Kind.null: true
    case Kind.integer, Kind.real: skip(8)
    case Kind.text, Kind.blob: length().map { skip($0) } ?? false
    default: false
    }
  }
}
