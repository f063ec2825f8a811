import Documents
import Rehearsals
import ScenarioLanguage
import Units

/// The annual costs of production and of each strategy.
public struct CostReport: Sendable {
  public let book: PriceBook
  /// The cost of production without protection.
  public let production: CostStatement
  /// The costs of the strategies, in the report's order.
  public let strategies: [StrategyCosts]

  /// The prices used, in the book's order.
  public var items: [PriceItem] {
    let statements =
      [production]
      + strategies.flatMap { [$0.steady, $0.drill] + ($0.recoveries + $0.failbacks).map(\.statement) }
    let used = statements.flatMap(\.lines).map(\.usage.item)
    return book.items.filter { used.contains($0.name) }
  }
}

/// The costs of one strategy.
public struct StrategyCosts: Sendable {
  /// The usage metered from the first to the last instant at which a disaster could strike.
  public let metered: [Usage]
  public let meteredTime: Duration
  /// The cost of a year without disasters.
  public let steady: CostStatement
  /// The annual cost of exercises.
  public let drill: CostStatement
  /// The mean cost of a recovery from each disaster.
  public let recoveries: [RecoveryCost]
  /// The mean cost of the failback after each disaster with a rehearsed failback.
  public let failbacks: [RecoveryCost]
  /// The ratio of protection to production, both in a year without disasters.
  public let protectionRatio: Ratio
  public let band: BandVerdict
  /// The expected loss; `nil` without penalties or rates in the scenario.
  public let expectedLoss: ExpectedLoss?
  /// The cost of each year.
  public let ownership: [OwnershipYear]
  /// The expected number of each disaster in a year; disasters without a rate are left out.
  private let rates: [(disaster: String, perYear: Ratio)]

  /// The annual cost of protection without disasters.
  public var protection: Money { steady.total + drill.total }
  /// The cost of the recoveries expected in a year; `nil` when no rates are known.
  public var expectedRecoveries: Money? { expected(recoveries) }
  /// The cost of the failbacks expected in a year; `nil` when none was rehearsed.
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

/// The mean cost of a recovery or failback, over the drills in which it succeeded.
public struct RecoveryCost: Sendable {
  /// The name of the disaster.
  public let disaster: String
  public let statement: CostStatement
}

/// One year of the total cost of ownership.
public struct OwnershipYear: Hashable, Sendable {
  /// The number of the year, from 1.
  public let number: Int
  /// The cost in that year. Storage, requests and traffic grow; everything else is as in the first year.
  public let protection: Money
  /// The present value in the first year.
  public let present: Money
}

extension SweepReport {
  /// Returns the report with its costs.
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
    return Report(
      self, costs: CostReport(book: scenario.prices, production: production, strategies: costs))
  }
}

extension StrategyCosts {
  init(
    of report: StrategyReport, in run: SweepReport, production: CostStatement, _ metering: Metering,
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
  /// Returns the mean usage of one recovery, multiplied by `count`.
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
  /// Returns the ratio to another amount of the same currency, to the nearest billionth; zero if that amount
  /// is zero.
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
