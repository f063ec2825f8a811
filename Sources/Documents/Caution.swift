/// A doubt about a run's decisions or a scenario's text, with the change that removes it.
public struct Caution: Hashable, Sendable {
  public let message: String
  public let hint: String
  /// The file or option with the text; `nil` for the scenario file.
  public private(set) var file: String?
  /// The line of the text, from 1; `nil` for the whole file.
  public private(set) var line: Int?

  package init(message: String, hint: String, file: String? = nil, line: Int? = nil) {
    self.message = message
    self.hint = hint
    self.file = file
    self.line = line
  }

  /// `file:line: warning: message`, and the hint.
  public func text(of file: String) -> String {
    "\(self.file ?? file)\(line.map { ":\($0)" } ?? ""): warning: \(message)\nhint: \(hint)"
  }
}
