import Schedules
import Units

/// A rule that keeps recovery points.
public enum RetentionRule: Hashable, Sendable, CustomStringConvertible {
  /// The newest points, up to this number.
  case newest(Int)
  /// Every point up to this age.
  case age(Duration)
  /// The newest point of each of the last calendar periods with points, up to this number.
  case newestOfEach(CalendarPeriod, Int)
  /// Every point, forever.
  case permanent

  public var description: String {
    switch self {
    case .newest(let count): "keep \(count)"
    case .age(let limit): "keep \(limit)"
    case .newestOfEach(let period, let count): "keep 1 per \(period) for \(count) with backups"
    case .permanent: "permanent"
    }
  }
}

/// The retention of recovery points. A point is kept while any rule keeps it.
///
/// A policy without rules keeps everything, and so does a lock, whatever the rules say.
public struct RetentionPolicy: Hashable, Sendable {
  public let rules: [RetentionRule]
  /// The dialect of a tool or provider, which replaces the rules.
  public let dialect: Dialect?

  /// Creates a policy. Counts must be at least 1 and ages positive.
  public init(_ rules: [RetentionRule]) throws(QuantityError) {
    for rule in rules { try rule.check() }
    self.init(unchecked: rules)
  }

  /// Creates a policy with a tool's own rules.
  public init(_ dialect: Dialect) {
    rules = []
    self.dialect = dialect
  }

  private init(unchecked rules: [RetentionRule]) {
    self.rules = rules
    dialect = nil
  }

  public static let permanent = RetentionPolicy(unchecked: [.permanent])
}

extension RetentionRule {
  fileprivate func check() throws(QuantityError) {
    switch self {
    case .newest(let count), .newestOfEach(_, let count):
      guard count >= 1 else {
        throw QuantityError(
          "a retention of \(count) keeps nothing", hint: "keep at least 1, or drop the rule")
      }
    case .age(let limit):
      guard limit > .zero else {
        throw QuantityError("a retention of \(limit) keeps nothing", hint: "write a time such as '30 d'")
      }
    case .permanent: break
    }
  }
}

/// The properties of a recovery point that retention needs.
public struct RetentionPoint<ID: Hashable & Sendable>: Hashable, Sendable {
  public let id: ID
  /// The instant of the point's state.
  public let instant: Instant
  /// The instant before which the point cannot be dropped.
  public let lockedUntil: Instant?

  public init(id: ID, instant: Instant, lockedUntil: Instant? = nil) {
    self.id = id
    self.instant = instant
    self.lockedUntil = lockedUntil
  }
}
