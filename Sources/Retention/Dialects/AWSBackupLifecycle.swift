import Schedules
import Units

/// AWS Backup: a deletion date fixed by age, optional cold storage, and continuous backup of at most 35 days.
public struct AWSBackupLifecycle: DialectRules {
  /// The age of deletion in days; `nil` for never.
  public let deleteAfterDays: Int?
  public let coldAfterDays: Int?
  public let isContinuous: Bool

  public init(deleteAfterDays: Int?, coldAfterDays: Int? = nil, isContinuous: Bool = false)
    throws(QuantityError)
  {
    if let cold = coldAfterDays, let delete = deleteAfterDays, delete < cold + 90 {
      throw QuantityError(
        "a deletion after \(delete) days comes too soon after cold storage at \(cold)",
        hint: "keep points at least 90 days in cold storage: write \(cold + 90) days or more")
    }
    if isContinuous, deleteAfterDays.map({ $0 > 35 }) ?? true {
      throw QuantityError(
        "continuous backup reaches back at most 35 days", hint: "delete after 1 to 35 days")
    }
    self.deleteAfterDays = deleteAfterDays
    self.coldAfterDays = coldAfterDays
    self.isContinuous = isContinuous
  }

  var ruleNames: [String] {
    let end = deleteAfterDays.map { "delete after \($0) days" } ?? "never deleted"
    return [end, coldAfterDays.map { "cold after \($0) days" } ?? "always warm"]
  }

  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? {
    guard let days = deleteAfterDays else { return [] }
    return Array(0..<seconds.firstPlace(after: now - days * 86_400))
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    points.map { point in
      var finding = Finding.dropped(.expired)
      let age = now - point.instant
      guard deleteAfterDays.map({ age < .days(Int64($0)) }) ?? true else { return finding }
      finding = .dropped
      finding.keep(0)
      if let cold = coldAfterDays, age >= .days(Int64(cold)) { finding.keep(1) }
      return finding
    }
  }
}
