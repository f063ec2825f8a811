import Planning
import Units

extension StrategyCosts {
  /// One sentence with the numbers that put the strategy below, within or above its family's band.
  var bandSentence: String {
    let family = band.family
    let amounts = "\(band.part.forReading) of \(band.whole.forReading) a year"
    let ratio =
      family == .activeActive
      ? "adds \(band.ratio.asPercent) of production's servers and storage (\(amounts))"
      : "costs \(band.ratio.asPercent) of production (\(amounts))"
    let position =
      "\(band.position.rawValue) the \(family.bandWording) that the table says of \(family.wording)"
    guard let driver = band.driver else { return "\(ratio), \(position)" }
    return "\(ratio), \(position); \(driver.cost.share(in: band.part).asPercent) of it is \(driver.wording)"
  }
}

extension CostLine {
  /// `storage of vault local-vault (12.1 x GiB month at 0.023)`.
  var wording: String {
    "\(usage.component.rawValue) of \(usage.subject) (\(usage.forReading(per: price.unit)) at \(price.amount))"
  }
}

extension Money {
  /// As a ratio of an amount of the same currency; zero of nothing.
  fileprivate func share(in whole: Money) -> Ratio {
    guard whole.minorUnits > 0 else { return .zero }
    let exact = Int128(minorUnits) * 1_000_000_000
    return Ratio(billionths: Int64(exact.roundedQuotient(Int128(whole.minorUnits))))
  }
}

extension StrategyReport {
  /// The disasters against which it met both objectives in every drill.
  var protectedAgainst: [String] { disasters.filter { $0.verdict == .met }.map(\.disaster.name) }

  /// The disasters from which it recovered in every drill, but too late or with too much lost.
  var missedAgainst: [String] { disasters.filter { $0.verdict == .breached }.map(\.disaster.name) }

  /// The disasters from which no drill at all brought the system back.
  var hopelessAgainst: [String] { disasters.filter(\.isHopeless).map(\.disaster.name) }

  /// The disasters from which it did not come back in at least one drill.
  var unprotectedAgainst: [String] { disasters.filter { $0.verdict == .unrecoverable }.map(\.disaster.name) }
}

extension StrategyReport {
  /// What 95 % of the drills kept against the worst of the disasters that it always came back from; unrecoverable when there is
  /// none.
  var worstRecoveredRPO: Achieved { worstRecovered(\.rpo) }
  var worstRecoveredRTO: Achieved { worstRecovered(\.rto) }

  /// The same where every drill recovered; unrecoverable is worse than any number.
  var worstOrUnrecoverableRPO: Achieved { verdict == .unrecoverable ? .unrecoverable : worstRecoveredRPO }

  private func worstRecovered(_ summary: (DisasterReport) -> Summary?) -> Achieved {
    disasters.filter { $0.verdict != .unrecoverable }.compactMap { summary($0)?.p95.value }.max()
      ?? .unrecoverable
  }
}

extension DisasterReport {
  var isHopeless: Bool { !drills.isEmpty && unrecoverableCount == drills.count }
}
