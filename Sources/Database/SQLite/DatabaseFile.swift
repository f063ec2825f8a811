/// The files of a database, each on the volume with that number in one consistency group.
public enum DatabaseFile: Int, CaseIterable, Hashable, Sendable {
  case data = 0
  /// The write-ahead log.
  case log = 1
}
