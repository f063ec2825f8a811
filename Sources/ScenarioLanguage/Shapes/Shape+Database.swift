import Documents
import Estate
import Units

extension Shape<DatabasePlan> {
  static let database = mapping(
    "A real database: SQLite keeps a bank on two volumes of the service. It runs once, and what it wrote is replayed.",
    Field<VolumeID>(
      "data", .volume, "The volume of the data file. Customers' details fill its used share."),
    Field<VolumeID>(
      "log", .volume,
      "The volume of the write-ahead log. A checkpoint empties it when its used share is full."
    ),
    Field<Ratio>(
      "transactionsPerSecond", .number(0...1_000_000, example: "200"),
      "The mean number of requested transactions per second, over a week."),
    Field<Ratio?>(
      optional: "diurnalSwing", .share,
      "The daily swing: half the difference between the quietest and the busiest hour (14:00 UTC)."),
    Field<Ratio?>(
      optional: "weekendDrop", .share,
      "The share by which the rate is lower at the weekend than on a weekday."),
    Field<Bursts?>(
      optional: "burst", .bursts, "The bursts: periods with many more requests than on average."),
    Field<Int>(
      "accounts", .integer(2...65_536), default: "256",
      "The number of accounts of the bank, at any scale. More accounts make each inspection slower.")
  ) { data, log, rate, swing, drop, burst, accounts throws(Misfit) in
    guard rate > .zero else {
      throw Misfit(
        at: "transactionsPerSecond", "nobody asks this database for anything", hint: "write more than 0")
    }
    let burst = burst ?? .none
    let rhythm = Rhythm(
      diurnalSwing: swing ?? .zero, weekendDrop: drop ?? .zero, burstFactor: burst.factor,
      burstShare: burst.share, burstLength: burst.length)
    return DatabasePlan(
      data: data, log: log, churn: TransactionChurn(perSecond: rate, rhythm: rhythm), accounts: accounts)
  }
}

extension WorkloadProfile {
  /// The placeholder profile of a volume without a workload. Its database provides one, or the absence is
  /// reported.
  static let unsaid = WorkloadProfile(
    churn: .measured([]), writeSize: .kibibytes(4), skew: .zero, sequentialShare: .zero,
    compressibility: .zero, flushInterval: .zero)

  /// Returns the profile of a volume that a database writes to.
  static func ofDatabase(_ churn: TransactionChurn) -> WorkloadProfile {
    var profile = unsaid
    profile.churn = .transactions(churn)
    return profile
  }
}
