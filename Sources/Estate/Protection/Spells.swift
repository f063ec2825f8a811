import Units

/// The number of periods of a condition, their total duration and the longest one.
public struct Spells: Codable, Hashable, Sendable {
  public private(set) var count = 0
  public private(set) var total = Duration.zero
  public private(set) var longest = Duration.zero
  /// The start of the open period; `nil` when none is open.
  private var since: Instant?

  public init() {}

  package init(count: Int, total: Duration, longest: Duration) {
    (self.count, self.total, self.longest) = (count, total, longest)
  }

  /// Starts or ends a period at `instant`.
  mutating func note(_ holds: Bool, at instant: Instant) {
    if holds { begin(at: instant) } else { end(at: instant) }
  }

  /// Starts a period unless one is open.
  mutating func begin(at instant: Instant) {
    guard since == nil else { return }
    since = instant
    count += 1
  }

  mutating func end(at instant: Instant) {
    guard let since else { return }
    total += instant - since
    longest = max(longest, instant - since)
    self.since = nil
  }
}
