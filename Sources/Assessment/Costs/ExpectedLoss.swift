import Estate
import Rehearsals
import ScenarioLanguage
import Units

/// A sum of money, or a loss of data without a stated sum.
public enum Loss: Hashable, Sendable {
  case money(Money)
  case unrecoverable

  public static func + (a: Loss, b: Loss) -> Loss {
    guard case .money(let a) = a, case .money(let b) = b else { return .unrecoverable }
    return .money(a + b)
  }
}

/// The expected annual loss: each disaster's annual rate times its mean cost over all possible strikes.
public struct ExpectedLoss: Sendable {
  public struct Share: Sendable {
    public let disaster: String
    /// The expected number in a year.
    public let perYear: Ratio
    /// The mean effect over the drills.
    public let event: MeanEvent
    /// The share of the value of all data that is lost when nothing usable is recovered.
    public let stake: Ratio
    /// The mean cost of outage, lost data and recovery over the drills.
    public let perEvent: Loss
    public let yearly: Loss
  }

  /// The disasters with a stated rate.
  public let shares: [Share]
  public let total: Loss

  /// Creates the expected loss; `nil` without penalties or without any rate.
  init?(_ report: StrategyReport, _ recoveries: [RecoveryCost], in scenario: Scenario) {
    guard let penalties = scenario.costs.penalties else { return nil }
    shares = zip(report.disasters, recoveries).compactMap { disaster, recovery in
      guard let rate = disaster.disaster.perYear, !disaster.drills.isEmpty else { return nil }
      let event = MeanEvent(disaster.drills, slowdown: report.strategy.recovery.instant?.slowdown ?? .zero)
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

/// The mean effect of one disaster over all drills. Drills that recovered nothing only count for the
/// unrecoverable share.
public struct MeanEvent: Hashable, Sendable {
  /// The time without the whole system.
  public let outage: Duration
  /// The time of slow service, weighed by the share of an outage's penalty that an hour of it costs.
  public let slowService: Duration
  /// The time of lost data.
  public let dataLoss: Duration
  /// The share of drills that recovered nothing usable.
  public let unrecoverable: Ratio

  /// - Parameter drills: at least one.
  init(_ drills: [Drill], slowdown: Ratio) {
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
    let slow = drills.reduce(Int128(0)) { sum, drill in
      guard let end = drill.slowService?.fullSpeed, let start = drill.achievedRTO.duration else { return sum }
      return sum + Int128(slowdown.of(ByteCount((end - start).nanoseconds)).bytes)
    }
    slowService = Duration(nanoseconds: Int64(slow.roundedQuotient(count)))
    let lost = (count - Int128(recovered.count)) * 1_000_000_000
    unrecoverable = Ratio(billionths: Int64(lost.roundedQuotient(count)))
  }

  /// Returns the loss of an event. The amounts for outage, lost data, unrecovered data and recovery are
  /// rounded separately.
  ///
  /// - Parameter stake: the share of all data that is gone when nothing usable comes back.
  fileprivate func loss(_ penalties: Penalties, of stake: Ratio, recovery: Money) -> Loss {
    if unrecoverable > .zero && penalties.unrecoverable == nil { return .unrecoverable }
    let back = Ratio(billionths: 1_000_000_000 - unrecoverable.billionths)
    var sum = penalties.outagePerHour.times(outage, per: .hours(1))
    sum += penalties.outagePerHour.times(slowService, per: .hours(1))
    sum += penalties.dataLossPerHour.times(dataLoss, per: .hours(1))
    if let total = penalties.unrecoverable { sum += total.times(stake).times(unrecoverable) }
    return .money(sum + recovery.times(back))
  }
}

extension Disaster {
  /// Returns the share of the data's value that a disaster can harm: its damaged volumes, else everything.
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
