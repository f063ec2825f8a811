/// What is wrong with a list of backups, where, and what to give instead.
public struct HistoryProblem: Error, Hashable, Sendable {
  /// The byte at which the error stands.
  public let offset: Int
  public let message: String
  public let hint: String

  init(offset: Int, _ message: String, hint: String) {
    self.offset = offset
    self.message = message
    self.hint = hint
  }
}
