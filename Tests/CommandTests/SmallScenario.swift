/// A scenario that is rehearsed in a moment: one volume, a snapshot every hour and a backup every night.
enum SmallScenario {
  static let text = """
    title: A small shop
    seed: 7
    scale: 1/1024
    start: 2026-03-02T00:00:00Z
    warmUp: 2 d
    window: 2 d
    strikes: { spread: 3 }
    objectives: { rpo: 30 h, rto: 40 h }
    sites:
      here: { region: eu-central, latitude: 50.11, longitude: 8.68, coastal: false }
    devices:
      array: { site: here, kind: array, rate: 800 MB/s, latency: 500 us }
      store: { site: here, kind: objectStore, rate: 400 MB/s, latency: 8 ms }
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
            workload:
              rate: 20 kB/s
              diurnalSwing: 0 %
              weekendDrop: 0 %
              writeSize: 4 KiB
              skew: 0.5
              sequentialShare: 20 %
              compressibility: 50 %
              flushInterval: 0 s
    vaults:
      vault: { device: store, capacity: 1 TiB, autoExpand: true, credentials: admin }
    people:
      detect: { lognormal: { median: 5 min, p95: 30 min } }
      declare: 10 min
      decide: 15 min
    disasters:
      deletion: { cause: accidentalDeletion, volumes: [db-data], share: 30 % }
      array-failure: { cause: arrayFailure, device: array }
    strategies:
      nightly:
        title: Nightly backup
        backups:
          - vault: vault
            schedule: FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0
            retention: { count: 14 }
            consistency: crashConsistent
            blockSize: 16 KiB
            compressionLevel: 1
        recovery:
          replace: { disk: 4 h, host: 1 h, device: 24 h }
          concurrentRestores: 1
          redirect: 5 min
          scanRate: 200 MB/s

    """

  /// The same with a second site, a strategy that takes over there and one that serves at both, and everything about money.
  static let withStandby =
    text.replacing("cause: accidentalDeletion,", with: "perYear: 2, cause: accidentalDeletion,")
    .replacing("cause: arrayFailure,", with: "perYear: 0.25, cause: arrayFailure,")
    .replacing(
      "devices:\n",
      with: """
          there: { region: eu-central, latitude: 50.10, longitude: 8.77, coastal: false }
        links:
          metro: { between: [here, there], rate: 1 Gbit/s, latency: 500 us, tariff: direct1G }
        devices:
          there-array: { site: there, kind: array, rate: 800 MB/s, latency: 500 us }

        """)
    + standby("hot", "layer: storage, mode: sync", "kind: hotStandby, redirect: 2 min")
    + standby("active", "layer: storage, mode: activeActive", "kind: activeActive, redirect: 30 s") + """
      costs:
        drills: { perYear: 2, disaster: array-failure }
        penalties: { outagePerHour: USD 4000, dataLossPerHour: USD 2500, unrecoverable: USD 3000000 }
        years: 4
        growth: 20 %
        discountRate: 5 %

      """

  private static func standby(_ name: String, _ replication: String, _ standby: String) -> String {
    """
      \(name):
        title: A second site
        disasterRecovery:
          replication: { \(replication), site: there, device: there-array }
          standby: { \(standby) }
        upkeep: { staff: 4 h }
        recovery:
          replace: { disk: 4 h, host: 1 h, device: 24 h }
          redirect: 5 min
          scanRate: 200 MB/s

    """
  }
}
