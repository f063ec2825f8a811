/// An error in a list of backups: the problem, its place, and the input to give instead.
public struct HistoryProblem: Error, Hashable, Sendable {
  /// The offset of the error in bytes.
  public let offset: Int
  public let message: String
  public let hint: String

  init(offset: Int, _ message: String, hint: String) {
    self.offset = offset
    self.message = message
    self.hint = hint
  }
}
