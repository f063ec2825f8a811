import Database
import Units

/// A service that is a real database: SQLite keeps a bank on two volumes, the data and its write-ahead log.
public struct DatabasePlan: Hashable, Sendable {
  public var data: VolumeID
  public var log: VolumeID
  public var churn: TransactionChurn
  /// In the run, whatever its scale. What the bank knows of each fills the share of the data volume that is in use.
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
