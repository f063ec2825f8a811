import Estate
import Schedules
import Units

/// Couriers are paid for each trip of their timetable, and for each return of media.
extension Metering {
  /// Returns the annual departures of a strategy's couriers.
  package func departures(of strategy: Strategy) -> [Usage] {
    strategy.backups.compactMap { backup in
      guard let courier = backup.courier, let replica = backup.replica else { return nil }
      let timetable = backup.replicaSchedule ?? backup.schedule
      let end = scenario.start + .days(365)
      let count = BackupSchedule(timetable, from: scenario.start).slots.prefix { $0 < end }
        .reduce(Int64(0)) { count, _ in count + 1 }
      return trips(count, by: courier, to: replica)
    }
  }

  /// Returns the trips that brought media back in one drill.
  package func returns(of media: [VaultID], with strategy: Strategy) -> [Usage] {
    media.compactMap { vault in
      strategy.backups.first { $0.replica == vault }?.courier.map { trips(1, by: $0, to: vault) }
    }
  }

  private func trips(_ count: Int64, by courier: Courier, to vault: VaultID) -> Usage {
    Usage(
      .fixed, of: "courier of vault \(blueprint.vaults[vault].name)", item: "courier.\(courier.tariff)",
      .trips,
      count)
  }
}
