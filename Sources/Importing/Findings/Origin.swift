/// The place in a file from which a value was read.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
  /// The path as given.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1.
  public let column: Int
  /// The file's name for the value, such as `aws_db_instance.main.allocated_storage`.
  public let subject: String

  /// The place as text, such as `state.json:17 aws_db_instance.main.allocated_storage`.
  public var description: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return subject.isEmpty ? "\(name):\(line)" : "\(name):\(line) \(subject)"
  }

  /// Returns the same place with the name of a part.
  func part(_ key: String) -> Origin {
    Origin(file: file, line: line, column: column, subject: subject.isEmpty ? key : "\(subject).\(key)")
  }
}
