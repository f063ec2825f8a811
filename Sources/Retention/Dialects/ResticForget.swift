import Schedules
import Units

/// `restic forget`, 0.14.0.
///
/// One snapshot may satisfy and use up several rules. Periods and limits go by the wall clock that is stored in each
/// snapshot; the reference of the within-rules is the newest snapshot that is not in the future.
public struct ResticForget: DialectRules {
  /// A calendar interval in restic's notation: `1y5m7d2h`.
  public struct Interval: Hashable, Sendable, CustomStringConvertible {
    public var years = 0
    public var months = 0
    public var days = 0
    public var hours = 0

    public init() {}

    var isZero: Bool { self == Interval() }

    public var description: String {
      [(years, "y"), (months, "m"), (days, "d"), (hours, "h")].filter { $0.0 != 0 }
        .map { "\($0.0)\($0.1)" }.joined()
    }
  }

  /// The rules of restic that keep a count or an interval.
  public enum Period: Int, CaseIterable, Hashable, Sendable {
    case last, hourly, daily, weekly, monthly, yearly

    var calendar: CalendarPeriod? {
      switch self {
      case .last: nil
      case .hourly: .hour
      case .daily: .day
      case .weekly: .week
      case .monthly: .month
      case .yearly: .year
      }
    }
  }

  /// The count of each period, in the order of `Period`; 0 for none.
  public var counts = [Int](repeating: 0, count: Period.allCases.count)
  public var within = Interval()
  /// The interval of each period from hourly on.
  public var withinPeriods = [Interval](repeating: Interval(), count: Period.allCases.count)
  /// The lists of tags. A snapshot with all tags of one list is kept.
  public var tags: [[String]] = []

  public init() {}

  /// Whether there is no rule, so that nothing is removed.
  private var isEmpty: Bool {
    counts.allSatisfy { $0 == 0 } && within.isZero && withinPeriods.allSatisfy(\.isZero) && tags.isEmpty
  }

  var ruleNames: [String] {
    if isEmpty { return ["no rule given"] }
    let lists = tags.map { "has tags [\($0.joined(separator: ", "))]" }
    let periods = Period.allCases
    let counted = periods.filter { counts[$0.rawValue] != 0 }.map { "\($0) snapshot" }
    let inside = periods.filter { !withinPeriods[$0.rawValue].isZero }
      .map { "\($0) within \(withinPeriods[$0.rawValue])" }
    return lists + (within.isZero ? [] : ["within \(within)"]) + counted + inside
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    if isEmpty {
      for index in order { findings[index].keep(0) }
      return findings
    }
    var place = 0
    for list in tags {
      for index in order where list.allSatisfy(points[index].tags.contains) { findings[index].keep(place) }
      place += 1
    }
    let reference = order.first { points[$0].instant <= now }.map { points[$0] }
    func limit(_ interval: Interval) -> Instant { interval.limit(before: reference, in: zone) }
    if !within.isZero {
      for index in order.prefix(while: { points[$0].instant > limit(within) }) { findings[index].keep(place) }
      place += 1
    }
    for period in Period.allCases where counts[period.rawValue] != 0 {
      var heads = Heads(period, limit: counts[period.rawValue])
      for index in order {
        if heads.isFull { break }
        if let number = heads.take(locals[index]) { findings[index].keep(place, number: number) }
      }
      place += 1
    }
    for period in Period.allCases where !withinPeriods[period.rawValue].isZero {
      let limit = limit(withinPeriods[period.rawValue])
      var heads = Heads(period, limit: .max)
      for index in order {
        if points[index].instant <= limit { break }
        if heads.take(locals[index]) != nil { findings[index].keep(place) }
      }
      place += 1
    }
    return findings
  }

  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? {
    guard !isEmpty else { return [] }
    guard tags.isEmpty, let newest = seconds.last, newest <= now else { return nil }
    var kept = SparseKeep(count: seconds.count)
    func start(_ interval: Interval) -> Int {
      let limit = interval.limit(before: newest, offset: (locals.last ?? newest) - newest)
      return limit.map { seconds.firstPlace(after: $0) } ?? 0
    }
    if !within.isZero { kept.keepAll(from: start(within)) }
    kept.keepAll(from: seconds.count - max(0, counts[0]))
    for period in Period.allCases {
      guard let calendar = period.calendar else { continue }
      var left = counts[period.rawValue]
      let first =
        withinPeriods[period.rawValue].isZero ? seconds.count : start(withinPeriods[period.rawValue])
      guard left > 0 || first < seconds.count else { continue }
      locals.forEachHead(of: { calendar.number(atSecond: $0) }, canLeap: true) { place in
        if left > 0 || place >= first { kept.keep(place) }
        left -= 1
        return left > 0 || place > first
      }
    }
    return kept.drops
  }

  /// The heads of periods. For `last`, every snapshot is a period of its own.
  private struct Heads {
    private let calendar: CalendarPeriod?
    private let limit: Int
    private var heads: PeriodHeads
    private var count = 0

    init(_ period: Period, limit: Int) {
      calendar = period.calendar
      self.limit = limit
      heads = PeriodHeads(period.calendar ?? .second, limit: limit)
    }

    var isFull: Bool { calendar == nil ? count >= limit : heads.isFull }

    mutating func take(_ local: Int) -> Int? {
      guard calendar == nil else { return heads.take(local) }
      count += 1
      return count
    }
  }
}

extension ResticForget.Interval {
  /// Parses `1y5m7d2h`; each part is optional and may occur once.
  public init(parsing text: some StringProtocol) throws(QuantityError) {
    var digits = ""
    for character in text {
      if character.isASCII && (character.isNumber || (character == "-" && digits.isEmpty)) {
        digits.append(character)
        continue
      }
      guard let number = Int(digits) else { throw Self.failure(String(text)) }
      switch character {
      case "y": years = number
      case "m": months = number
      case "d": days = number
      case "h": hours = number
      default: throw Self.failure(String(text))
      }
      digits = ""
    }
    guard digits.isEmpty, !isZero else { throw Self.failure(String(text)) }
  }

  private static func failure(_ text: String) -> QuantityError {
    QuantityError(
      "'\(text)' is not an interval of restic", hint: "write years, months, days, hours as in '1y5m7d2h'")
  }

  /// Returns the reference minus the interval, by the reference's local time.
  fileprivate func limit(before reference: ArchivedPoint?, in zone: Zone) -> Instant {
    guard let reference else { return Instant(nanoseconds: .min) }
    let second = reference.instant.wholeSeconds
    let offset = reference.offset ?? zone.offset(at: second)
    guard let limit = limit(before: second, offset: offset) else { return Instant(nanoseconds: .min) }
    return Instant(second: limit) + (reference.instant - Instant(second: second))
  }

  /// Returns a second minus the interval; `nil` beyond the range of instants. A missing day of a month
  /// overflows: 31 March minus one month is 3 March.
  fileprivate func limit(before second: Int, offset: Int) -> Int? {
    let local = second + offset
    let date = CalendarDay(number: local.flooredQuotient(86_400))
    let month = date.year * 12 + date.month - 1 - years * 12 - months
    let first = CivilTime(year: month.flooredQuotient(12), month: month.flooredRemainder(12) + 1, day: 1)
    let day = first.daysSinceEpoch + date.dayOfMonth - 1 - days
    guard abs(day) < 90_000, abs(hours) < 1_000_000 else { return nil }
    return day * 86_400 + local.flooredRemainder(86_400) - offset - hours * 3_600
  }
}
