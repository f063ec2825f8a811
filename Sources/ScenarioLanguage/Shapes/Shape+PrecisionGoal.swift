import Documents
import Statistics
import Units

extension Shape<PrecisionGoal> {
  static let precisionGoal = mapping(
    "When enough has been rehearsed.",
    Field<Duration?>(
      optional: "rpo", .positiveDuration,
      "The widest acceptable 95 % confidence interval of the RPO's 95th percentile."),
    Field<Duration?>(
      optional: "rto", .positiveDuration,
      "The widest acceptable 95 % confidence interval of the RTO's 95th percentile."),
    Field("drillsMaximum", .integer(1...1_000_000), "The largest number of drills per strategy and disaster.")
  ) { rpo, rto, drillsMaximum throws(Misfit) in
    guard rpo != nil || rto != nil else {
      throw Misfit("nothing is to be known precisely", hint: "give 'rpo' or 'rto', for example 'rpo: 10 min'")
    }
    return PrecisionGoal(rpo: rpo, rto: rto, drillsMaximum: drillsMaximum)
  }
}
