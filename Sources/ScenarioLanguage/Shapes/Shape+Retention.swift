import Documents
import Retention
import Schedules
import Units

extension Shape<RetentionPolicy> {
  fileprivate static let count = Shape<Int>.integer(1...100_000)

  /// The rules that scenarios had before tools could be named.
  fileprivate static let rules = mapping(
    "The retention of recovery points. A point is kept while any of these rules keeps it.",
    Field(optional: "count", count, "The newest points, as many as this."),
    Field(optional: "duration", .positiveDuration, "Every point up to this age."),
    Field(optional: "dayBackups", count, "The newest point of each day, for so many days with backups."),
    Field(optional: "weekBackups", count, "The newest point of each week, for so many weeks with backups."),
    Field(
      optional: "monthBackups", count, "The newest point of each month, for so many months with backups."),
    Field(optional: "yearBackups", count, "The newest point of each year, for so many years with backups."),
    Field("permanent", .flag, default: "false", "Every point, forever.")
  ) { newest, age, days, weeks, months, years, isPermanent throws(Misfit) in
    var rules: [RetentionRule] = newest.map { [.newest($0)] } ?? []
    if let age { rules.append(.age(age)) }
    let keepers: [(CalendarPeriod, Int?)] = [(.day, days), (.week, weeks), (.month, months), (.year, years)]
    for case (let period, let count?) in keepers { rules.append(.newestOfEach(period, count)) }
    if isPermanent { rules.append(.permanent) }
    guard !rules.isEmpty else {
      throw Misfit("no rule wants any point", hint: "write for example 'count: 14', or 'permanent: true'")
    }
    do throws(QuantityError) {
      return try RetentionPolicy(rules)
    } catch {
      throw Misfit(error)
    }
  }
  .defined(
    as: "retention", "The retention of recovery points. A point is kept while any of these rules keeps it.")
}

extension Shape<RetentionPolicy> {
  /// The rules of firedrill or of one tool.
  static let retention = Shape(Schema(.either([rules.schema, Shape<Dialect>.dialect.schema]))) {
    node, reading in
    guard node.pairs.contains(where: { Shape<Dialect>.names.contains($0.key) }) else {
      return rules.read(node, &reading)
    }
    return Shape<Dialect>.dialect.read(node, &reading).map { RetentionPolicy($0) }
  }

  /// The retention of a strategy, restricted to rules that a rehearsal can follow.
  static let rehearsedRetention = retention.map { policy throws(Misfit) in
    guard policy.dialect?.canBeRehearsed ?? true else {
      throw Misfit(
        at: "rsnapshot",
        "a rehearsal cannot follow rsnapshot, whose slots depend on every run there ever was",
        hint: "write 'zfsAutoSnapshot' with the same counts, or ask 'firedrill retention'")
    }
    return policy
  }
}
