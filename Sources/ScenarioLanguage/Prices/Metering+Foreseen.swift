import Estate
import Units

extension Metering {
  /// The usage that is certain before a run, so that missing prices are reported first. It covers servers,
  /// volumes, standby, vaults, link tariffs, licences, fees and people.
  var foreseen: [Usage] {
    let tariffs = blueprint.links.filter { $0.tariff != nil }.flatMap { link in
      let subject = "link \(link.name)"
      return [
        Usage(.traffic, of: subject, item: trafficItem(of: link), .bytes, 1),
        Usage(.fixed, of: subject, item: leaseItem(of: link), .seconds, 1),
      ]
    }
    let crew = Usage(
      .staff, of: "recovery crew", item: "staff.engineer", .seconds, Int64(scenario.costs.crew))
    return (production + tariffs + [crew] + scenario.strategies.flatMap(foreseen)).merged
  }

  private func foreseen(of strategy: Strategy) -> [Usage] {
    let named = strategy.backups.flatMap { [$0.vault] + ($0.replica.map { [$0] } ?? []) }
    let vaults = (named + [strategy.logArchive?.vault].compactMap { $0 }).map { vault in
      let plan = blueprint.vaults[vault]
      return Usage(.storage, of: "vault \(plan.name)", item: storageItem(of: plan.device), .mebibyteHours, 1)
    }
    return standby(of: strategy, for: Self.year) + vaults + departures(of: strategy)
      + upkeep(strategy.upkeep, of: "protection", for: Self.year)
  }
}
