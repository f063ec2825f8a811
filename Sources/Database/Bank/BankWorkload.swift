import Storage
import Units

/// A bank with one short transaction after another. Each moves money between two accounts and records the
/// transfer, so the total of all balances never changes.
///
/// The workload does not decide when a transaction begins. The replay of a recording does.
public struct BankWorkload: Hashable, Sendable {
  /// The moments at which SQLite makes transactions durable.
  public enum Durability: Hashable, Sendable {
    /// SQLite flushes before each commit returns (`PRAGMA synchronous=FULL`). Committed transactions survive
    /// a power cut.
    case everyCommit
    /// SQLite flushes only before each checkpoint (`PRAGMA synchronous=NORMAL`). The last commits may be
    /// lost.
    case everyCheckpoint
  }

  public var transactions: Int
  /// The number of accounts, at least two.
  public var accounts = 256
  /// The size of an account's other data, drawn at random once.
  public var bytesPerAccount = 64
  /// The size of a transfer's other data, drawn at random.
  public var bytesPerTransfer = 32
  public var durability = Durability.everyCommit
  /// The number of 4 KiB frames in the write-ahead log after which a commit is followed by a checkpoint.
  /// SQLite's default is 1000 (sqlite.org/pragma.html#pragma_wal_autocheckpoint). Fewer frames shorten
  /// recoveries.
  public var framesPerCheckpoint = 256
  public var dataVolume = ByteCount.mebibytes(32)
  public var logVolume = ByteCount.mebibytes(8)

  public init(transactions: Int) { self.transactions = transactions }

  /// The balance of every account before the first transaction, in the bank's only unit.
  public static let openingBalance: Int64 = 1_000

  /// The sum of all balances, at any time.
  public var total: Int64 { Int64(accounts) * Self.openingBalance }

  /// Throws `invalid` for an impossible bank.
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
