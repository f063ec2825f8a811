import Units

/// A policy of backups or snapshots: the objects, the schedules and the retention.
public struct Policy: Sendable {
  /// The objects that a policy protects.
  enum Selection: Sendable {
    /// Everything that the tool can see.
    case everything
    /// Objects by identifier, with `*` as a wildcard.
    case objects([String])
    /// Objects that have any of these tags.
    case tagged([Tag])
    /// Objects that have all of these tags.
    case taggedAll([Tag])
    /// An unknown selection, because the file has none.
    case unknown
    /// No objects.
    case nothing
  }

  public var name: String
  /// The tool or service of the policy, such as `borgmatic`.
  public var tool: String
  public var schedules: [Schedule]
  public var retention: Retention
  var selections: [Selection]
  /// Whether the policy makes snapshots on the production storage itself.
  var isSnapshot = false
  public var isEnabled = true
  /// Whether a person must start each run.
  var isByHand = false
  /// Whether changes between backups are kept too, so that any instant can be restored.
  var isContinuous = false
  /// The time for which points cannot be deleted.
  var lock: Duration?
  /// The place that receives a copy of each backup.
  var copy: String?
  /// The longest delay after the scheduled instant.
  public var delay: Duration?
  var comments: [String] = []
  public var origin: Origin
}

/// A recurrence rule with its source text.
public struct Schedule: Hashable, Sendable {
  /// RFC 5545, for example `FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0`.
  public var rule: String
  /// The text in the file.
  public var written: String
  /// The name of the time zone; `nil` where the file has none.
  public var zone: String?
  /// Remarks on parts that the rule does not carry over.
  public var comments: [String] = []
  public var origin: Origin
}

/// The retention of points, in the words of the scenario language.
public struct Retention: Hashable, Sendable {
  public var count: Int?
  public var duration: Duration?
  public var days: Int?
  public var weeks: Int?
  public var months: Int?
  public var years: Int?
  public var isPermanent = false
  /// Remarks on parts that the words do not carry over.
  public var comments: [String] = []

  public init() {}

  var isEmpty: Bool {
    count == nil && duration == nil && days == nil && weeks == nil && months == nil && years == nil
      && !isPermanent
  }

  /// Drops zero and negative counts of calendar words, which keep no point.
  mutating func dropZeros() {
    if count ?? 1 <= 0 { count = nil }
    if days ?? 1 <= 0 { days = nil }
    if weeks ?? 1 <= 0 { weeks = nil }
    if months ?? 1 <= 0 { months = nil }
    if years ?? 1 <= 0 { years = nil }
  }
}
