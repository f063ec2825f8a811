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
    /// The named objects whose tags fulfil all conditions.
    case matching([String], [TagCondition])
    /// An unknown selection, because the file has none.
    case unknown
    /// No objects.
    case nothing
  }

  public var name: String
  /// The identifiers of the policy in other files.
  var ids: [String] = []
  /// The tool or service of the policy, such as `borgmatic`.
  public var tool: String
  public var schedules: [Schedule]
  public var retention: Retention
  var selections: [Selection]
  /// The patterns of objects that are left out, although a selection has them.
  var exclusions: [String] = []
  /// Whether the policy makes snapshots on the production storage itself.
  var isSnapshot = false
  public var isEnabled = true
  /// The reason why no run belongs into a rehearsal; `nil` for policies that run by themselves.
  var absence: Absence?
  /// Whether changes between backups are kept too, so that any instant can be restored.
  var isContinuous = false
  /// The time for which points cannot be deleted.
  var lock: Duration?
  /// The place that receives a copy of each backup.
  var copy: String?
  /// The retention of the copies; `nil` where the copies stay as long as the backups.
  var copyRetention: Retention?
  /// The longest delay after the scheduled instant.
  public var delay: Duration?
  var comments: [String] = []
  public var origin: Origin
}

extension Policy {
  /// A reason why a rehearsal has no runs of a policy.
  enum Absence: Hashable, Sendable {
    /// A person must start each run.
    case byHand
    /// No run falls into the weeks that a scenario rehearses.
    case tooRare
  }

  var isByHand: Bool {
    get { absence == .byHand }
    set { absence = newValue ? .byHand : nil }
  }
}

/// A condition on the value of a label.
struct TagCondition: Hashable, Sendable {
  let key: String
  /// The value, with `*` as a wildcard.
  let pattern: String
  /// Whether the condition holds for objects without such a label.
  let isNegated: Bool

  func holds(for tags: [Tag]) -> Bool {
    tags.contains { $0.key == key && $0.value.matches(wildcards: pattern) } != isNegated
  }
}

/// Objects that a separate file assigns to a policy.
struct LooseSelection: Sendable {
  /// An identifier of the policy.
  let policy: String
  let selections: [Policy.Selection]
  let exclusions: [String]
  let origin: Origin
}

/// A recurrence rule with its source text.
public struct Schedule: Hashable, Sendable {
  /// RFC 5545, for example `FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0`.
  public var rule: String
  /// The same rule in its tool's notation, such as `cron: "30 2 * * *"`.
  ///
  /// The notation decides what happens when clocks change.
  var notation: String?
  /// Whether only the tool's notation says all, because the expression stands for several rules.
  var isNative = false
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
  /// The tool's own rules in the scenario language, such as `restic: { keepDaily: 7 }`.
  public var dialect: String?
  /// Remarks on parts that the words do not carry over.
  public var comments: [String] = []

  public init() {}

  var isEmpty: Bool {
    count == nil && duration == nil && days == nil && weeks == nil && months == nil && years == nil
      && !isPermanent && dialect == nil
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
