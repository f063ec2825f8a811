import Schedules
import Units

/// Forward incremental chains with grandfather-father-son fulls, as Veeam keeps them.
///
/// A chain is a full backup and the incrementals that build on it. It goes as a whole, and only when the newer chains
/// alone hold enough points; so a weekly full and 2 points keep up to 9.
public struct GFSPolicy: DialectRules {
  public var points: Int
  /// The number of weeks, months and years whose first full backup is kept; 0 for none.
  public var periods: [Int]

  public init(points: Int, periods: [Int] = [0, 0, 0]) {
    precondition(periods.count == 3, "weeks, months, years")
    self.points = points
    self.periods = periods
  }

  var ruleNames: [String] {
    ["\(points) points"] + zip(["weekly", "monthly", "yearly"], periods).map { "\($0) \($1)" }
  }

  func findings(on list: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: list.count)
    var newer = 0
    var inChain = 0
    for (rank, index) in order.enumerated() {
      if newer < points {
        if rank < points {
          findings[index].keep(0, number: rank + 1)
        } else {
          findings[index] = .kept(.neededByKept)
        }
      }
      inChain += 1
      guard list[index].kind == .full else { continue }
      newer += inChain
      inChain = 0
    }
    keepFulls(list, locals, order, at: now, zone, &findings)
    return findings
  }

  private func keepFulls(
    _ list: [ArchivedPoint], _ locals: [Int], _ order: [Int], at now: Instant, _ zone: Zone,
    _ findings: inout [Finding]
  ) {
    let calendar: [CalendarPeriod] = [.week, .month, .year]
    let today = zone.local(now.wholeSeconds)
    for (place, count) in periods.enumerated() where count > 0 {
      var previous: Int?
      for index in order.reversed() where list[index].kind == .full {
        let number = calendar[place].number(atSecond: locals[index])
        defer { previous = number }
        guard number != previous, calendar[place].number(atSecond: today) - number <= count else { continue }
        findings[index].keep(place + 1)
      }
    }
  }
}
