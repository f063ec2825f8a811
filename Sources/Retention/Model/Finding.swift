import Schedules
import Units

/// The finding of a dialect on one point.
public struct Finding: Hashable, Sendable {
  /// A remark beside the rules.
  public enum Note: UInt8, Hashable, Sendable {
    case none
    /// borg: the oldest archive is kept while a rule is not filled.
    case oldest
    /// borg: an interrupted archive, kept because no newer one exists.
    case checkpoint
    /// The backup failed or waits, so the rules ignore it.
    case notJudged
    /// barman: kept only because of minimum_redundancy (`OBSOLETE*`).
    case minimumRedundancy
    /// The point is dropped with the point that it builds on.
    case dependsOnDropped
    /// The point is kept because a kept point builds on it.
    case neededByKept
    /// A lock prevents dropping the point.
    case locked
    /// The date fixed at the point's creation has passed.
    case expired
    /// The point's rule at its creation was a count, and the policy no longer has one.
    case orphaned
    /// The point is younger than a deleting rule requires.
    case young
  }

  public var isKept: Bool
  /// The rules that keep the point, as bits in the order of `Dialect.ruleNames`.
  public var rules: UInt32
  /// The point's number under its first rule, from 1; 0 where the dialect has no numbers.
  public var number: Int32
  public var note: Note

  public static let dropped = Finding(isKept: false, rules: 0, number: 0, note: .none)

  static func dropped(_ note: Note) -> Finding { Finding(isKept: false, rules: 0, number: 0, note: note) }
  static func kept(_ note: Note) -> Finding { Finding(isKept: true, rules: 0, number: 0, note: note) }

  /// Adds a rule that keeps the point. The number of the first rule is kept.
  mutating func keep(_ rule: Int, number: Int = 0) {
    if rules == 0 && note == .none { self.number = Int32(number) }
    rules |= 1 << UInt32(rule)
    isKept = true
  }
}

/// A retention dialect as a value: the names of its rules, and their findings on points.
protocol DialectRules: Hashable, Sendable {
  /// The names of at most 32 rules, in the order of their application.
  var ruleNames: [String] { get }

  /// Returns one finding for each point.
  ///
  /// - Parameters:
  ///   - locals: the seconds that a clock on the wall showed at each point.
  ///   - order: the places of the points, newest first; of points of one instant the greater name first.
  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]

  /// Returns the indices that a prune drops, ascending; `nil` where a dialect must check every point.
  ///
  /// - Parameters:
  ///   - seconds: the instants of full backups of one schedule, ascending.
  ///   - locals: the seconds that a clock on the wall showed then.
  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]?
}

extension DialectRules {
  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? { nil }
}

/// The points that a prune keeps: all from an index on, and some before.
struct SparseKeep {
  /// The index from which all points are kept.
  private(set) var start: Int
  private var places: [Int] = []

  init(count: Int) { start = count }

  mutating func keepAll(from place: Int) { start = min(start, max(0, place)) }
  mutating func keep(_ place: Int) { places.append(place) }
  func keeps(_ place: Int) -> Bool { place >= start || places.contains(place) }

  /// The remaining indices, ascending.
  var drops: [Int] {
    var drops: [Int] = []
    let kept = places.filter { $0 < start }.sorted()
    var next = 0
    for place in 0..<start {
      while next < kept.count, kept[next] < place { next += 1 }
      if next == kept.count || kept[next] != place { drops.append(place) }
    }
    return drops
  }
}

extension [Int] {
  /// Calls `visit` with the newest index of each period, newest first, until it returns `false`.
  ///
  /// Complexity: O(log n) for each period of an hour or longer; their numbers never fall as time goes on, for clocks are
  /// set back within an hour.
  func forEachHead(of period: (Int) -> Int, canLeap: Bool, _ visit: (Int) -> Bool) {
    var place = count - 1
    while place >= 0 {
      guard visit(place) else { return }
      let number = period(self[place])
      var step = 1
      while canLeap, place - step >= 0, period(self[place - step]) == number { step *= 2 }
      if !canLeap {
        while place >= 0, period(self[place]) == number { place -= 1 }
        continue
      }
      // The next head lies beyond half the last step and within it.
      var bounds = Swift.max(-1, place - step)..<place - step / 2
      while bounds.count > 1 {
        let middle = bounds.lowerBound + bounds.count / 2
        bounds =
          period(self[middle]) == number ? bounds.lowerBound..<middle : middle..<bounds.upperBound
      }
      place = bounds.lowerBound
    }
  }

  /// Returns the first index whose value exceeds a limit, in ascending values.
  func firstPlace(after limit: Int) -> Int {
    var bounds = 0..<count
    while !bounds.isEmpty {
      let middle = bounds.lowerBound + bounds.count / 2
      bounds = self[middle] > limit ? bounds.lowerBound..<middle : middle + 1..<bounds.upperBound
    }
    return bounds.lowerBound
  }
}
