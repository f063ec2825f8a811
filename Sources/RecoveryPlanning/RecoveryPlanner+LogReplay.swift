import Estate

/// The replay of an archived log on a restored database.
extension RecoveryPlanner {
  /// Adds the replay where log is archived; returns the step after which the data is complete.
  func replayed(
    _ service: ServiceID, after restored: Int, in world: World, into runbook: inout Runbook
  ) -> Int {
    guard world.hasLogArchive(of: service) else { return restored }
    let target: LogReplayTarget = isMistaken(service) ? .beforeMistake : .end
    let wording = target == .end ? "log replayed to its end" : "log replayed up to the mistake"
    return runbook.add(
      .restoreData, "\(scenario.blueprint.services[service].name), \(wording)", after: [restored],
      .replayLog(service, target))
  }
}
