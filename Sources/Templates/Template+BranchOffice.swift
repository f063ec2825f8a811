import Units

extension Template {
  static let branchOffice = Template(
    name: "branch-office", summary: "A branch office at the end of a slow line",
    proposal: Answers(
      rpo: .hours(8), rto: .hours(24), data: .gibibytes(800),
      writes: ByteRate(millibytesPerSecond: 150_000_000)),
    estate: EstateSketch(
      production: "branch", other: "headquarters", link: "rate: 100 Mbit/s, latency: 15 ms",
      services: [
        ServiceSketch(
          name: "directory", volumes: [VolumeSketch("directory-data", data: 5, writes: 5, "skew: 0.9")],
          size: "small"),
        ServiceSketch(
          name: "files",
          volumes: [
            VolumeSketch(
              "file-data", data: 70, writes: 45,
              "diurnalSwing: 90 %, weekendDrop: 90 %, sequentialShare: 60 %")
          ], dependencies: ["directory"]),
        ServiceSketch(
          name: "till",
          volumes: [
            VolumeSketch(
              "till-data", data: 25, writes: 50, "diurnalSwing: 90 %, weekendDrop: 50 %, skew: 0.9")
          ],
          dependencies: ["directory"]),
      ]),
    disasters: [
      "deletion: { cause: accidentalDeletion, volumes: [file-data], share: 20 %, perYear: 4 }",
      "virus: { cause: virusAttack, volumes: [file-data, till-data], dwell: 12 h, share: 40 %, perYear: 0.2 }",
      "server: { cause: serverFailure, host: till-host, perYear: 0.5 }",
      "array-failure: { cause: arrayFailure, device: array, perYear: 0.1 }",
      "burglary: { cause: fire, site: branch, perYear: 0.02 }",
      "line-cut: { cause: linkFault, link: line, duration: 8 h, perYear: 4 }",
    ],
    strategies: [
      StrategySketch(
        "local", .title("A backup every night to a store in the branch"),
        .backups(backup(to: "near", .nightly, "count: 14"))),
      StrategySketch(
        "nightly", .title("A backup every night to the headquarters"),
        .backups(backup(to: "far", .nightly, "count: 14")), .rebuild(at: "headquarters")),
      StrategySketch(
        "hourly", .title("A backup every hour in the branch, each copied to the headquarters"),
        .backups(backup(to: "near", .hourly, "count: 48, dayBackups: 14", "replica: far")),
        .rebuild(at: "headquarters")),
      StrategySketch(
        "replicated", .title("Every write sent to the headquarters at once, and a locked backup every night"),
        .replication(
          "layer: hostIO, mode: async, journal: 100 GiB, groupClock: true", to: "headquarters",
          standby: "kind: pilotLight, provision: 1 h"),
        .backups(backup(to: "near", .nightly, "count: 14", "lock: 7 d"))),
    ])
}
