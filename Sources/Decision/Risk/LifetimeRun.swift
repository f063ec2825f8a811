import Units

/// Simulates one strategy through the occurrences of lifetimes.
struct LifetimeRun {
  private let model: RiskModel
  private let exposure: Exposure
  private(set) var tally: RiskTally
  private var condition: EstateCondition
  private var repairs = RandomStream(seed: 0, stream: "")

  init(_ model: RiskModel, exposure: Exposure) {
    self.model = model
    self.exposure = exposure
    tally = RiskTally(hazardCount: model.hazards.count)
    condition = EstateCondition(copies: exposure.copies.count)
  }

  /// Adds one lifetime, which begins with every copy whole.
  mutating func run(lifetime: Int, arrivals: [Arrival]) {
    condition.reset()
    repairs = RandomStream(seed: model.seed, stream: "risk repairs", index: UInt32(lifetime))
    let firstYear = tally.years.count
    tally.years += Array(repeating: 0, count: model.lifetimeYears)
    var isLost = false
    for arrival in arrivals {
      let year = firstYear + Int(arrival.time / Year.milliseconds)
      tally.hazards[arrival.hazard].occurrences += 1
      if condition.isRecovering(at: arrival.time) { tally.hazards[arrival.hazard].overlaps += 1 }
      if let outcome = condition.meet(arrival, under: exposure, from: &repairs) {
        charge(outcome, to: year, arrival.hazard)
      } else {
        chargeTotalLoss(to: year, arrival.hazard)
        condition.reset()
        if arrival.time < RiskModel.decade { isLost = true }
      }
    }
    if isLost { tally.lostLifetimes += 1 }
  }

  private mutating func charge(_ recovery: PricedRecovery, to year: Int, _ hazard: Int) {
    tally.hazards[hazard].outage += recovery.outage
    tally.hazards[hazard].dataLoss += recovery.dataLoss
    tally.hazards[hazard].outagePrice += recovery.outagePrice
    tally.hazards[hazard].dataLossPrice += recovery.dataLossPrice
    tally.hazards[hazard].workPrice += recovery.workPrice
    guard tally.years[year] != RiskTally.beyondMoney else { return }
    tally.years[year] += recovery.outagePrice + recovery.dataLossPrice + recovery.workPrice
  }

  private mutating func chargeTotalLoss(to year: Int, _ hazard: Int) {
    tally.hazards[hazard].totalLosses += 1
    guard let price = model.totalLoss else {
      tally.years[year] = RiskTally.beyondMoney
      return
    }
    tally.hazards[hazard].totalLossPrice += price
    tally.years[year] += price
  }
}

extension PricedRecovery {
  /// Returns the recovery with a shorter outage and less lost data. Prices are reduced in proportion.
  func reduced(toOutage outage: Int64, dataLoss: Int64) -> PricedRecovery {
    var part = self
    part.outage = min(outage, self.outage)
    part.dataLoss = min(dataLoss, self.dataLoss)
    part.outagePrice = outagePrice.part(part.outage, of: self.outage)
    part.dataLossPrice = dataLossPrice.part(part.dataLoss, of: self.dataLoss)
    part.workPrice = workPrice.part(part.outage, of: self.outage)
    return part
  }
}

extension Int64 {
  fileprivate func part(_ part: Int64, of whole: Int64) -> Int64 {
    whole > 0 ? Int64((Int128(self) * Int128(part)).roundedQuotient(Int128(whole))) : 0
  }
}
