import Units

/// What a scenario says about money beside the prices: what else production costs, and what a disaster costs the business.
public struct CostTerms: Sendable {
  /// What production needs beside its servers and storage.
  public var production: Upkeep
  /// How many people work on a recovery from the start of the outage to its end.
  public var crew: Int
  /// Whether the crew is paid while it waits for servers, devices, sites and power.
  public var paysWaitingCrew = false
  /// `nil`: no recovery is practised.
  public var drills: DrillProgramme?
  /// `nil`: what an outage costs the business is not known, and no loss is expected of it.
  public var penalties: Penalties?
  /// Over how many years the total cost of ownership is summed.
  public var years: Int
  /// By how much the protected data and its changes grow each year.
  public var growth: Ratio
  /// At which rate later years count less.
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

/// What has to be paid for month by month beside what the run meters.
public struct Upkeep: Sendable {
  /// Working time in a month.
  public var staff: Duration
  /// How many of which licences.
  public var licences: [Charge]
  /// How many of which fixed fees.
  public var fixed: [Charge]

  package init(staff: Duration = .zero, licences: [Charge] = [], fixed: [Charge] = []) {
    self.staff = staff
    self.licences = licences
    self.fixed = fixed
  }
}

/// So many of something that the price book names.
public struct Charge: Hashable, Sendable {
  public var name: String
  public var count: Int

  package init(name: String, count: Int) {
    self.name = name
    self.count = count
  }
}

/// How often a recovery is practised, and from which disaster.
public struct DrillProgramme: Sendable {
  public var perYear: Int
  /// By its place in the scenario.
  public var disaster: Int

  package init(perYear: Int, disaster: Int) {
    self.perYear = perYear
    self.disaster = disaster
  }
}

/// What the business loses.
public struct Penalties: Sendable {
  /// For each hour in which the entire system is not back.
  public var outagePerHour: Money
  /// For each hour of lost data.
  public var dataLossPerHour: Money
  /// When nothing usable comes back of all data; `nil`: no sum of money stands for that.
  public var unrecoverable: Money?
  /// The share of each service in that sum; empty: services count by the bytes that they hold.
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
