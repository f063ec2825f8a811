import Backup
import Estate
import Units

extension ScenarioChecks {
  /// Checks that an archive has a log, a base for the replay, and a link to its vault.
  mutating func checkLogArchive(of strategy: Strategy, at path: [String]) {
    guard let archive = strategy.logArchive else { return }
    let path = path + ["logArchive"]
    let databases = blueprint.services.filter { $0.database != nil }
    if databases.isEmpty {
      report(
        path, "no service is a database, so there is no log to archive",
        hint: "give a service a 'database', or remove 'logArchive'")
    }
    if strategy.backups.isEmpty, strategy.snapshots == nil {
      report(
        path, "there is no base on which the log could be replayed",
        hint: "add 'backups' (or 'snapshots') to '\(strategy.name)'")
    }
    for (index, backup) in strategy.backups.enumerated() where backup.consistency == .inconsistent {
      report(
        Array(path.dropLast()) + ["backups", "\(index)", "consistency"],
        "no log can be replayed on an inconsistent base",
        hint: "write 'crashConsistent' or 'applicationConsistent'")
    }
    let vault = blueprint.vaults[archive.vault]
    for volume in databases.compactMap(\.database?.log) {
      checkLink(
        from: blueprint.devices[blueprint.volumes[volume].device].site,
        to: blueprint.devices[vault.device].site,
        at: path + ["vault"], purpose: "archive the log of '\(blueprint.volumes[volume].name)'")
    }
    checkArchivePace(archive, at: path)
  }

  /// The limit on segments in a run. More are a mistake, and would take hours to rehearse.
  private static let segmentsMaximum: Int64 = 500_000

  private mutating func checkArchivePace(_ archive: LogArchivePolicy, at path: [String]) {
    guard case .segments(let interval) = archive.mode else { return }
    let run = scenario.warmUp + scenario.window
    if run.nanoseconds / interval.nanoseconds > Self.segmentsMaximum {
      report(
        path + ["interval"], "segments of \(interval) are more than \(Self.segmentsMaximum) in the run",
        hint: "write a longer interval, or 'continuous: true'")
    }
  }
}
