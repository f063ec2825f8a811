import Estate
import Units

/// A sum of money, or that nothing came back and no sum stands for that.
public enum Loss: Hashable, Sendable {
  case money(Money)
  case unrecoverable

  public static func + (a: Loss, b: Loss) -> Loss {
    guard case .money(let a) = a, case .money(let b) = b else { return .unrecoverable }
    return .money(a + b)
  }
}

/// What disasters are expected to cost in a year: for each how often it is expected, times what it costs in the mean over all
/// instants at which it can strike.
public struct ExpectedLoss: Sendable {
  public struct Share: Sendable {
    public let disaster: String
    /// How often it is expected in a year.
    public let perYear: Ratio
    /// What it comes to in the mean over the drills.
    public let event: MeanEvent
    /// The share of the value of all data that is gone where nothing usable comes back.
    public let stake: Ratio
    /// Outage, lost data and the recovery itself, in the mean over the drills.
    public let perEvent: Loss
    public let yearly: Loss
  }

  /// Of the disasters whose rate the scenario states.
  public let shares: [Share]
  public let total: Loss

  /// `nil` without penalties or without any rate.
  init?(_ report: StrategyReport, _ recoveries: [RecoveryCost], in scenario: Scenario) {
    guard let penalties = scenario.costs.penalties else { return nil }
    shares = zip(report.disasters, recoveries).compactMap { disaster, recovery in
      guard let rate = disaster.disaster.perYear, !disaster.drills.isEmpty else { return nil }
      let event = MeanEvent(disaster.drills)
      let stake = disaster.disaster.dataAtStake(in: scenario)
      let perEvent = event.loss(penalties, of: stake, recovery: recovery.statement.total)
      let yearly: Loss =
        if case .money(let money) = perEvent { .money(money.times(rate)) } else { .unrecoverable }
      return Share(
        disaster: disaster.disaster.name, perYear: rate, event: event, stake: stake, perEvent: perEvent,
        yearly: yearly)
    }
    guard !shares.isEmpty else { return nil }
    total = shares.reduce(.money(.zero(penalties.outagePerHour.currency))) { $0 + $1.yearly }
  }
}

/// What one disaster does in the mean over all drills; those that brought nothing back count for the share alone.
public struct MeanEvent: Hashable, Sendable {
  /// Hours in which the entire system is not back.
  public let outage: Duration
  /// Hours of lost data.
  public let dataLoss: Duration
  /// The share of drills in which nothing usable came back.
  public let unrecoverable: Ratio

  /// - Parameter drills: at least one.
  init(_ drills: [Drill]) {
    let count = Int128(drills.count)
    let recovered = drills.compactMap { drill in
      if case .recovered(let recovered) = drill.outcome { recovered } else { nil as Drill.Recovered? }
    }
    func mean(_ time: (Drill.Recovered) -> Duration) -> Duration {
      let sum = recovered.reduce(Int128(0)) { $0 + Int128(time($1).nanoseconds) }
      return Duration(nanoseconds: Int64(sum.roundedQuotient(count)))
    }
    outage = mean(\.rto)
    dataLoss = mean(\.rpo)
    let lost = (count - Int128(recovered.count)) * 1_000_000_000
    unrecoverable = Ratio(billionths: Int64(lost.roundedQuotient(count)))
  }

  /// Each amount is rounded by itself: outage, lost data, what never came back, recovery.
  ///
  /// - Parameter stake: the share of all data that is gone when nothing usable comes back.
  fileprivate func loss(_ penalties: Penalties, of stake: Ratio, recovery: Money) -> Loss {
    if unrecoverable > .zero && penalties.unrecoverable == nil { return .unrecoverable }
    let back = Ratio(billionths: 1_000_000_000 - unrecoverable.billionths)
    var sum = penalties.outagePerHour.times(outage, per: .hours(1))
    sum += penalties.dataLossPerHour.times(dataLoss, per: .hours(1))
    if let total = penalties.unrecoverable { sum += total.times(stake).times(unrecoverable) }
    return .money(sum + recovery.times(back))
  }
}

extension Disaster {
  /// The share of the value of all data that the disaster harms: where it makes bytes wrong, those; else all.
  func dataAtStake(in scenario: Scenario) -> Ratio {
    guard damagesBytes else { return .one }
    let blueprint = scenario.blueprint
    var (lost, all) = (Int128(0), Int128(0))
    for service in blueprint.services {
      let used = service.volumes.reduce(ByteCount.zero) {
        $0 + blueprint.volumes[$1].used.of(blueprint.volumes[$1].size)
      }
      let harmed = service.volumes.filter { harms($0, of: service) }.reduce(ByteCount.zero) {
        $0 + share.of(blueprint.volumes[$1].used.of(blueprint.volumes[$1].size))
      }
      let weights = scenario.costs.penalties?.services ?? []
      let weight =
        weights.isEmpty
        ? Int128(used.bytes)
        : Int128(weights.first { $0.service == service.name }?.weight.billionths ?? 0)
      all += weight
      if used > .zero { lost += weight * Int128(harmed.bytes) / Int128(used.bytes) }
    }
    guard all > 0 else { return .one }
    return Ratio(billionths: Int64(lost * 1_000_000_000 / all))
  }

  private func harms(_ volume: VolumeID, of service: Service) -> Bool {
    switch target {
    case .volumes(let ids), .volumesAndVaults(let ids, _): ids.contains(volume)
    case .host(let host): service.host == host
    case .device, .site, .sites, .link, .connections: false
    }
  }
}
