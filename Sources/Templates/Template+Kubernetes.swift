import Units

extension Template {
  static let kubernetes = Template(
    name: "kubernetes", summary: "A Kubernetes application with persistent volumes",
    proposal: Answers(
      rpo: .hours(1), rto: .hours(4), data: .gibibytes(300),
      writes: ByteRate(millibytesPerSecond: 500_000_000)),
    estate: EstateSketch(services: [
      ServiceSketch(
        name: "database",
        volumes: [
          VolumeSketch("pgdata", data: 60, writes: 70, "diurnalSwing: 60 %, skew: 0.9, compressibility: 50 %")
        ],
        size: "large"),
      ServiceSketch(
        name: "queue", volumes: [VolumeSketch("queue-data", data: 10, writes: 20, "sequentialShare: 90 %")]),
      ServiceSketch(
        name: "api", volumes: [VolumeSketch("uploads", data: 30, writes: 10, "sequentialShare: 60 %")],
        dependencies: ["database", "queue"]),
    ]),
    disasters: [
      "deleted-namespace: { cause: accidentalDeletion, volumes: [pgdata, queue-data, uploads], perYear: 0.5 }",
      "bad-update: { cause: applicationUpdateError, volumes: [pgdata], dwell: 90 min, share: 2 %, perYear: 2 }",
      "virus: { cause: virusAttack, volumes: [pgdata, uploads], dwell: 2 h, share: 25 %, perYear: 0.1 }",
      "node: { cause: serverFailure, host: database-host, detect: 1 min, perYear: 2 }",
      "storage: { cause: arrayFailure, device: array, detect: 2 min, perYear: 0.05 }",
      "cluster: { cause: fire, site: main, detect: 2 min, perYear: 0.02 }",
    ],
    strategies: [
      StrategySketch(
        "nightly", .title("A backup of all volumes every night, kept for 30 days, as Velero makes it"),
        .backups(backup(to: "far", .nightly, "duration: 30 d")), .rebuild(at: "second")),
      StrategySketch(
        "four-hourly", .title("A backup of all volumes every 4 hours, as VolSync makes it"),
        .backups(backup(to: "far", .fourHourly, "count: 6, dayBackups: 14")), .rebuild(at: "second")),
      StrategySketch(
        "interval",
        .title("Volumes sent to a second cluster every 5 minutes, as Ramen orders it, and a nightly backup"),
        .replication(
          "layer: storage, mode: interval, interval: 5 min, groupClock: true", to: "second",
          standby: "kind: warmStandby, provision: 10 min"),
        .backups(backup(to: "near", .nightly, "duration: 30 d", "lock: 3 d"))),
      StrategySketch(
        "metro", .title("Every write waits for the second cluster, and an hourly backup"),
        .replication(
          "layer: storage, mode: sync, groupClock: true", to: "second", standby: "kind: hotStandby"),
        .backups(backup(to: "near", .hourly, "duration: 3 d", "lock: 3 d"))),
    ])
}
