import Units

/// A sum of money, or that nothing came back and no sum stands for that.
public enum Loss: Hashable, Sendable {
  case money(Money)
  case unrecoverable

  public static func + (a: Loss, b: Loss) -> Loss {
    guard case .money(let a) = a, case .money(let b) = b else { return .unrecoverable }
    return .money(a + b)
  }
}

/// What disasters are expected to cost in a year: for each how often it is expected, times what it costs in the mean over all
/// instants at which it can strike.
public struct ExpectedLoss: Sendable {
  public struct Share: Sendable {
    public let disaster: String
    /// How often it is expected in a year.
    public let perYear: Ratio
    /// Outage, lost data and the recovery itself, in the mean over the drills.
    public let perEvent: Loss
    public let yearly: Loss
  }

  /// Of the disasters whose rate the scenario states.
  public let shares: [Share]
  public let total: Loss

  /// `nil` without penalties or without any rate.
  init?(_ report: StrategyReport, _ recoveries: [RecoveryCost], _ terms: CostTerms) {
    guard let penalties = terms.penalties else { return nil }
    shares = zip(report.disasters, recoveries).compactMap { disaster, recovery in
      guard let rate = disaster.disaster.perYear, !disaster.drills.isEmpty else { return nil }
      let perEvent = disaster.meanLoss(penalties, recovery: recovery.statement.total)
      let yearly: Loss =
        if case .money(let money) = perEvent { .money(money.times(rate)) } else { .unrecoverable }
      return Share(disaster: disaster.disaster.name, perYear: rate, perEvent: perEvent, yearly: yearly)
    }
    guard !shares.isEmpty else { return nil }
    total = shares.reduce(.money(.zero(penalties.outagePerHour.currency))) { $0 + $1.yearly }
  }
}

extension DisasterReport {
  /// Each amount is a mean over all drills and is rounded by itself: outage, lost data, what never came back, recovery.
  fileprivate func meanLoss(_ penalties: Penalties, recovery: Money) -> Loss {
    var (outage, loss, hopeless) = (Int128(0), Int128(0), 0)
    for drill in drills {
      guard case .recovered(let recovered) = drill.outcome else {
        hopeless += 1
        continue
      }
      outage += Int128(recovered.rto.nanoseconds)
      loss += Int128(recovered.rpo.nanoseconds)
    }
    if hopeless > 0 && penalties.unrecoverable == nil { return .unrecoverable }
    let count = Int128(drills.count)
    func mean(_ sum: Int128) -> Duration { Duration(nanoseconds: Int64(sum.roundedQuotient(count))) }
    let share = Ratio(billionths: Int64((Int128(hopeless) * 1_000_000_000).roundedQuotient(count)))
    let back = Ratio(billionths: 1_000_000_000 - share.billionths)
    var sum = penalties.outagePerHour.times(mean(outage), per: .hours(1))
    sum += penalties.dataLossPerHour.times(mean(loss), per: .hours(1))
    if let total = penalties.unrecoverable { sum += total.times(share) }
    return .money(sum + recovery.times(back))
  }
}
