import Documents
import ScenarioLanguage

/// A shop of one volume with a backup strategy and a standby: its drills take a moment.
enum SmallShop {
  static func file(_ settings: String..., text: String = text) throws(InputError) -> ScenarioFile {
    try ScenarioFile(SourceText(name: "shop.yaml", text: text), settings: settings)
  }

  static let text = """
    title: A small shop
    seed: 7
    scale: 1/4096
    start: 2026-03-02T00:00:00Z
    warmUp: 2 d
    window: 2 d
    strikes: { spread: 4 }
    objectives: { rpo: 30 h, rto: 40 h }
    costs:
      penalties: { outagePerHour: USD 4000, dataLossPerHour: USD 2500, unrecoverable: USD 3000000 }
      years: 3
    sites:
      here: { region: eu-central, latitude: 50.11, longitude: 8.68, coastal: false }
      there: { region: eu-central, latitude: 50.10, longitude: 8.77, coastal: false }
    links:
      metro: { between: [here, there], rate: 1 Gbit/s, latency: 500 us, tariff: direct1G }
    devices:
      array: { site: here, kind: array, rate: 800 MB/s, latency: 500 us }
      store: { site: here, kind: objectStore, rate: 400 MB/s, latency: 8 ms }
      there-array: { site: there, kind: array, rate: 800 MB/s, latency: 500 us }
    hosts:
      db: { site: here }
    services:
      database:
        host: db
        boot: 4 min
        appRecovery: 6 min
        verify: 10 min
        warmUp: 0 s
        volumes:
          db-data:
            device: array
            size: 1 GiB
            used: 50 %
            workload: { rate: 20 kB/s, compressibility: 50 % }
    vaults:
      vault: { device: store, capacity: 1 TiB, autoExpand: true, credentials: admin }
    people:
      detect: { lognormal: { median: 5 min, p95: 30 min } }
      declare: 10 min
      decide: 15 min
    disasters:
      deletion: { perYear: 2, cause: accidentalDeletion, volumes: [db-data], share: 30 % }
      array-failure: { perYear: 0.25, cause: arrayFailure, device: array }
    strategies:
      nightly:
        title: Nightly backup
        backups:
          - vault: vault
            schedule: FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0
            retention: { count: 14 }
            consistency: crashConsistent
            blockSize: 64 KiB
            compressionLevel: 1
        recovery:
          replace: { disk: 4 h, host: 1 h, device: 24 h }
          concurrentRestores: 1
          redirect: 5 min
          scanRate: 200 MB/s
      hot:
        title: A second site
        disasterRecovery:
          replication: { layer: storage, mode: sync, site: there, device: there-array }
          standby: { kind: hotStandby, redirect: 2 min }
        upkeep: { staff: 4 h }
        recovery:
          replace: { disk: 4 h, host: 1 h, device: 24 h }
          redirect: 5 min
          scanRate: 200 MB/s

    """
}
