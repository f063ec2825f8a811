/// What a fresh SQLite found in an image after it had recovered it, as it does after a power cut.
public struct DatabaseVerdict: Hashable, Sendable {
  /// What SQLite said when it could not open or read the image; `nil` when it could.
  public internal(set) var refusal: String?
  /// What `PRAGMA integrity_check` found, eight findings at most; empty when the database is sound.
  public internal(set) var damage: [String] = []
  /// The sum of all balances, and what it should be.
  public internal(set) var total: Int64?
  public internal(set) var expectedTotal: Int64
  /// The greatest number of a transaction that the image holds; 0 when it holds none.
  public internal(set) var lastTransaction = 0
  /// Which of the transactions up to the last are missing, eight runs at most.
  public internal(set) var gaps: [ClosedRange<Int>] = []
  /// Whether accounts and transfers are exactly those after the last transaction.
  public internal(set) var isExact = false

  init(expectedTotal: Int64) { self.expectedTotal = expectedTotal }

  /// Whether the image holds the transactions from the first to the last and nothing else.
  public var isPrefix: Bool { refusal == nil && gaps.isEmpty && isExact }
  public var keepsTotal: Bool { total == expectedTotal }
  public var isUsable: Bool { refusal == nil && damage.isEmpty && keepsTotal && isPrefix }
}

/// How closely an image is looked at.
public enum InspectionDepth: Hashable, Sendable {
  /// Structure, every balance, and how many transfers there are.
  case quick
  /// And every byte of every transfer.
  case thorough
}
