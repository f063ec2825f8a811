import Assessment
import Glibc
import Statistics
import Units

/// The terms of a scenario that convert tallies to money.
public struct RiskTerms: Sendable {
  public var currency: Currency
  public var lifetimeYears: Int
  /// The present values by year.
  public var ownership: [Money]
  public var discountRate: Ratio
  public var protection: Money

  public init(
    currency: Currency, lifetimeYears: Int, ownership: [Money], discountRate: Ratio, protection: Money
  ) {
    self.currency = currency
    self.lifetimeYears = lifetimeYears
    self.ownership = ownership
    self.discountRate = discountRate
    self.protection = protection
  }
}

extension StrategyRisk {
  /// Creates the risk from all simulated lifetimes of one strategy.
  public init(
    _ strategy: String, tally: RiskTally, hazards: [Hazard], splitting: SplittingTally?, isReachable: Bool,
    terms: RiskTerms
  ) {
    let years = tally.years.count
    let distribution = LossDistribution(tally.years, currency: terms.currency)
    func quantile(_ level: Ratio) -> LossEstimate {
      let interval = distribution.interval(ofQuantile: level)
      return LossEstimate(
        value: distribution.quantile(level), lower: interval.lower, upper: interval.upper)
    }
    self.strategy = strategy
    protection = terms.protection
    expected = LossEstimate(meanOf: tally.years, each: terms.lifetimeYears, terms.currency)
    (p95, p99) = (quantile(.percent(95)), quantile(.percent(99)))
    greatest = distribution.quantile(.one)
    let outage = tally.hazards.reduce(Int64(0)) { $0 + $1.outage }
    self.outage = .milliseconds(outage / Int64(years))
    totalLoss = TotalLossEstimate(
      lost: tally.lostLifetimes, of: years / terms.lifetimeYears, splitting: splitting,
      isReachable: isReachable)
    totalCost = TotalCost(tally.years, terms)
    shares = zip(hazards, tally.hazards).map { hazard, tally in
      HazardShare(
        hazard: hazard.name, tally: tally,
        expected: Money(minorUnits: tally.price.mean(over: years), currency: terms.currency))
    }
    tornado = TornadoBar.all(of: tally, hazards: hazards, years: years, terms.currency)
    curve = distribution.curve(limit: 160)
  }
}

extension Int64 {
  /// Returns the mean to the nearest whole number.
  func mean(over count: Int) -> Int64 { Int64(Int128(self).roundedQuotient(Int128(count))) }
}

extension LossEstimate {
  /// Estimates the mean of a year. Lifetimes are independent, but the years of one are not.
  init(meanOf years: [Int64], each length: Int, _ currency: Currency) {
    guard !years.contains(RiskTally.beyondMoney) else {
      self.init(value: .unrecoverable)
      return
    }
    let sum = years.reduce(Int128(0)) { $0 + Int128($1) }
    let mean = Int64(sum.roundedQuotient(Int128(years.count)))
    let means = stride(from: 0, to: years.count, by: length).map { start in
      let lifetime = years[start..<min(start + length, years.count)]
      return lifetime.reduce(0.0) { $0 + Double($1) } / Double(lifetime.count)
    }
    func money(_ amount: Double) -> Loss {
      .money(Money(minorUnits: Int64(max(0, amount).rounded()), currency: currency))
    }
    self.init(value: .money(Money(minorUnits: mean, currency: currency)))
    guard means.count > 1 else { return }
    let squares = means.reduce(0.0) { $0 + ($1 - Double(mean)) * ($1 - Double(mean)) }
    let error = (squares / Double(means.count - 1) / Double(means.count)).squareRoot()
    let reach = error * GSL.studentQuantile(0.975, degrees: means.count - 1)
    (lower, upper) = (money(Double(mean) - reach), money(Double(mean) + reach))
  }
}

extension TotalLossEstimate {
  /// Estimates the probability. Counted lifetimes have an exact interval (Clopper and Pearson, Biometrika 26,
  /// 1934), weights a normal one.
  init(lost: Int, of lifetimes: Int, splitting: SplittingTally?, isReachable: Bool) {
    if lost == 0, let splitting {
      let reach = splitting.varianceOfMean.squareRoot() * GSL.normalQuantile(0.975)
      let mean = splitting.mean
      self.init(
        probability: mean, lower: max(0, mean - reach),
        upper: mean > 0 ? min(1, mean + reach) : 1 - Glibc.pow(0.05, 1 / Double(splitting.weights.count)),
        method: .splitting, runs: Int(splitting.runs.rounded()),
        efficiency: mean > 0 ? splitting.efficiency : 1)
      return
    }
    guard lost > 0 || isReachable else {
      self.init(
        probability: 0, lower: 0, upper: 0, method: .impossible, runs: lifetimes, efficiency: 1)
      return
    }
    let (count, all) = (Double(lost), Double(lifetimes))
    self.init(
      probability: count / all,
      lower: lost == 0 ? 0 : GSL.betaQuantile(0.025, a: count, b: all - count + 1),
      upper: lost == lifetimes ? 1 : GSL.betaQuantile(0.975, a: count + 1, b: all - count),
      method: .counted, runs: lifetimes, efficiency: 1)
  }
}

extension TotalCost {
  /// Discounts the losses. Each lifetime begins with the first year of the plan.
  init(_ years: [Int64], _ terms: RiskTerms) {
    let currency = terms.currency
    protection = terms.ownership.reduce(.zero(currency)) { $0 + $1 }
    let base = protection.minorUnits
    let factors = terms.ownership.indices.map { Glibc.pow(1 + terms.discountRate.value, -Double($0)) }
    let costs = stride(from: 0, to: years.count, by: terms.lifetimeYears).map { start -> Int64 in
      var loss = 0.0
      for (year, factor) in factors.enumerated() where start + year < years.count {
        guard years[start + year] != RiskTally.beyondMoney else { return RiskTally.beyondMoney }
        loss += Double(years[start + year]) * factor
      }
      return base + Int64(loss.rounded())
    }
    let distribution = LossDistribution(costs, currency: currency)
    mean = LossEstimate(meanOf: costs, each: 1, currency).value
    (p95, p99) = (distribution.quantile(.percent(95)), distribution.quantile(.percent(99)))
  }
}

extension TornadoBar {
  /// Returns a bar for each hazard's rate and each penalty, most important first. The expected loss is linear
  /// in a penalty; it is nearly linear in a rate, except for overlapping recoveries.
  static func all(
    of tally: RiskTally, hazards: [Hazard], years: Int, _ currency: Currency
  ) -> [TornadoBar] {
    let total = tally.hazards.reduce(Int64(0)) { $0 + $1.price }
    func bar(_ assumption: String, _ part: Int64) -> TornadoBar {
      TornadoBar(
        assumption: assumption,
        halved: Money(minorUnits: (total - part / 2).mean(over: years), currency: currency),
        doubled: Money(minorUnits: (total + part).mean(over: years), currency: currency))
    }
    func part(_ price: (HazardTally) -> Int64) -> Int64 { tally.hazards.reduce(0) { $0 + price($1) } }
    let rates = zip(hazards, tally.hazards).map { bar("rate of \($0.name)", $1.price) }
    let prices = [
      bar("price of an hour of outage", part(\.outagePrice)),
      bar("price of an hour of lost data", part(\.dataLossPrice)),
      bar("price of a total loss", part(\.totalLossPrice)),
      bar("price of the recovery's work", part(\.workPrice)),
    ]
    return (rates + prices).enumerated().filter { $0.element.swing > 0 }
      .sorted { ($1.element.swing, $0.offset) < ($0.element.swing, $1.offset) }.map(\.element)
  }
}
