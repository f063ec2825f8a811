import Units

/// What production and each strategy cost in a year.
public struct CostReport: Sendable {
  public let book: PriceBook
  /// Without any protection.
  public let production: CostStatement
  /// In the order of the report's strategies.
  public let strategies: [StrategyCosts]

  /// The prices that were used, in the book's order.
  public var items: [PriceItem] {
    let statements =
      [production]
      + strategies.flatMap { [$0.steady, $0.drill] + ($0.recoveries + $0.failbacks).map(\.statement) }
    let used = statements.flatMap(\.lines).map(\.usage.item)
    return book.items.filter { used.contains($0.name) }
  }
}

/// What one strategy costs.
public struct StrategyCosts: Sendable {
  /// What the run metered, from the first to the last instant at which a disaster could strike.
  public let metered: [Usage]
  public let meteredTime: Duration
  /// In a year in which nothing happens.
  public let steady: CostStatement
  /// A year's practice.
  public let drill: CostStatement
  /// A recovery from each disaster, in the mean.
  public let recoveries: [RecoveryCost]
  /// The way back to production after each disaster from which one was rehearsed, in the mean.
  public let failbacks: [RecoveryCost]
  /// Protection over production, both in a year without disasters.
  public let protectionRatio: Ratio
  public let band: BandVerdict
  /// `nil` when the scenario does not say what a disaster costs the business, or how often one is expected.
  public let expectedLoss: ExpectedLoss?
  /// Year by year.
  public let ownership: [OwnershipYear]
  /// The expected number of each disaster in a year; disasters without a rate are left out.
  private let rates: [(disaster: String, perYear: Ratio)]

  /// In a year, without disasters.
  public var protection: Money { steady.total + drill.total }
  /// The work of the recoveries that are expected in a year; `nil` when no rates are known.
  public var expectedRecoveries: Money? { expected(recoveries) }
  /// The same of the ways back; `nil` when none was rehearsed.
  public var expectedFailbacks: Money? { failbacks.isEmpty ? nil : expected(failbacks) }

  private func expected(_ events: [RecoveryCost]) -> Money? {
    guard !rates.isEmpty else { return nil }
    return rates.reduce(.zero(protection.currency)) { sum, share in
      let event = events.first { $0.disaster == share.disaster }?.statement.total
      return sum + (event?.times(share.perYear) ?? .zero(sum.currency))
    }
  }

  public var totalCost: Money { ownership.reduce(.zero(protection.currency)) { $0 + $1.present } }
}

/// What a recovery from one disaster, or the way back after it, costs to carry out, in the mean over the drills in which it
/// succeeded.
public struct RecoveryCost: Sendable {
  /// By its name.
  public let disaster: String
  public let statement: CostStatement
}

/// A year of the total cost of ownership.
public struct OwnershipYear: Hashable, Sendable {
  /// From 1.
  public let number: Int
  /// Storage, requests and traffic grown, everything else as in the first year.
  public let protection: Money
  /// Its value in the first year.
  public let present: Money
}

extension Report {
  /// The report with its costs.
  ///
  /// - Throws: every item that was metered and has no price.
  public func priced() throws(InputError) -> Report {
    let metering = Metering(scenario: scenario)
    var pricing = Pricing(scenario.prices)
    let production = pricing.statement(metering.production)
    let costs = strategies.map { strategy in
      StrategyCosts(of: strategy, in: self, production: production, metering, &pricing)
    }
    guard pricing.missing.isEmpty else {
      throw InputError(
        pricing.diagnostics { "the run metered \($0.quantity) \($0.measure.rawValue) of it" })
    }
    var report = self
    report.costs = CostReport(book: scenario.prices, production: production, strategies: costs)
    return report
  }
}

extension StrategyCosts {
  init(
    of report: StrategyReport, in run: Report, production: CostStatement, _ metering: Metering,
    _ pricing: inout Pricing
  ) {
    let terms = run.scenario.costs
    meteredTime = run.scenario.window
    metered = metering.metered(report.metered)
    let balanced = report.metered.inBalance(report.vaults, over: meteredTime)
    steady = pricing.statement(metering.steady(report.strategy, balanced, for: meteredTime))
    recoveries = report.disasters.map { disaster in
      RecoveryCost(
        disaster: disaster.disaster.name,
        statement: pricing.statement(
          disaster.meanRecovery(metering, of: report.strategy, isPractice: false, times: 1)))
    }
    failbacks = report.disasters.filter { $0.drills.returnedCount > 0 }.map { disaster in
      let usages = metering.returns(disaster.drills, of: report.strategy)
        .map { $0.times(1, per: Int128(disaster.drills.returnedCount)) }
      return RecoveryCost(
        disaster: disaster.disaster.name, statement: pricing.statement(usages.filter { $0.quantity != 0 }))
    }
    let practised = terms.drills.flatMap { programme in
      report.disasters.first { $0.disaster.name == run.scenario.disasters[programme.disaster].name }?
        .meanRecovery(metering, of: report.strategy, isPractice: true, times: programme.perYear)
    }
    drill = pricing.statement(practised ?? [])
    band = BandVerdict(
      report.strategy.family,
      protection: CostStatement(steady.lines + drill.lines, currency: pricing.book.currency),
      production: production)
    protectionRatio = (steady.total + drill.total).share(of: production.total)
    expectedLoss = ExpectedLoss(report, recoveries, in: run.scenario)
    rates = report.disasters.compactMap { disaster in
      disaster.disaster.perYear.map { (disaster.disaster.name, $0) }
    }
    ownership = OwnershipYear.years(steady: steady, drill: drill, terms)
  }
}

extension DisasterReport {
  /// What one recovery used in the mean, so many times.
  fileprivate func meanRecovery(
    _ metering: Metering, of strategy: Strategy, isPractice: Bool, times count: Int
  ) -> [Usage] {
    let recovered = drills.count { if case .recovered = $0.outcome { true } else { false } }
    let counted = isPractice ? drills.count : recovered
    guard counted > 0 else { return [] }
    return metering.recoveries(drills, of: strategy, isPractice: isPractice)
      .map { $0.times(Int128(count), per: Int128(counted)) }.filter { $0.quantity != 0 }
  }
}

extension Money {
  /// As a ratio of another amount of the same currency, to the nearest billionth; zero of nothing.
  func share(of whole: Money) -> Ratio {
    guard whole.minorUnits > 0 else { return .zero }
    return Ratio(
      billionths: Int64(
        clamping: (Int128(minorUnits) * 1_000_000_000).roundedQuotient(Int128(whole.minorUnits))))
  }
}

extension OwnershipYear {
  fileprivate static func years(
    steady: CostStatement, drill: CostStatement, _ terms: CostTerms
  ) -> [OwnershipYear] {
    let growing: [CostComponent] = [.storage, .requests, .traffic]
    let grown = growing.reduce(Money.zero(steady.total.currency)) { $0 + steady.total(of: $1) }
    let constant = Money(
      minorUnits: steady.total.minorUnits - grown.minorUnits + drill.total.minorUnits,
      currency: grown.currency)
    var (growth, discount) = (Ratio.one, Ratio.one)
    return (1...terms.years).map { number in
      let protection = grown.times(growth) + constant
      let year = OwnershipYear(number: number, protection: protection, present: protection.times(discount))
      growth = growth.times(1_000_000_000 + terms.growth.billionths, per: 1_000_000_000)
      discount = discount.times(1_000_000_000, per: 1_000_000_000 + terms.discountRate.billionths)
      return year
    }
  }
}

extension Ratio {
  fileprivate func times(_ numerator: Int64, per denominator: Int64) -> Ratio {
    Ratio(
      billionths: Int64(
        clamping: (Int128(billionths) * Int128(numerator)).roundedQuotient(Int128(denominator))))
  }
}
