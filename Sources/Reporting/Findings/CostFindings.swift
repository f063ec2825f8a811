import Planning
import Units

extension StrategyCosts {
  /// One sentence with the numbers that put the strategy below, within or above its family's band.
  func bandSentence(_ production: CostStatement) -> String {
    let family = band.family
    let ratio =
      family == .activeActive
      ? "\(band.ratio.asPercent) of production's infrastructure once more"
      : "\(band.ratio.asPercent) of production (\(protection.forReading) of \(production.total.forReading) a year)"
    let position =
      "\(band.position.rawValue) the \(family.bandWording) that the table says of \(family.wording)"
    guard let driver = band.driver else { return "costs \(ratio), \(position)" }
    let share = driver.cost.share(in: protection)
    return "costs \(ratio), \(position); \(share.asPercent) of it is \(driver.wording)"
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

  /// The disasters from which it did not come back in at least one drill.
  var unprotectedAgainst: [String] { disasters.filter { $0.verdict == .unrecoverable }.map(\.disaster.name) }
}

extension Comparison {
  /// Why a strategy is not the one to choose, or why it is.
  func reason(for standing: Standing, _ strategy: StrategyReport) -> String {
    reason(for: standing, strategy, named: Markdown.code)
  }

  /// The same without markup.
  func plainReason(for standing: Standing, _ strategy: StrategyReport) -> String {
    reason(for: standing, strategy) { $0 }
  }

  private func reason(
    for standing: Standing, _ strategy: StrategyReport, named name: (String) -> String
  ) -> String {
    let failures = [
      ("does not always come back from", strategy.unprotectedAgainst),
      ("misses an objective against", strategy.missedAgainst),
    ].filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.map(name).listed)" }
    if !failures.isEmpty { return failures.listed }
    guard let cost = standing.cost else { return "meets every objective" }
    guard let best = cheapestFit, let least = best.cost, best.strategy != standing.strategy else {
      return "meets every objective at the least cost: \(cost.forReading) a year"
    }
    let more = Money(minorUnits: cost.minorUnits - least.minorUnits, currency: cost.currency)
    return "meets every objective, for \(more.forReading) a year more than \(name(best.strategy))"
  }
}
