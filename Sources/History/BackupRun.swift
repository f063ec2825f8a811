import Units

/// A run of a backup as a tool lists it.
public struct BackupRun: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case succeeded
    /// Why the run does not count.
    case failed(String)
  }

  public var name: String
  /// What was backed up: runs of one source protect each other, runs of different sources do not.
  public var source: String
  /// The run protects the state of this instant.
  public var start: Instant
  /// `nil` where the tool does not say when the run ended.
  public var end: Instant?
  public var outcome = Outcome.succeeded
  /// Bytes of everything that the run protects.
  public var size: Int64?
  /// Bytes that the run added to the store.
  public var added: Int64?
  /// Bytes that the run copied from the source.
  public var moved: Int64?

  public init(name: String, source: String, start: Instant, end: Instant? = nil) {
    self.name = name
    self.source = source
    self.start = start
    self.end = end
  }

  public var duration: Duration? { end.map { $0 - start } }
  public var isUsable: Bool { outcome == .succeeded }
}

/// The runs of one file, with the tool that listed them.
public struct BackupList: Sendable {
  public let tool: String
  public var runs: [BackupRun]
  /// What the list does not say.
  public var remarks: [String]
  /// Facts about runs that another file lists.
  var details: [RunDetail] = []

  init(tool: String, runs: [BackupRun], remarks: [String] = []) {
    self.tool = tool
    self.runs = runs
    self.remarks = remarks
  }
}

/// What a log adds to a run that a list names.
struct RunDetail: Hashable, Sendable {
  let name: String
  let duration: Duration?
  let size: Int64?
  let added: Int64?
}
