import Units

/// The RPO or RTO of a rehearsal, or the fact that nothing was recovered.
///
/// Unrecoverable is a state, not a large number: it is beyond every duration and whatever is computed from it is
/// unrecoverable too.
public enum Achieved: Codable, Hashable, Comparable, Sendable, CustomStringConvertible {
  case duration(Duration)
  case unrecoverable

  /// The duration; `nil` when unrecoverable.
  public var duration: Duration? {
    if case .duration(let duration) = self { duration } else { nil }
  }

  public static func + (a: Achieved, b: Achieved) -> Achieved {
    guard let a = a.duration, let b = b.duration else { return .unrecoverable }
    return .duration(a + b)
  }

  public var description: String { duration?.description ?? "unrecoverable" }
}
