import Units

extension Template {
  static let database = Template(
    name: "database", summary: "A database whose log is archived, and what works with it",
    proposal: Answers(
      rpo: .minutes(15), rto: .hours(4), data: .gibibytes(400),
      writes: ByteRate(millibytesPerSecond: 800_000_000)),
    estate: EstateSketch(services: [
      ServiceSketch(
        name: "database",
        volumes: [
          VolumeSketch(
            "db-data", data: 75, writes: 50, "diurnalSwing: 60 %, skew: 0.9, compressibility: 50 %"),
          VolumeSketch("db-log", data: 5, writes: 40, "diurnalSwing: 60 %, sequentialShare: 100 %"),
        ], size: "large"),
      ServiceSketch(
        name: "application", volumes: [VolumeSketch("app-data", data: 5, writes: 5, "diurnalSwing: 60 %")],
        dependencies: ["database"]),
      ServiceSketch(
        name: "reporting",
        volumes: [VolumeSketch("report-data", data: 15, writes: 5, "sequentialShare: 80 %")],
        dependencies: ["database"]),
    ]),
    disasters: [
      "dropped-table: { cause: accidentalDeletion, volumes: [db-data], share: 20 %, perYear: 0.5 }",
      "bad-update: { cause: applicationUpdateError, volumes: [db-data], dwell: 90 min, share: 2 %, perYear: 1 }",
      "virus: { cause: virusAttack, volumes: [db-data, app-data], dwell: 2 h, share: 25 %, perYear: 0.2 }",
      "server: { cause: serverFailure, host: database-host, detect: 2 min, perYear: 0.5 }",
      "array-failure: { cause: arrayFailure, device: array, detect: 2 min, perYear: 0.05 }",
      "fire: { cause: fire, site: main, detect: 2 min, perYear: 0.01 }",
    ],
    strategies: [
      StrategySketch(
        "nightly", .title("A backup every night, without the log"),
        .backups(backup(to: "far", .nightly, "count: 14")), .rebuild(at: "second")),
      StrategySketch(
        "log-archiving",
        .title("A backup every night, and what changed every 10 minutes, as an archived log does"),
        .backups(
          backup(to: "far", .nightly, "count: 14"),
          backup(to: "far", .tenMinutes, "duration: 1 d", "prune: \(Pace.nightly.rawValue)")),
        .rebuild(at: "second")),
      StrategySketch(
        "standby", .title("A standby that follows at once, and a backup every night"),
        .replication(
          "layer: storage, mode: async, groupClock: true", to: "second",
          standby: "kind: warmStandby, provision: 10 min"),
        .backups(backup(to: "near", .nightly, "count: 14", "lock: 3 d"))),
      StrategySketch(
        "synchronous-standby",
        .title("A standby that every commit waits for, and what changed every 10 minutes"),
        .replication(
          "layer: storage, mode: sync, groupClock: true", to: "second", standby: "kind: hotStandby"),
        .backups(
          backup(to: "near", .tenMinutes, "duration: 1 d", "lock: 1 d, prune: \(Pace.nightly.rawValue)"))),
    ])
}
