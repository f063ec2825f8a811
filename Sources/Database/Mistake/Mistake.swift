import Storage
import Units

/// A statement that somebody should not have run on a bank. To SQLite it is a transaction like any other, so whatever
/// replicates the database carries it out as faithfully as the others.
public enum Mistake: Hashable, Sendable {
  /// This share of the accounts is deleted, the first ones.
  case deletion(Ratio)
  /// This share of the accounts gets a balance of zero, the first ones.
  case wrongBalances(Ratio)

  private var share: Ratio {
    switch self {
    case .deletion(let share), .wrongBalances(let share): share
    }
  }

  /// - Parameter accounts: how many there are; they are numbered from 1.
  func statement(accounts: Int) -> String {
    let last = max(1, Int(Int64(accounts) * share.billionths / 1_000_000_000))
    return switch self {
    case .deletion: "DELETE FROM account WHERE id <= \(last)"
    case .wrongBalances: "UPDATE account SET balance = 0 WHERE id <= \(last)"
    }
  }
}

/// What a mistake did to a database.
public struct MistakenRun: Sendable {
  /// What SQLite wrote to its volumes: a checkpoint, and the transaction.
  public let entries: [Recording.Entry]
  /// What the transaction changed, as a changeset.
  public let changes: Bytes
  /// The volumes after it, everything written.
  public let image: DatabaseImage
}

extension DatabaseImage {
  /// What becomes of these volumes when the mistake is made on them. Throws what SQLite has against it.
  public func making(_ mistake: Mistake, in workload: BankWorkload) throws(StorageError) -> MistakenRun {
    let files = HostFiles(opening: self, isRecording: true)
    let connection = try Connection(to: files)
    try connection.execute("PRAGMA synchronous=FULL")
    try connection.watchLog()
    let salts = RandomStream(seed: 0, stream: "SQLite mistake")
    let changes = try VirtualFileSystem.drawing(from: salts) { () throws(StorageError) in
      try connection.checkpoint()
      var changes = Bytes()
      try connection.transaction { () throws(StorageError) in
        let session = try ChangeSession(on: connection)
        try connection.execute(mistake.statement(accounts: workload.accounts))
        changes = try session.changes()
      }
      return changes
    }
    files.writeBack()
    return MistakenRun(entries: files.entries, changes: changes, image: files.image)
  }
}
