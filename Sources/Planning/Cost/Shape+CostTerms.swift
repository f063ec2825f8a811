import Units

extension Shape<Money> {
  static let money = scalar(
    Schema(
      .scalar(types: ["string"], pattern: "^[A-Z]{3} [0-9][0-9_]*(\\.[0-9]{1,2})?$", values: [], bounds: nil),
      example: "EUR 12000"),
    expected: "an amount of money"
  ) { text throws(QuantityError) in
    let money = try Money(parsing: text)
    guard (0...100_000_000_000_000).contains(money.minorUnits) else {
      throw QuantityError("'\(text)' is out of range", hint: "write an amount of zero or more, up to 10^12")
    }
    return money
  }
}

extension Shape<Charge> {
  /// How many, under the name of what.
  fileprivate static let charge = Shape(Shape<Int>.integer(1...1_000_000).schema) { node, reading in
    guard let count = Shape<Int>.integer(1...1_000_000).read(node, &reading) else { return nil }
    return Charge(name: reading.path.last ?? "", count: count)
  }
}

extension Shape<Upkeep> {
  static let upkeep = mapping(
    "What has to be paid for month by month beside what the run meters.",
    Field("staff", .duration, default: "0 s", "Working time in a month; the price is 'staff.engineer'."),
    Field<[Charge]>(
      "licences", .entries(of: .charge, noun: "licence"), otherwise: [],
      "How many of which licences; the price of 'x' is 'licence.x'."),
    Field<[Charge]>(
      "fixed", .entries(of: .charge, noun: "fixed fee"), otherwise: [],
      "How many of which fixed fees; the price of 'x' is 'fixed.x'.")
  ) { Upkeep(staff: $0, licences: $1, fixed: $2) }
  .defined(as: "upkeep", "What has to be paid for month by month beside what the run meters.")
}

extension Shape<DrillProgramme> {
  static let drillProgramme = mapping(
    "How often a recovery is practised.",
    Field("perYear", .integer(1...365), "How often in a year."),
    Field("disaster", .reference(to: .disaster), "The recovery from which disaster.")
  ) { DrillProgramme(perYear: $0, disaster: $1) }
}

extension Shape<Penalties> {
  static let penalties = mapping(
    "What a disaster costs the business.",
    Field("outagePerHour", .money, "For each hour in which the entire system is not back."),
    Field("dataLossPerHour", .money, "For each hour of lost data."),
    Field<Money?>(
      optional: "unrecoverable", .money,
      "When nothing usable comes back; without it no sum stands for that, and the loss is 'unrecoverable'.")
  ) { outage, loss, unrecoverable throws(Misfit) in
    let currencies = [outage, loss, unrecoverable ?? outage].map(\.currency)
    guard currencies.allSatisfy({ $0 == currencies[0] }) else {
      throw Misfit("these amounts are in several currencies", hint: "write all of them in \(currencies[0])")
    }
    return Penalties(outagePerHour: outage, dataLossPerHour: loss, unrecoverable: unrecoverable)
  }
}

extension Shape<CostTerms> {
  static let costTerms = mapping(
    "What is to be known about money beside the prices.",
    Field("production", .upkeep, otherwise: Upkeep(), "What production needs beside servers and storage."),
    Field(
      "crew", .integer(0...1_000), default: "2", "People at work on a recovery from its start to its end."),
    Field<DrillProgramme?>(optional: "drills", .drillProgramme, "How often a recovery is practised."),
    Field<Penalties?>(optional: "penalties", .penalties, "What a disaster costs the business."),
    Field("years", .integer(1...30), default: "3", "Over how many years the total cost is summed."),
    Field("growth", .share, default: "0 %", "Growth of the protected data in a year."),
    Field("discountRate", .share, default: "0 %", "By how much each later year counts less.")
  ) { production, crew, drills, penalties, years, growth, discountRate in
    CostTerms(
      production: production, crew: crew, drills: drills, penalties: penalties, years: years, growth: growth,
      discountRate: discountRate)
  }
}
