import Units

/// The cost terms of a scenario beside the prices: production's upkeep, and the business cost of a disaster.
public struct CostTerms: Sendable {
  /// The upkeep of production beside its servers and storage.
  public var production: Upkeep
  /// The number of people who work on a recovery, from the start of the outage to its end.
  public var crew: Int
  /// Whether the crew is paid while waiting for servers, devices, sites and power.
  public var paysWaitingCrew = false
  /// The programme of exercises; `nil` when no recovery is practised.
  public var drills: DrillProgramme?
  /// The business cost of outages; `nil` when unknown, and then no loss is expected.
  public var penalties: Penalties?
  /// The number of years in the total cost of ownership.
  public var years: Int
  /// The annual growth of the protected data and its changes.
  public var growth: Ratio
  /// The annual discount rate.
  public var discountRate: Ratio

  package init(
    production: Upkeep = Upkeep(), crew: Int = 2, drills: DrillProgramme? = nil, penalties: Penalties? = nil,
    years: Int = 3, growth: Ratio = .zero, discountRate: Ratio = .zero
  ) {
    self.production = production
    self.crew = crew
    self.drills = drills
    self.penalties = penalties
    self.years = years
    self.growth = growth
    self.discountRate = discountRate
  }
}

/// Monthly costs beside the metered usage.
public struct Upkeep: Sendable {
  /// The working time per month.
  public var staff: Duration
  /// The licences and their numbers.
  public var licences: [Charge]
  /// The fixed fees and their numbers.
  public var fixed: [Charge]

  package init(staff: Duration = .zero, licences: [Charge] = [], fixed: [Charge] = []) {
    self.staff = staff
    self.licences = licences
    self.fixed = fixed
  }
}

/// A quantity of an item of the price book.
public struct Charge: Hashable, Sendable {
  public var name: String
  public var count: Int

  package init(name: String, count: Int) {
    self.name = name
    self.count = count
  }
}

/// The frequency of recovery exercises, and the disaster practised.
public struct DrillProgramme: Sendable {
  public var perYear: Int
  /// The index of the disaster in the scenario.
  public var disaster: Int

  package init(perYear: Int, disaster: Int) {
    self.perYear = perYear
    self.disaster = disaster
  }
}

/// The business loss.
public struct Penalties: Sendable {
  /// The loss per hour without the whole system.
  public var outagePerHour: Money
  /// The loss per hour of lost data.
  public var dataLossPerHour: Money
  /// The loss when no data is recovered; `nil` when no sum of money is stated.
  public var unrecoverable: Money?
  /// The share of each service in that sum. When empty, services count by their bytes.
  public var services: [ServiceWeight] = []

  package init(outagePerHour: Money, dataLossPerHour: Money, unrecoverable: Money?) {
    self.outagePerHour = outagePerHour
    self.dataLossPerHour = dataLossPerHour
    self.unrecoverable = unrecoverable
  }
}

/// A service's share in the value of all data.
public struct ServiceWeight: Hashable, Sendable {
  public var service: String
  public var weight: Ratio

  package init(service: String, weight: Ratio) {
    self.service = service
    self.weight = weight
  }
}
