import Storage
import Units

/// The tables of the bank and their statements.
struct BankSchema {
  static let tables = """
    CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, details BLOB NOT NULL);
    CREATE TABLE transfer (
      number INTEGER PRIMARY KEY, term INTEGER NOT NULL, payer INTEGER NOT NULL, payee INTEGER NOT NULL,
      amount INTEGER NOT NULL, note BLOB NOT NULL);
    """

  /// The tables that the logical log may change.
  static let replicated = [
    ChangesetReader.Table(name: "account", columns: 3), ChangesetReader.Table(name: "transfer", columns: 6),
  ]

  private let credit: Statement
  private let insertion: Statement

  init(on connection: Connection) throws(StorageError) {
    credit = try Statement("UPDATE account SET balance = balance + ?2 WHERE id = ?1", on: connection)
    insertion = try Statement("INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?)", on: connection)
  }

  /// Creates the tables and opens the accounts.
  static func open(_ workload: BankWorkload, seed: UInt64, on connection: Connection) throws(StorageError) {
    try connection.transaction { () throws(StorageError) in
      try connection.execute(tables)
      let insertion = try Statement("INSERT INTO account VALUES (?, ?, ?)", on: connection)
      for account in 1...Int64(workload.accounts) {
        var random = RandomStream(seed: seed, stream: "bank account", index: UInt32(account))
        let details = (0..<workload.bytesPerAccount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        try insertion.run(account, BankWorkload.openingBalance, bytes: Bytes(details))
      }
    }
  }

  /// Performs a transfer within the open transaction.
  func carryOut(_ transfer: Transfer) throws(StorageError) {
    try credit.run(transfer.payer, -transfer.amount)
    try credit.run(transfer.payee, transfer.amount)
    try insertion.run(
      Int64(transfer.number), Int64(transfer.term), transfer.payer, transfer.payee, transfer.amount,
      bytes: transfer.note)
  }
}
