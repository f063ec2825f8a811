import Schedules
import Units

/// One wish for recovery points to be kept.
public enum RetentionRule: Hashable, Sendable, CustomStringConvertible {
  /// The newest points, as many as this.
  case newest(Int)
  /// Every point up to this age.
  case age(Duration)
  /// The newest point of each of the last calendar periods, as many as this, that have a point at all.
  case newestOfEach(CalendarPeriod, Int)
  /// Every point, for ever.
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

/// How long recovery points stay: a point stays while any rule wants it.
///
/// A policy without rules keeps everything, and so does a lock, whatever the rules say.
public struct RetentionPolicy: Hashable, Sendable {
  public let rules: [RetentionRule]
  /// The rules of a tool or provider, which then decide alone.
  public let dialect: Dialect?

  /// Counts must be at least 1, ages positive.
  public init(_ rules: [RetentionRule]) throws(QuantityError) {
    for rule in rules { try rule.check() }
    self.init(unchecked: rules)
  }

  /// Lets a tool's own rules decide.
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

/// What retention needs to know of a recovery point.
public struct RetentionPoint<ID: Hashable & Sendable>: Hashable, Sendable {
  public let id: ID
  /// The instant whose state the point holds.
  public let instant: Instant
  /// The point cannot be dropped before this instant.
  public let lockedUntil: Instant?

  public init(id: ID, instant: Instant, lockedUntil: Instant? = nil) {
    self.id = id
    self.instant = instant
    self.lockedUntil = lockedUntil
  }
}
