import Documents
import ScenarioLanguage

/// A small scenario that is right; tests change a line of it and look at what is said.
enum Shop {
  static let text = """
    title: A shop
    seed: 7
    scale: 1/8192
    start: 2026-03-02T00:00:00Z
    warmUp: 8 d
    window: 7 d
    strikes: { spread: 20 }
    objectives: { rpo: 24 h, rto: 12 h }
    sites:
      frankfurt: { region: eu-central, latitude: 50.11, longitude: 8.68 }
      berlin: { region: eu-east, latitude: 52.52, longitude: 13.40, coastal: false }
    links:
      backbone: { between: [frankfurt, berlin], rate: 1 Gbit/s, latency: 6 ms }
    devices:
      array: { site: frankfurt, kind: array, rate: 800 MB/s, latency: 500 us }
      store: { site: frankfurt, kind: objectStore, rate: 400 MB/s, latency: 8 ms }
      remote-store: { site: berlin, kind: objectStore, rate: 400 MB/s, latency: 8 ms }
      remote-array: { site: berlin, kind: array, rate: 800 MB/s, latency: 500 us }
    hosts:
      db: { site: frankfurt }
      web: { site: frankfurt }
    services:
      database:
        host: db
        boot: 4 min
        appRecovery: { lognormal: { median: 6 min, p95: 20 min } }
        verify: 10 min
        warmUp: 5 min
        volumes:
          db-data:
            device: array
            size: 200 GiB
            used: 60 %
            workload:
              rate: 400 kB/s
              burst: { factor: 6, share: 5 %, length: 20 min }
              skew: 0.9
      shop:
        host: web
        dependsOn: [database]
        boot: 4 min
        appRecovery: 1 min
        verify: 5 min
        warmUp: 0 s
    vaults:
      local: { device: store, capacity: 4 TiB, autoExpand: true, credentials: backup-admin }
      remote: { device: remote-store, capacity: 4 TiB, credentials: backup-admin }
    people: { detect: 5 min, declare: 10 min, decide: { exponential: { mean: 15 min } } }
    disasters:
      deletion: { cause: accidentalDeletion, volumes: [db-data], share: 30 % }
      fire: { cause: fire, site: frankfurt, detect: 2 min }
      theft: { cause: vaultAttack, volumes: [db-data], credentials: backup-admin }
      array-then-deletion:
        cause: arrayFailure
        device: array
        followedBy: { disaster: deletion, after: 2 h }
        strikes: { at: [2026-03-11T04:00:00Z] }
    strategies:
      hourly:
        title: Hourly backup with a replica
        snapshots: { schedule: FREQ=HOURLY, retention: { count: 24 }, credentials: storage-admin }
        backups:
          - vault: local
            schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0
            retention: { count: 48, dayBackups: 7 }
            replica: remote
        recovery:
          replace: { disk: 4 h, host: 1 h, device: 24 h }
          rebuild: { site: berlin, device: remote-array, provision: 3 h }
          redirect: 5 min
          scanRate: 200 MB/s

    """

  static func read(_ text: String = text, settings: [String] = []) throws(InputError) -> Scenario {
    try ScenarioFile(SourceText(name: "shop.yaml", text: text), settings: settings).scenario
  }

  /// The scenario with one part of its text replaced by another; the part must be there.
  static func text(with new: String, for old: String) -> String {
    guard let range = text.firstRange(of: old) else { preconditionFailure("the shop has no '\(old)'") }
    return text.replacingCharacters(in: range, with: new)
  }

  /// Everything that is said of the scenario with one part of its text replaced.
  static func errors(with new: String, for old: String) -> [String] {
    errors(in: text(with: new, for: old))
  }

  static func errors(in text: String, settings: [String] = []) -> [String] {
    do throws(InputError) {
      _ = try read(text, settings: settings)
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with new: String) -> String {
    String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
  }
}
