import Storage
import Units

/// A bank that runs one short transaction after the other: each moves money between two accounts and writes down that it
/// did. The total of all balances never changes.
///
/// When a transaction begins is not said here: whoever replays a recording decides.
public struct BankWorkload: Hashable, Sendable {
  /// When SQLite asks its volumes to make a transaction durable.
  public enum Durability: Hashable, Sendable {
    /// Before each commit returns (`PRAGMA synchronous=FULL`): what is committed survives a power cut.
    case everyCommit
    /// Before each checkpoint only (`PRAGMA synchronous=NORMAL`): the last commits may be lost.
    case everyCheckpoint
  }

  public var transactions: Int
  /// At least two.
  public var accounts = 256
  /// What the bank knows of an account beside its balance, drawn at random once.
  public var bytesPerAccount = 64
  /// What a transfer carries beside its amount, drawn at random.
  public var bytesPerTransfer = 32
  public var durability = Durability.everyCommit
  /// A commit that finds this many frames of 4 KiB in the write-ahead log is followed by a checkpoint. SQLite's own
  /// default is 1000 (sqlite.org/pragma.html#pragma_wal_autocheckpoint); fewer make recoveries shorter.
  public var framesPerCheckpoint = 256
  public var dataVolume = ByteCount.mebibytes(32)
  public var logVolume = ByteCount.mebibytes(8)

  public init(transactions: Int) { self.transactions = transactions }

  /// The balance of every account before the first transaction, in the bank's only unit.
  public static let openingBalance: Int64 = 1_000

  /// The sum of all balances, at any time.
  public var total: Int64 { Int64(accounts) * Self.openingBalance }

  /// Throws `invalid` when there cannot be such a bank.
  func check() throws(StorageError) {
    guard (0...1 << 30).contains(transactions), (2...1 << 20).contains(accounts), framesPerCheckpoint > 0
    else {
      throw StorageError(.invalid, "a bank needs 2 to 2^20 accounts, and at most 2^30 transactions")
    }
    let sizes = 0...1 << 20
    guard sizes.contains(bytesPerAccount), sizes.contains(bytesPerTransfer) else {
      throw StorageError(.invalid, "accounts and transfers have 0 to 2^20 bytes each")
    }
  }
}
