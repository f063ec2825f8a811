import Schedules
import Units

/// The rules of firedrill's own scenarios. A point is kept while any rule keeps it.
public struct OwnRules: DialectRules {
  public let rules: [RetentionRule]

  public init(_ policy: RetentionPolicy) { rules = policy.rules.isEmpty ? [.permanent] : policy.rules }

  var ruleNames: [String] {
    rules.map { rule in
      switch rule {
      case .newest(let count): "newest \(count)"
      case .age(let limit): "up to \(limit) old"
      case .newestOfEach(let period, let count): "newest of \(count) \(period)s with points"
      case .permanent: "permanent"
      }
    }
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    for (place, rule) in rules.enumerated() {
      switch rule {
      case .permanent: for index in order { findings[index].keep(place) }
      case .newest(let limit):
        for (rank, index) in order.prefix(limit).enumerated() {
          findings[index].keep(place, number: rank + 1)
        }
      case .age(let limit):
        for index in order.prefix(while: { now - points[$0].instant <= limit }) {
          findings[index].keep(place)
        }
      case .newestOfEach(let period, let limit):
        var heads = PeriodHeads(period, limit: limit)
        for index in order {
          guard let number = heads.take(locals[index]) else { continue }
          findings[index].keep(place, number: number)
          if heads.isFull { break }
        }
      }
    }
    return findings
  }

  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? {
    var kept = SparseKeep(count: seconds.count)
    for rule in rules {
      switch rule {
      case .permanent: return []
      case .newest(let limit): kept.keepAll(from: seconds.count - limit)
      case .age(let limit):
        kept.keepAll(from: seconds.firstPlace(after: now - 1 - Int(limit.nanoseconds / 1_000_000_000)))
      case .newestOfEach(let period, let limit):
        var left = limit
        locals.forEachHead(of: { period.number(atSecond: $0) }, canLeap: period >= .hour) { place in
          kept.keep(place)
          left -= 1
          return left > 0
        }
      }
    }
    return kept.drops
  }
}

/// The count of periods of one kind along a sequence of points.
struct PeriodHeads {
  private let period: CalendarPeriod
  private let limit: Int
  private var previous: Int?
  private(set) var count = 0

  init(_ period: CalendarPeriod, limit: Int) {
    self.period = period
    self.limit = limit
  }

  var isFull: Bool { count >= limit }

  /// Returns the number of the period that a local second begins; `nil` within the same period.
  mutating func take(_ local: Int) -> Int? {
    let number = period.number(atSecond: local)
    guard number != previous, !isFull else { return nil }
    previous = number
    count += 1
    return count
  }
}
