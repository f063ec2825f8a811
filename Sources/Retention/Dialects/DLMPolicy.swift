import Schedules
import Units

/// AWS Data Lifecycle Manager: local snapshots by count, copies in other regions by age.
public struct DLMPolicy: DialectRules {
  public struct Copy: Hashable, Sendable {
    public let region: String
    public let age: Duration

    public init(region: String, age: Duration) {
      self.region = region
      self.age = age
    }
  }

  public var count: Int
  /// The copies, whose points have the series 1, 2, ...; series 0 is local.
  public var copies: [Copy]

  public init(count: Int, copies: [Copy] = []) {
    self.count = count
    self.copies = copies
  }

  var ruleNames: [String] { ["local \(count)"] + copies.map { "\($0.region) \($0.age)" } }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    var rank = 0
    for index in order {
      let series = points[index].series
      if series == 0 {
        rank += 1
        if rank <= count { findings[index].keep(0, number: rank) }
      } else if now - points[index].instant <= copies[series - 1].age {
        findings[index].keep(series)
      }
    }
    return findings
  }
}
