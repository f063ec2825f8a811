/// The state of an image as a fresh SQLite found it after recovery from a power cut.
public struct DatabaseVerdict: Hashable, Sendable {
  /// SQLite's message when it could not open or read the image; `nil` when it could.
  public internal(set) var refusal: String?
  /// The first findings of `PRAGMA integrity_check`, at most eight; empty when the database is sound.
  public internal(set) var damage: [String] = []
  /// The sum of all balances, and the expected sum.
  public internal(set) var total: Int64?
  public internal(set) var expectedTotal: Int64
  /// The greatest transaction number in the image; 0 for none.
  public internal(set) var lastTransaction = 0
  /// The missing transactions before the last one, at most eight runs.
  public internal(set) var gaps: [ClosedRange<Int>] = []
  /// Whether accounts and transfers are exactly those after the last transaction.
  public internal(set) var isExact = false

  init(expectedTotal: Int64) { self.expectedTotal = expectedTotal }

  /// Whether the image holds exactly the transactions from the first to the last.
  public var isPrefix: Bool { refusal == nil && gaps.isEmpty && isExact }
  public var keepsTotal: Bool { total == expectedTotal }
  public var isUsable: Bool { refusal == nil && damage.isEmpty && keepsTotal && isPrefix }
}

/// The depth of an inspection.
public enum InspectionDepth: Hashable, Sendable {
  /// The inspection covers the structure, every balance, and the number of transfers.
  case quick
  /// The inspection also covers every byte of every transfer.
  case thorough
}
