import Units

/// A run of a backup, as listed by a tool.
public struct BackupRun: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case succeeded
    /// The run has not ended yet, so its backup cannot be restored. The text is the tool's word for its state.
    case running(String)
    /// The run failed. The text gives the reason.
    case failed(String)
  }

  public var name: String
  /// The source of the backup. Runs of one source protect each other, and runs of different sources do not.
  public var source: String
  /// The instant whose state the run protects.
  public var start: Instant
  /// The end of the run; `nil` where the tool does not list it.
  public var end: Instant?
  public var outcome = Outcome.succeeded
  /// The size in bytes of everything that the run protects.
  public var size: Int64?
  /// The bytes that the run added to the store.
  public var added: Int64?
  /// The bytes that the run copied from the source.
  public var moved: Int64?

  public init(name: String, source: String, start: Instant, end: Instant? = nil) {
    self.name = name
    self.source = source
    self.start = start
    self.end = end
  }

  public var duration: Duration? { end.map { $0 - start } }
  public var isUsable: Bool { outcome == .succeeded }
  public var isFailed: Bool { if case .failed = outcome { true } else { false } }
}

/// The runs of one file, with the tool that listed them.
public struct BackupList: Sendable {
  public let tool: String
  public var runs: [BackupRun]
  /// Remarks on information that the list lacks.
  public var remarks: [String]
  /// Details of runs from another file.
  var details: [RunDetail] = []

  init(tool: String, runs: [BackupRun], remarks: [String] = []) {
    self.tool = tool
    self.runs = runs
    self.remarks = remarks
  }
}

/// Details of a listed run from a log.
struct RunDetail: Hashable, Sendable {
  let name: String
  let duration: Duration?
  let size: Int64?
  let added: Int64?
}
