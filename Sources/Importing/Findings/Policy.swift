import Units

/// A rule that says when backups or snapshots are made, how long they stay, and of what.
public struct Policy: Sendable {
  /// The objects that a policy protects.
  enum Selection: Sendable {
    /// Everything that the tool can see.
    case everything
    /// Objects by identifier, with `*` as a wildcard.
    case objects([String])
    /// Objects that carry any of these tags.
    case tagged([Tag])
    /// Objects that carry all of these tags.
    case taggedAll([Tag])
    /// The file does not say it.
    case unknown
    /// Nothing at all.
    case nothing
  }

  public var name: String
  /// The tool or service that carries it out, for example `borgmatic`.
  public var tool: String
  public var schedules: [Schedule]
  public var retention: Retention
  var selections: [Selection]
  /// Whether the policy makes snapshots on the production storage itself.
  var isSnapshot = false
  public var isEnabled = true
  /// Whether somebody must start each run.
  var isByHand = false
  /// Changes are kept between backups too, so that any instant can be restored.
  var isContinuous = false
  /// Points that nobody can delete for this time.
  var lock: Duration?
  /// The place that receives a copy of each backup.
  var copy: String?
  /// The longest delay after the scheduled instant.
  public var delay: Duration?
  var comments: [String] = []
  public var origin: Origin
}

/// When something happens, as a recurrence rule.
public struct Schedule: Hashable, Sendable {
  /// RFC 5545, for example `FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0`.
  public var rule: String
  /// As the file writes it.
  public var written: String
  /// The time zone's name; `nil` where the file states none.
  public var zone: String?
  /// What the rule does not carry over.
  public var comments: [String] = []
  public var origin: Origin
}

/// How long points stay, in the words of the scenario language.
public struct Retention: Hashable, Sendable {
  public var count: Int?
  public var duration: Duration?
  public var days: Int?
  public var weeks: Int?
  public var months: Int?
  public var years: Int?
  public var isPermanent = false
  /// What the words do not carry over.
  public var comments: [String] = []

  public init() {}

  var isEmpty: Bool {
    count == nil && duration == nil && days == nil && weeks == nil && months == nil && years == nil
      && !isPermanent
  }

  /// Zero and negative counts of the calendar words want no point.
  mutating func dropZeros() {
    if count ?? 1 <= 0 { count = nil }
    if days ?? 1 <= 0 { days = nil }
    if weeks ?? 1 <= 0 { weeks = nil }
    if months ?? 1 <= 0 { months = nil }
    if years ?? 1 <= 0 { years = nil }
  }
}
