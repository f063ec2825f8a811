import Units

extension Template {
  static let webShop = Template(
    name: "web-shop", summary: "A web shop with a database and uploaded files",
    proposal: Answers(
      rpo: .hours(1), rto: .hours(4), data: .gibibytes(500),
      writes: ByteRate(millibytesPerSecond: 600_000_000)),
    estate: EstateSketch(services: [
      ServiceSketch(
        name: "database",
        volumes: [
          VolumeSketch(
            "db-data", data: 40, writes: 70, "diurnalSwing: 60 %, skew: 0.9, compressibility: 50 %")
        ], size: "large"),
      ServiceSketch(
        name: "files",
        volumes: [
          VolumeSketch("file-data", data: 50, writes: 20, "diurnalSwing: 80 %, sequentialShare: 60 %")
        ]),
      ServiceSketch(
        name: "web", volumes: [VolumeSketch("web-data", data: 10, writes: 10, "sequentialShare: 70 %")],
        dependencies: ["database", "files"]),
    ]),
    disasters: [
      "deletion: { cause: accidentalDeletion, volumes: [file-data], share: 30 %, perYear: 2 }",
      "bad-update: { cause: applicationUpdateError, volumes: [db-data], dwell: 90 min, share: 2 %, perYear: 1 }",
      "virus: { cause: virusAttack, volumes: [db-data, file-data], dwell: 2 h, share: 25 %, perYear: 0.2 }",
      "server: { cause: serverFailure, host: database-host, detect: 2 min, perYear: 0.5 }",
      "array-failure: { cause: arrayFailure, device: array, detect: 2 min, perYear: 0.05 }",
      "fire: { cause: fire, site: main, detect: 2 min, perYear: 0.01 }",
    ],
    strategies: [
      StrategySketch(
        "nightly", .title("A backup every night to the second site"),
        .backups(backup(to: "far", .nightly, "count: 14")), .rebuild(at: "second")),
      StrategySketch(
        "nightly-and-snapshots", .title("The same, and a snapshot every hour on production's own storage"),
        .snapshots(.hourly, count: 48), .backups(backup(to: "far", .nightly, "count: 14")),
        .rebuild(at: "second")),
      StrategySketch(
        "pilot-light", .title("Snapshots sent every 15 minutes, servers made on the day; a locked backup"),
        .replication(
          "layer: storage, mode: interval, interval: 15 min, groupClock: true", to: "second",
          standby: "kind: pilotLight, provision: 30 min"),
        .backups(backup(to: "near", .hourly, "duration: 3 d", "lock: 3 d"))),
      StrategySketch(
        "warm-standby", .title("Every write sent at once, small servers that grow; a locked backup"),
        .replication(
          "layer: hostIO, mode: async, journal: 200 GiB, groupClock: true", to: "second",
          standby: "kind: warmStandby, provision: 10 min"),
        .backups(backup(to: "near", .hourly, "duration: 3 d", "lock: 3 d"))),
    ])
}
