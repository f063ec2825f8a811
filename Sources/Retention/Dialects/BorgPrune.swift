import Schedules
import Units

/// `borg prune`, 1.2.4 and 1.4.5.
///
/// Periods follow the local time of the process that prunes. An archive counts for one rule only, and the
/// oldest archive stays while a rule is not filled.
public struct BorgPrune: DialectRules {
  public enum Rule: Int, CaseIterable, Hashable, Sendable {
    case secondly, minutely, hourly, daily, weekly, monthly, quarterly13Weekly, quarterly3Monthly, yearly

    /// The word printed by borg.
    public var word: String {
      switch self {
      case .quarterly13Weekly: "quarterly_13weekly"
      case .quarterly3Monthly: "quarterly_3monthly"
      default: "\(self)"
      }
    }

    func period(ofLocal second: Int) -> Int {
      switch self {
      case .secondly: second
      case .minutely: CalendarPeriod.minute.number(atSecond: second)
      case .hourly: CalendarPeriod.hour.number(atSecond: second)
      case .daily: CalendarPeriod.day.number(atSecond: second)
      case .weekly: CalendarPeriod.week.number(atSecond: second)
      case .monthly: CalendarPeriod.month.number(atSecond: second)
      case .quarterly3Monthly: CalendarPeriod.month.number(atSecond: second) / 3
      case .quarterly13Weekly:
        // ISO weeks 1-13, 14-26, 27-39 and 40-53.
        CalendarDay.quarter(ofDay: second.flooredQuotient(86_400))
      case .yearly: CalendarPeriod.year.number(atSecond: second)
      }
    }
  }

  /// `--keep-within`: archives strictly younger are kept.
  public var within: Duration?
  /// The number of archives that each rule keeps, in the order of `Rule`; 0 for none, -1 for all.
  public var counts = [Int](repeating: 0, count: Rule.allCases.count)

  public init() {}

  var ruleNames: [String] { ["within"] + Rule.allCases.map(\.word) }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    let archives = order.filter { !points[$0].isCheckpoint }
    if let newest = order.first, points[newest].isCheckpoint { findings[newest] = .kept(.checkpoint) }
    if let within {
      for (rank, index) in archives.prefix(while: { now - points[$0].instant < within }).enumerated() {
        findings[index].keep(0, number: rank + 1)
      }
    }
    for rule in Rule.allCases where counts[rule.rawValue] != 0 {
      apply(rule, to: archives, locals, &findings)
    }
    return findings
  }

  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? {
    var kept = SparseKeep(count: seconds.count)
    if let within {
      kept.keepAll(from: seconds.firstPlace(after: now - Int(within.nanoseconds / 1_000_000_000)))
    }
    for rule in Rule.allCases where counts[rule.rawValue] != 0 {
      var left = counts[rule.rawValue]
      locals.forEachHead(of: rule.period, canLeap: rule.rawValue >= Rule.hourly.rawValue) { place in
        guard !kept.keeps(place) else { return true }
        kept.keep(place)
        left -= 1
        return left != 0
      }
      if left > 0, !kept.keeps(0) { kept.keep(0) }
    }
    return kept.drops
  }

  private func apply(
    _ rule: Rule, to archives: [Int], _ locals: [Int], _ findings: inout [Finding]
  ) {
    let limit = counts[rule.rawValue]
    var kept = 0
    var previous: Int?
    for index in archives {
      let period = rule.period(ofLocal: locals[index])
      if period == previous { continue }
      previous = period
      guard !findings[index].isKept else { continue }
      kept += 1
      findings[index].keep(rule.rawValue + 1, number: kept)
      if kept == limit { return }
    }
    guard kept < limit, let oldest = archives.last, !findings[oldest].isKept else { return }
    findings[oldest].keep(rule.rawValue + 1, number: kept + 1)
    findings[oldest].note = .oldest
  }
}

extension BorgPrune {
  /// Parses `--keep-within`: a number and H, d, w, m (31 days) or y (365 days).
  public static func interval(parsing text: some StringProtocol) throws(QuantityError) -> Duration {
    let units: [(Character, Int64)] = [("H", 1), ("d", 24), ("w", 168), ("m", 744), ("y", 8_760)]
    guard let unit = units.first(where: { $0.0 == text.last }), let number = Int64(text.dropLast()),
      number > 0,
      number < 2_000
    else {
      throw QuantityError(
        "'\(text)' is not an interval of borg", hint: "write a number and H, d, w, m or y, as in '2d'")
    }
    return .hours(number * unit.1)
  }
}

extension ArchivedPoint {
  /// Whether an interrupted borg left the archive behind: `.checkpoint` or `.checkpoint.N`.
  fileprivate var isCheckpoint: Bool {
    guard name.contains(".checkpoint") else { return false }
    let end = name.split(separator: ".", omittingEmptySubsequences: false).suffix(2)
    return end.last == "checkpoint" || (end.first == "checkpoint" && end.last.map { Int($0) != nil } == true)
  }
}
