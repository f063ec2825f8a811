import Schedules
import Units

/// The points that a run of a schedule creates under each dialect.
struct PointSource {
  private let dialect: Dialect
  private let zone: Zone
  /// The last period in which each series or kind of backup was created.
  private var periods: [Int?]
  private var newest: [Int?]

  init(_ dialect: Dialect, zone: Zone) {
    self.dialect = dialect
    self.zone = zone
    periods = [Int?](repeating: nil, count: 32)
    newest = periods
  }

  /// A point created by a run, before its insertion into a list.
  struct Product {
    var kind = ArchivedPoint.Kind.full
    var series = 0
  }

  mutating func products(at instant: Instant) -> [Product] {
    let second = instant.wholeSeconds
    let local = zone.local(second)
    switch dialect {
    case .own, .restic, .borg, .barman, .btrbk, .snapper, .cbr, .awsBackup: return [Product()]
    case .pgBackRest:
      let isWeek = isFirst(of: .week, at: local, memory: 0)
      let isDay = isFirst(of: .day, at: local, memory: 1)
      return [Product(kind: isWeek ? .full : isDay ? .differential : .incremental)]
    case .gfs: return [Product(kind: isFirst(of: .week, at: local, memory: 0) ? .full : .incremental)]
    case .dlm(let policy): return (0...policy.copies.count).map { Product(series: $0) }
    case .sanoid(let policy):
      return SanoidPolicy.SnapshotType.allCases.filter { policy.counts[$0.rawValue] > 0 }.filter { type in
        let due = policy.dueInstant(of: type, before: second, in: zone)
        guard newest[type.rawValue].map({ $0 < due }) ?? true else { return false }
        newest[type.rawValue] = second
        return true
      }.map { Product(series: $0.rawValue) }
    case .zfsAutoSnapshot(let policy):
      return policy.labels.indices.filter { place in
        isFirst(of: Self.period(named: policy.labels[place].name, place: place), at: local, memory: place)
      }.map { Product(series: $0) }
    case .rsnapshot(let rules):
      // Higher levels run before lower ones, as the manual asks.
      return rules.levels.indices.reversed().filter { place in
        place == 0
          || isFirst(of: Self.period(named: rules.levels[place].name, place: place), at: local, memory: place)
      }.map { Product(series: $0) }
    }
  }

  private mutating func isFirst(of period: CalendarPeriod?, at local: Int, memory: Int) -> Bool {
    guard let period else { return true }
    let number = period.number(atSecond: local)
    defer { periods[memory] = number }
    return periods[memory] != number
  }

  /// Returns the period in a label's name. For names such as `beta`, the label's index suggests the period.
  private static func period(named name: String, place: Int) -> CalendarPeriod? {
    let words: [(String, CalendarPeriod?)] = [
      ("frequent", nil), ("hour", .hour), ("dai", .day), ("day", .day), ("week", .week), ("month", .month),
      ("year", .year), ("annual", .year),
    ]
    if let known = words.first(where: { name.lowercased().hasPrefix($0.0) }) { return known.1 }
    return [nil, .day, .week, .month, .year][min(place, 4)]
  }
}
