import Rehearsals
import ScenarioLanguage
import Units

/// A bank of 20 transactions a second, 8 KiB of log each, that is backed up at every full hour to another site.
enum ArchiveCase {
  static let vaults = [
    "safe: { device: store-b, capacity: 500 GiB, credentials: admin }",
    "logs: { device: store-b, capacity: 500 GiB, credentials: log-admin }",
  ]
  static let backups =
    "backups: [ { vault: safe, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 2 }, "
    + "prune: FREQ=HOURLY;BYMINUTE=30;BYSECOND=0, pruneGrace: 1 min } ]"
  static let rebuild = "rebuild: { site: b, device: array-b, provision: 1 h }"

  /// - Parameter archive: the keys of the archive after its vault; `nil` for none.
  static func scenario(
    _ disaster: String, archive: String? = "interval: 10 min", vault: String = "logs", scale: Int = 2_048,
    warmUp: String = "3 h", window: String = "4 h", strikes: Int = 3, vaults: [String] = vaults,
    recovery: String = rebuild, backups: String = backups
  ) throws -> Scenario {
    let log = archive.map {
      "\n    logArchive: { vault: \(vault), bytesPerTransaction: 8 KiB\($0.isEmpty ? "" : ", " + $0) }"
    }
    return try SmallCase.scenario(
      scale: scale, warmUp: warmUp, window: window, strikes: strikes,
      volume: "size: 8 GiB, used: 10 % }, log: { device: array, size: 8 GiB, used: 50 %",
      database: "data: data, log: log, transactionsPerSecond: 20, accounts: 64", vaults: vaults,
      disasters: ["d: { \(disaster) }"], strategy: backups + (log ?? ""), recovery: recovery)
  }

  static func run(_ scenario: Scenario) async -> DisasterReport {
    await SmallCase.run(scenario).disasters[0]
  }

  static let fire = "cause: fire, site: a"
  static func deletion(_ volumes: String) -> String {
    "cause: accidentalDeletion, volumes: [\(volumes)], share: 100 %, damages: files"
  }
  static func mistake(_ dwell: String) -> String {
    "cause: applicationUpdateError, volumes: [data], share: 10 %, dwell: \(dwell)"
  }
}

extension Drill {
  /// The time of the replay; `nil` when no log was replayed.
  var replay: Duration? {
    timeline.first { $0.subject.contains(", log replayed ") }.map { $0.end - $0.start }
  }
}
