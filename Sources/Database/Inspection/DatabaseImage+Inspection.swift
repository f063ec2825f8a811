import CSQLite
import Storage

extension DatabaseImage {
  /// Opens a copy, lets SQLite recover it, and compares the contents with the history. Any image is handled
  /// without a trap.
  ///
  /// Complexity: one pass over the write-ahead log and one over the data's pages. A thorough inspection reads
  /// every row.
  public func verdict(
    against history: BankHistory, depth: InspectionDepth = .quick
  ) -> DatabaseVerdict {
    var verdict = DatabaseVerdict(expectedTotal: history.total)
    do {
      let connection = try Connection(to: HostFiles(opening: self, isRecording: false))
      try connection.becomeWary()
      try verdict.readStructure(connection)
      guard verdict.damage.isEmpty else { return verdict }
      let isNumbered = try verdict.readTransactions(connection)
      let isExact = try verdict.compareRows(connection, with: history, depth)
      verdict.isExact = isNumbered && isExact
    } catch {
      verdict.refusal = error.detail
    }
    return verdict
  }
}

extension Connection {
  /// Sets limits for untrusted files (sqlite.org/security.html, "Untrusted SQLite Database Files"). A corrupt
  /// tree can loop forever, so SQLite's steps are limited.
  fileprivate func becomeWary() throws(StorageError) {
    firedrill_distrust_schema(handle)
    sqlite3_progress_handler(handle, Self.stepsMaximum, { _ in 1 }, nil)
    try execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0")
  }

  /// The limit on steps per statement: a hundred for each of a million rows.
  private static var stepsMaximum: Int32 { 100_000_000 }
}

extension DatabaseVerdict {
  fileprivate mutating func readStructure(_ connection: Connection) throws(StorageError) {
    let check = try Statement("PRAGMA integrity_check(8)", on: connection)
    while try check.step() {
      let finding = check.text(0)
      if finding != "ok" { damage.append(finding) }
    }
  }

  /// Reads the transfers; returns whether they are numbered from 1 to the last.
  fileprivate mutating func readTransactions(_ connection: Connection) throws(StorageError) -> Bool {
    let extent = try Statement(
      """
      SELECT (SELECT count(*) FROM transfer), (SELECT min(number) FROM transfer),
        (SELECT max(number) FROM transfer)
      """, on: connection)
    guard try extent.step() else { return false }
    let (count, first, last) = (extent.integer(0), extent.integer(1), extent.integer(2))
    lastTransaction = Int(max(last, 0))
    if count == 0 || first == 1 && last == count { return true }
    try readGaps(connection)
    return false
  }

  private mutating func readGaps(_ connection: Connection) throws(StorageError) {
    let numbers = try Statement(
      "SELECT number FROM transfer WHERE number > 0 ORDER BY number", on: connection)
    var previous = 0
    while gaps.count < 8, try numbers.step() {
      let number = Int(numbers.integer(0))
      if number > previous + 1 { gaps.append(previous + 1...number - 1) }
      previous = number
    }
  }

  /// Compares the rows with the history after the last transaction.
  fileprivate mutating func compareRows(
    _ connection: Connection, with history: BankHistory, _ depth: InspectionDepth
  ) throws(StorageError) -> Bool {
    let accounts = try Statement("SELECT id, balance FROM account", on: connection)
    var (sum, digest) = (Int64(0), UInt64(0))
    while try accounts.step() {
      sum &+= accounts.integer(1)
      digest &+= BankHistory.digest(account: accounts.integer(0), balance: accounts.integer(1))
    }
    total = sum
    guard lastTransaction <= history.lastTransaction, digest == history.accounts[lastTransaction] else {
      return false
    }
    if depth == .quick { return true }
    return try Self.transferDigest(connection) == history.transfers[lastTransaction]
  }

  private static func transferDigest(_ connection: Connection) throws(StorageError) -> UInt64 {
    let rows = try Statement("SELECT number, term, payer, payee, amount, note FROM transfer", on: connection)
    var digest: UInt64 = 0
    while try rows.step() {
      digest &+= rows.withBytes(5) {
        BankHistory.digest(
          number: rows.integer(0), term: rows.integer(1), payer: rows.integer(2), payee: rows.integer(3),
          amount: rows.integer(4), note: $0)
      }
    }
    return digest
  }
}
