import Assessment
import Rehearsals
import ScenarioLanguage
import Statistics
import Units

extension StrategyCosts {
  /// A sentence on the strategy's position relative to its family's band, with the numbers.
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
  /// The line in words, as in `storage of vault local-vault (12.1 x GiB month at 0.023)`.
  var wording: String {
    "\(usage.component.rawValue) of \(usage.subject) (\(usage.forReading(per: price.unit)) at \(price.amount))"
  }
}

extension Money {
  /// Returns the ratio to an amount of the same currency; zero if that amount is zero.
  fileprivate func share(in whole: Money) -> Ratio {
    guard whole.minorUnits > 0 else { return .zero }
    let exact = Int128(minorUnits) * 1_000_000_000
    return Ratio(billionths: Int64(exact.roundedQuotient(Int128(whole.minorUnits))))
  }
}

extension StrategyReport {
  /// Returns the disasters against which enough drills met both objectives.
  func protectedAgainst(_ objectives: Objectives) -> [String] {
    disasters.filter { $0.verdict == .met || $0.isMetAtLevel(objectives) }.map(\.disaster.name)
  }

  /// Returns the disasters from which every drill recovered, but too many too late or with too much loss.
  func missedAgainst(_ objectives: Objectives) -> [String] {
    disasters.filter { $0.verdict == .breached && !$0.isMetAtLevel(objectives) }.map(\.disaster.name)
  }

  /// Whether enough drills against each disaster met both objectives, though not all did.
  func isMetAtLevel(_ objectives: Objectives) -> Bool {
    verdict > .met && disasters.allSatisfy { $0.verdict <= .met || $0.isMetAtLevel(objectives) }
  }

  /// The disasters from which no drill recovered the system.
  var hopelessAgainst: [String] { disasters.filter(\.isHopeless).map(\.disaster.name) }

  /// The disasters from which at least one drill did not recover.
  var unprotectedAgainst: [String] { disasters.filter { $0.verdict == .unrecoverable }.map(\.disaster.name) }
}

extension StrategyReport {
  /// The RPO that 95 % of the drills met against the worst always recovered disaster; unrecoverable without
  /// one.
  var worstRecoveredRPO: Achieved { worstRecovered(\.rpo) }
  var worstRecoveredRTO: Achieved { worstRecovered(\.rto) }

  /// The worst RPO, with any unrecoverable drill as the worst value.
  var worstOrUnrecoverableRPO: Achieved { verdict == .unrecoverable ? .unrecoverable : worstRecoveredRPO }

  private func worstRecovered(_ summary: (DisasterReport) -> Summary?) -> Achieved {
    disasters.filter { $0.verdict != .unrecoverable }.compactMap { summary($0)?.p95.value }.max()
      ?? .unrecoverable
  }
}

extension DisasterReport {
  var isHopeless: Bool { !drills.isEmpty && unrecoverableCount == drills.count }
}
