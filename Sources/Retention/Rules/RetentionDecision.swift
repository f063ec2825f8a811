import Schedules
import Units

/// Why a rule or a lock wants a recovery point, or why a rule does not.
public enum RetentionReason: Hashable, Sendable, CustomStringConvertible {
  /// Nobody can drop the point before this instant.
  case locked(until: Instant)
  /// The policy keeps everything.
  case permanent
  /// The point's place among all points, the newest being 1, and how many the rule keeps.
  case rank(Int, of: Int)
  /// The point's age, and the age up to which the rule keeps points.
  case age(Duration, limit: Duration)
  /// The point is the newest of a calendar period (by its number); the period's place among those that have backups, the
  /// newest being 1, and how many the rule keeps.
  case represents(CalendarPeriod, number: Int, rank: Int, of: Int)
  /// A newer point represents the period.
  case superseded(CalendarPeriod, number: Int)
  /// A tool's rules keep the point or drop it, in the tool's words.
  case ruled(String, keeps: Bool)

  /// Whether the reason is one for keeping the point.
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

/// What becomes of one recovery point, and why.
public struct RetentionDecision<ID: Hashable & Sendable>: Hashable, Sendable {
  public let point: RetentionPoint<ID>
  public let isKept: Bool
  /// Of a kept point every reason to keep it, of a dropped point why each rule does not want it; never empty.
  public let reasons: [RetentionReason]

  fileprivate init(on point: RetentionPoint<ID>, findings: [RetentionReason]) {
    self.point = point
    let wishes = findings.filter(\.keeps)
    isKept = !wishes.isEmpty
    reasons = isKept ? wishes : findings
  }
}

extension RetentionPolicy {
  /// Decides on every point, in the order given; of points of one instant the later in the list is the newer.
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

  /// What each rule finds of a point at each instant. It knows no identifiers, so it is compiled once and not for each kind.
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
  /// One finding for each instant; the instants fall.
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
