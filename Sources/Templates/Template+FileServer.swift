import Units

extension Template {
  static let fileServer = Template(
    name: "file-server", summary: "A file server with its directory service",
    proposal: Answers(
      rpo: .hours(24), rto: .hours(24), data: .gibibytes(4_096),
      writes: ByteRate(millibytesPerSecond: 500_000_000)),
    estate: EstateSketch(services: [
      ServiceSketch(
        name: "directory", volumes: [VolumeSketch("directory-data", data: 2, writes: 5, "skew: 0.9")],
        size: "small"),
      ServiceSketch(
        name: "shares",
        volumes: [
          VolumeSketch(
            "share-data", data: 78, writes: 65, "diurnalSwing: 80 %, weekendDrop: 70 %, sequentialShare: 60 %"
          )
        ], dependencies: ["directory"]),
      ServiceSketch(
        name: "homes",
        volumes: [
          VolumeSketch(
            "home-data", data: 20, writes: 30, "diurnalSwing: 80 %, weekendDrop: 70 %, sequentialShare: 60 %")
        ], dependencies: ["directory"]),
    ]),
    disasters: [
      "deletion: { cause: accidentalDeletion, volumes: [share-data], share: 10 %, perYear: 12 }",
      "virus: { cause: virusAttack, volumes: [share-data, home-data], dwell: 12 h, share: 40 %, perYear: 0.2 }",
      "stolen-password:",
      "  { cause: vaultAttack, volumes: [share-data, home-data], credentials: far-admin, perYear: 0.05 }",
      "server: { cause: serverFailure, host: shares-host, detect: 2 min, perYear: 0.5 }",
      "array-failure: { cause: arrayFailure, device: array, detect: 2 min, perYear: 0.05 }",
      "fire: { cause: fire, site: main, detect: 2 min, perYear: 0.01 }",
    ],
    strategies: [
      StrategySketch(
        "snapshots", .title("A snapshot every hour on the server's own storage, nothing else"),
        .snapshots(.hourly, count: 48)),
      StrategySketch(
        "nightly", .title("A backup every night in the same building"),
        .backups(backup(to: "near", .nightly, "count: 30"))),
      StrategySketch(
        "nightly-elsewhere",
        .title("A locked backup every night, with a copy at the second site; hourly snapshots"),
        .snapshots(.hourly, count: 48),
        .backups(backup(to: "near", .nightly, "dayBackups: 30", "replica: far, lock: 7 d")),
        .rebuild(at: "second")),
      StrategySketch(
        "replicated", .title("A copy that follows at the second site, and a locked backup every night"),
        .replication(
          "layer: storage, mode: async, groupClock: true", to: "second",
          standby: "kind: pilotLight, provision: 1 h"),
        .backups(backup(to: "near", .nightly, "count: 30", "lock: 7 d"))),
    ])
}
