import Documents
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
    "Monthly costs beside the metered usage.",
    Field("staff", .duration, default: "0 s", "The working time per month; the price is 'staff.engineer'."),
    Field<[Charge]>(
      "licences", .entries(of: .charge, noun: "licence"), otherwise: [],
      "The licences and their numbers; the price of 'x' is 'licence.x'."),
    Field<[Charge]>(
      "fixed", .entries(of: .charge, noun: "fixed fee"), otherwise: [],
      "The fixed fees and their numbers; the price of 'x' is 'fixed.x'.")
  ) { Upkeep(staff: $0, licences: $1, fixed: $2) }
  .defined(as: "upkeep", "Monthly costs beside the metered usage.")
}

extension Shape<DrillProgramme> {
  static let drillProgramme = mapping(
    "The frequency of recovery exercises.",
    Field("perYear", .integer(1...365), "The number per year."),
    Field("disaster", .reference(to: .disaster), "The disaster whose recovery is practised.")
  ) { DrillProgramme(perYear: $0, disaster: $1) }
}

extension Shape<Penalties> {
  static let penalties = mapping(
    "The business cost of a disaster.",
    Field("outagePerHour", .money, "The loss per hour without the whole system."),
    Field("dataLossPerHour", .money, "The loss per hour of lost data."),
    Field<Money?>(
      optional: "unrecoverable", .money,
      "The loss when no data is recovered. Without it, the loss is 'unrecoverable' and has no sum."
    ),
    Field<[ServiceWeight]>(
      "services", .entries(of: .serviceWeight, noun: "service"), otherwise: [],
      "The share of each service in the value of all data; by default its share of the bytes.")
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
    "The cost terms beside the prices.",
    Field("production", .upkeep, otherwise: Upkeep(), "The upkeep of production beside servers and storage."),
    Field(
      "crew", .integer(0...1_000), default: "2", "The number of people who work on a recovery."),
    Field(
      "crewPaidWhileWaiting", .flag, default: "false",
      "Whether the crew is paid while waiting for servers, devices, sites and power."
    ).formerly("crewWaits"),
    Field<DrillProgramme?>(optional: "drills", .drillProgramme, "The frequency of recovery exercises."),
    Field<Penalties?>(optional: "penalties", .penalties, "The business cost of a disaster."),
    Field("years", .integer(1...30), default: "3", "The number of years in the total cost."),
    Field("growth", .share, default: "0 %", "The annual growth of the protected data."),
    Field("discountRate", .share, default: "0 %", "The annual discount rate.")
  ) { production, crew, crewWaits, drills, penalties, years, growth, discountRate in
    var terms = CostTerms(
      production: production, crew: crew, drills: drills, penalties: penalties, years: years, growth: growth,
      discountRate: discountRate)
    terms.paysWaitingCrew = crewWaits
    return terms
  }
}
