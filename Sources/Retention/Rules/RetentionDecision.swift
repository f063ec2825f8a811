import Schedules
import Units

/// The reason why a rule or lock keeps a recovery point, or why a rule does not.
public enum RetentionReason: Hashable, Sendable, CustomStringConvertible {
  /// The point cannot be dropped before this instant.
  case locked(until: Instant)
  /// The policy keeps every point.
  case permanent
  /// The point's rank among all points, with 1 for the newest, and the number that the rule keeps.
  case rank(Int, of: Int)
  /// The point's age, and the limit of the rule.
  case age(Duration, limit: Duration)
  /// The point is the newest of a calendar period, given by its number. The rank counts periods with backups,
  /// with 1 for the newest, and the rule keeps the given number.
  case represents(CalendarPeriod, number: Int, rank: Int, of: Int)
  /// A newer point represents the period.
  case superseded(CalendarPeriod, number: Int)
  /// A tool's rules keep or drop the point, with the reason in the tool's words.
  case ruled(String, keeps: Bool)

  /// Whether the reason keeps the point.
  public var keeps: Bool {
    switch self {
    case .locked, .permanent: true
    case .rank(let rank, let limit), .represents(_, _, let rank, let limit): rank <= limit
    case .age(let age, let limit): age <= limit
    case .superseded: false
    case .ruled(_, let keeps): keeps
    }
  }

  public var description: String {
    switch self {
    case .locked(let date): "locked until \(date)"
    case .permanent: "kept permanently"
    case .rank(let rank, let limit): "number \(rank) of the newest, \(limit) are kept"
    case .age(let age, let limit): "\(age) old, kept up to \(limit)"
    case .represents(let period, let number, let rank, let limit):
      "newest of \(period) \(period.name(ofNumber: number)), number \(rank) of those with backups, \(limit) are kept"
    case .ruled(let text, _): text
    case .superseded(let period, let number): "not the newest of \(period) \(period.name(ofNumber: number))"
    }
  }
}

/// The decision on one recovery point, with its reasons.
public struct RetentionDecision<ID: Hashable & Sendable>: Hashable, Sendable {
  public let point: RetentionPoint<ID>
  public let isKept: Bool
  /// The reasons, at least one. A kept point has all reasons to keep it, a dropped one each rule's reason
  /// against it.
  public let reasons: [RetentionReason]

  fileprivate init(on point: RetentionPoint<ID>, findings: [RetentionReason]) {
    self.point = point
    let wishes = findings.filter(\.keeps)
    isKept = !wishes.isEmpty
    reasons = isKept ? wishes : findings
  }
}

extension RetentionPolicy {
  /// Decides on every point, in the order given. Of simultaneous points the later in the list is newer.
  ///
  /// - Parameter zone: the zone whose calendar the rules read.
  ///
  /// Complexity: O(n log n) in the number of points.
  public func decide<ID>(
    on points: [RetentionPoint<ID>], at now: Instant, in zone: Zone = .utc
  ) -> [RetentionDecision<ID>] {
    var findings =
      dialect.map { $0.reasons(on: points.map(\.instant), at: now, zone: zone).map { [$0] } }
      ?? findings(on: points.map(\.instant), at: now, zone: zone)
    for (index, point) in points.enumerated() {
      if let date = point.lockedUntil, now < date { findings[index].insert(.locked(until: date), at: 0) }
    }
    return zip(points, findings).map { RetentionDecision(on: $0, findings: $1) }
  }

  /// Returns each rule's reasons at each instant. The function is independent of identifiers, so it is
  /// compiled only once.
  private func findings(on instants: [Instant], at now: Instant, zone: Zone) -> [[RetentionReason]] {
    let newestFirst = instants.indices.sorted { (instants[$0], $0) > (instants[$1], $1) }
    let falling = newestFirst.map { instants[$0] }
    let columns = (rules.isEmpty ? [.permanent] : rules).map {
      $0.findings(on: falling, at: now, zone: zone)
    }
    var findings = [[RetentionReason]](repeating: [], count: instants.count)
    for (rank, index) in newestFirst.enumerated() { findings[index] = columns.map { $0[rank] } }
    return findings
  }
}

extension RetentionRule {
  /// Returns one reason for each instant; the instants descend.
  fileprivate func findings(on instants: [Instant], at now: Instant, zone: Zone) -> [RetentionReason] {
    switch self {
    case .permanent: return instants.map { _ in .permanent }
    case .newest(let limit): return instants.indices.map { .rank($0 + 1, of: limit) }
    case .age(let limit): return instants.map { .age(now - $0, limit: limit) }
    case .newestOfEach(let period, let limit):
      var periods = 0
      var previous: Int?
      return instants.map { instant in
        let number = period.number(atSecond: zone.local(instant.wholeSeconds))
        guard number != previous else { return .superseded(period, number: number) }
        previous = number
        periods += 1
        return .represents(period, number: number, rank: periods, of: limit)
      }
    }
  }
}
