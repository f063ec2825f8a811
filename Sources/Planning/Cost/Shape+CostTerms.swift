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
  /// A quantity under the name of its item.
  fileprivate static let charge = Shape(Shape<Int>.integer(1...1_000_000).schema) { node, reading in
    guard let count = Shape<Int>.integer(1...1_000_000).read(node, &reading) else { return nil }
    return Charge(name: reading.path.last ?? "", count: count)
  }
}

extension Shape<ServiceWeight> {
  fileprivate static let serviceWeight = Shape(Shape<Ratio>.share.schema) { node, reading in
    guard let weight = Shape<Ratio>.share.read(node, &reading) else { return nil }
    return ServiceWeight(service: reading.path.last ?? "", weight: weight)
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
      "When nothing usable comes back of all data; without it no sum stands for that, and the loss is 'unrecoverable'."
    ),
    Field<[ServiceWeight]>(
      "services", .entries(of: .serviceWeight, noun: "service"), otherwise: [],
      "The share of each service in the value of all data; by the bytes that it holds when nothing is said.")
  ) { outage, loss, unrecoverable, services throws(Misfit) in
    let currencies = [outage, loss, unrecoverable ?? outage].map(\.currency)
    guard currencies.allSatisfy({ $0 == currencies[0] }) else {
      throw Misfit("these amounts are in several currencies", hint: "write all of them in \(currencies[0])")
    }
    guard services.isEmpty || services.contains(where: { $0.weight > .zero }) else {
      throw Misfit(at: "services", "no service has a share", hint: "write for example 'database: 80 %'")
    }
    var penalties = Penalties(outagePerHour: outage, dataLossPerHour: loss, unrecoverable: unrecoverable)
    penalties.services = services
    return penalties
  }
}

extension Shape<CostTerms> {
  static let costTerms = mapping(
    "What is to be known about money beside the prices.",
    Field("production", .upkeep, otherwise: Upkeep(), "What production needs beside servers and storage."),
    Field(
      "crew", .integer(0...1_000), default: "2", "People at work on a recovery from its start to its end."),
    Field(
      "crewWaits", .flag, default: "false",
      "Whether the crew is paid while it waits for servers, devices, sites and power."),
    Field<DrillProgramme?>(optional: "drills", .drillProgramme, "How often a recovery is practised."),
    Field<Penalties?>(optional: "penalties", .penalties, "What a disaster costs the business."),
    Field("years", .integer(1...30), default: "3", "Over how many years the total cost is summed."),
    Field("growth", .share, default: "0 %", "Growth of the protected data in a year."),
    Field("discountRate", .share, default: "0 %", "By how much each later year counts less.")
  ) { production, crew, crewWaits, drills, penalties, years, growth, discountRate in
    var terms = CostTerms(
      production: production, crew: crew, drills: drills, penalties: penalties, years: years, growth: growth,
      discountRate: discountRate)
    terms.paysWaitingCrew = crewWaits
    return terms
  }
}
