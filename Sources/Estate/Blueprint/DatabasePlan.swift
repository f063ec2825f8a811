import Database
import Units

/// A service that is a real database: SQLite keeps a bank on two volumes, the data and its write-ahead log.
public struct DatabasePlan: Hashable, Sendable {
  public var data: VolumeID
  public var log: VolumeID
  public var churn: TransactionChurn
  /// The number of accounts in the run, at any scale. The bank's records fill the used share of the data
  /// volume.
  public var accounts: Int

  public init(data: VolumeID, log: VolumeID, churn: TransactionChurn, accounts: Int) {
    self.data = data
    self.log = log
    self.churn = churn
    self.accounts = accounts
  }

  /// The volumes as one consistency group, in the order of the database's files.
  public var volumes: [VolumeID] { [data, log] }

  subscript(file: DatabaseFile) -> VolumeID { file == .data ? data : log }
}
