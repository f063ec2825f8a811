import Estate
import Units

extension Shape<DatabasePlan> {
  static let database = mapping(
    "A real database: SQLite keeps a bank on two volumes of the service. It runs once, and what it wrote is replayed.",
    Field<VolumeID>(
      "data", .volume, "The volume of its data file; customers' details fill the share of it that is in use."),
    Field<VolumeID>(
      "log", .volume,
      "The volume of its write-ahead log; when the share of it that is in use is full, a checkpoint empties it."
    ),
    Field<Ratio>(
      "transactionsPerSecond", .number(0...1_000_000, example: "200"),
      "Transactions that its clients ask for in a second, in the mean over a week."),
    Field<Ratio?>(
      optional: "diurnalSwing", .share,
      "Half the swing between the quietest and the busiest hour (14:00 UTC)."),
    Field<Ratio?>(
      optional: "weekendDrop", .share, "The share of a weekday's rate that is missing at the weekend."),
    Field<Bursts?>(optional: "burst", .bursts, "Times in which much more is asked for than in the mean."),
    Field<Int>(
      "accounts", .integer(2...65_536), default: "256",
      "Accounts of the bank, at any scale: more make each look at the recovered database slower.")
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
