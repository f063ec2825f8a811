import Storage
import Units

/// A statement that was run on a bank by mistake. For SQLite it is an ordinary transaction, so replication
/// copies it faithfully.
public enum Mistake: Hashable, Sendable {
  /// The first accounts, as many as this share, are deleted.
  case deletion(Ratio)
  /// The first accounts, as many as this share, get a balance of zero.
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

/// The effect of a mistake on a database.
public struct MistakenRun: Sendable {
  /// SQLite's writes to its volumes: a checkpoint, and the transaction.
  public let entries: [Recording.Entry]
  /// The changes of the transaction, as a changeset.
  public let changes: Bytes
  /// The volumes afterwards, with everything written.
  public let image: DatabaseImage
}

extension DatabaseImage {
  /// Returns the result of making the mistake on these volumes. Throws when SQLite refuses the statement.
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
