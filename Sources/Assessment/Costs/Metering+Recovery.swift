import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension Metering {
  /// Returns the total usage of the recoveries in all drills of a disaster. A mean is this total divided by
  /// their number.
  ///
  /// - Parameter isPractice: whether production goes on meanwhile, so that the hosts of the recovery are additional ones.
  func recoveries(_ drills: [Drill], of strategy: Strategy, isPractice: Bool) -> [Usage] {
    drills.flatMap { drill -> [Usage] in
      guard case .recovered(let recovered) = drill.outcome else {
        // People who practise what does not succeed give up when it should have been done.
        return isPractice
          ? attempt(of: strategy, working: scenario.objectives.rto, in: scenario.objectives.rto) : []
      }
      let work = scenario.costs.paysWaitingCrew ? recovered.rto : recovered.rto - drill.waitForDeliveries
      let sent = drill.metered.map(sent) ?? []
      return sent + returns(of: drill.media, with: strategy)
        + attempt(of: strategy, working: work, in: isPractice ? recovered.rto : nil)
    }.merged
  }

  /// - Parameter practice: how long the servers of a practised recovery run; `nil` when it is none.
  private func attempt(of strategy: Strategy, working: Duration, in practice: Duration?) -> [Usage] {
    let crew = Usage(.staff, of: "recovery crew", item: "staff.engineer", .seconds, working)
      .times(Int128(scenario.costs.crew), per: 1)
    return [crew] + (practice.map { practiceServers(of: strategy, for: $0) } ?? [])
  }
}

extension Drill {
  /// The part of the outage in which the end waited for deliveries, provisioning or power.
  fileprivate var waitForDeliveries: Duration {
    criticalPhases.first { $0.phase == .provision }?.time ?? .zero
  }
}
