import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension Metering {
  /// Returns the total usage of the failbacks in all drills of a disaster. The usage covers traffic, the
  /// crew's time for the move, and DR servers that are not otherwise paid.
  func returns(_ drills: [Drill], of strategy: Strategy) -> [Usage] {
    drills.flatMap { drill -> [Usage] in
      guard let failback = drill.failback, case .returned(let returned) = failback.outcome else { return [] }
      let crew = Usage(.staff, of: "failback crew", item: "staff.engineer", .seconds, returned.downtime)
        .times(Int128(scenario.costs.crew), per: 1)
      return sent(failback.metered) + [crew] + standIns(for: failback.duration, of: strategy)
    }.merged
  }

  private func standIns(for time: Duration, of strategy: Strategy) -> [Usage] {
    switch strategy.disasterRecovery?.standby.kind {
    case nil, .hotStandby, .activeActive: []
    case .pilotLight, .warmStandby:
      blueprint.hosts.map {
        Usage(
          .compute, of: "stand-in of \($0.name)", item: "compute.\($0.size).running", .seconds,
          time * Int64($0.count))
      }
    }
  }
}

extension Failback {
  /// The time from the end of the recovery to the end of the failback.
  fileprivate var duration: Duration {
    guard let start = timeline.map(\.start).min(), let end = timeline.map(\.end).max() else { return .zero }
    return end - start
  }
}

extension [Drill] {
  /// The number of drills with a completed failback.
  var returnedCount: Int {
    count { drill in
      if case .returned = drill.failback?.outcome { true } else { false }
    }
  }
}
