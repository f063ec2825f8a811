import Foundation

/// Measures the commands that decide from rehearsals, on the default scenario: `plan`, `risk`, `worst` and
/// shards.
func decisionFigures() -> [BenchmarkFigure] {
  let folder = BenchmarkFolder()
  return planFigures(in: folder) + riskFigures(in: folder) + worstFigures(in: folder)
    + shardFigures(in: folder)
}

private let defaultScenario = "\(CommandRun.root)/scenarios/backup-and-dr.yaml"

/// A space of 768 designs: backups alone, and a pilot light or warm standby in addition.
private let space = """
  choose:
    from: [nightly-and-snapshots, locked-vault, pilot-light-and-backup, warm-standby-and-backup]
    baseline: nightly-backup
    level: 95 %
    vary:
      backups.0.schedule:
        - FREQ=HOURLY;BYMINUTE=0;BYSECOND=0
        - FREQ=HOURLY;INTERVAL=2;BYMINUTE=0;BYSECOND=0
        - FREQ=HOURLY;INTERVAL=3;BYMINUTE=0;BYSECOND=0
        - FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0
      backups.0.retention: [{ duration: 3 d }, { duration: 7 d }, { duration: 14 d }]
      backups.0.lock: [none, 3 d]
      backups.0.replica: [none, remote-vault]
      disasterRecovery.replication.interval: [5 min, 15 min, 1 h]
      disasterRecovery.replication.checkpoint: [5 s, 1 min]
      recovery.concurrentRestores: [1, 2, 3]

  """

private func planFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let path = "\(folder.path)/space.yaml"
  let out = "\(folder.path)/plan"
  let objectives = ["--set", "objectives={ rpo: 8 h, rto: 30 h }"]
  guard let scenario = try? String(contentsOfFile: defaultScenario, encoding: .utf8),
    // The scenario's own space is its last section.
    let rest = scenario.ranges(of: "\nchoose:").first.map({ scenario[..<$0.lowerBound] + "\n" }),
    (try? (rest + space).write(toFile: path, atomically: true, encoding: .utf8)) != nil,
    let run = TimedRun(TimedRun.firedrill, ["plan", path, "--jobs", "2", "--out", out] + objectives),
    let report = try? Data(contentsOf: URL(filePath: "\(out)/space-plan.json")),
    let json = try? JSONSerialization.jsonObject(with: report) as? [String: Any],
    let designs = json["designs"] as? Double, let drills = json["drills"] as? Double,
    let all = json["exhaustive_drills"] as? Double
  else { return [BenchmarkFigure("plan", "not measured: firedrill was not built, or found no design")] }
  return [
    BenchmarkFigure("plan: designs", designs, "", atLeast: 500),
    BenchmarkFigure("plan: time with 2 jobs", run.wallSeconds, "s", below: 300),
    BenchmarkFigure("plan: drills of those of an exhaustive search", 100 * drills / all, "%", atMost: 5),
    BenchmarkFigure("plan: peak memory", run.peakMebibytes, "MiB", below: 2_048),
  ]
}

private func riskFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let reports = "\(folder.path)/reports"
  guard CommandRun(command: ["run", defaultScenario, "--format", "json,csv"], reports: reports) != nil else {
    return [BenchmarkFigure("risk", "not measured: firedrill was not built, or failed")]
  }
  let command = [
    "risk", defaultScenario, "--from", "\(reports)/backup-and-dr.json", "--overlaps", "0", "--out", reports,
  ]
  guard let run = TimedRun(TimedRun.firedrill, command) else {
    return [BenchmarkFigure("risk", "not measured: firedrill failed")]
  }
  return [
    BenchmarkFigure(
      "risk: 100,000 years of 12 strategies after the rehearsals", run.wallSeconds, "s", below: 10),
    BenchmarkFigure("risk: peak memory", run.peakMebibytes, "MiB", below: 1_024),
  ]
}

private func worstFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let command = [
    "worst", defaultScenario, "--strategy", "pilot-light-and-backup", "--disaster", "fire", "--no-reproducer",
    "--out", folder.path,
  ]
  // The objectives are met or missed; both are answers.
  guard let run = TimedRun("/bin/sh", ["-c", "\"$0\" \"$@\" || [ $? = 1 ]", TimedRun.firedrill] + command)
  else { return [BenchmarkFigure("worst", "not measured: firedrill was not built, or failed")] }
  return [BenchmarkFigure("worst: one strategy and disaster", run.wallSeconds, "s", below: 20)]
}

private func shardFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let out = "\(folder.path)/shards"
  /// Runs shards, `jobs` at a time; the whole scenario when there are none.
  func run(_ shards: String, of count: Int, settings: String = "") -> TimedRun? {
    let one = "\"$0\" run \"$1\" --jobs 1 --format csv --out \"$2\" \(settings)"
    let script =
      "seq \(shards) | xargs -P 2 -I @ sh -c '\(one) --shard @/\(count) || [ $? = 1 ]' \"$0\" \"$1\" \"$2\""
    return TimedRun("/bin/sh", ["-c", script, TimedRun.firedrill, defaultScenario, out])
  }
  guard let whole = run("1 1", of: 1), let two = run("1 2", of: 2),
    TimedRun("/bin/sh", ["-c", "rm \"$0\"/*.shard", out]) != nil,
    run("1 64", of: 64, settings: "--set strikes.spread=64") != nil,
    let merge = TimedRun(
      "/bin/sh",
      [
        "-c", "\"$0\" merge \"$1\"/*.shard --format csv --out \"$1\" || [ $? = 1 ]", TimedRun.firedrill, out,
      ])
  else { return [BenchmarkFigure("shards", "not measured: firedrill was not built, or failed")] }
  return [
    BenchmarkFigure(
      "two shards on two cores: speed over one job", whole.wallSeconds / two.wallSeconds, "x", atLeast: 1.9),
    BenchmarkFigure("merge of 64 shards", merge.wallSeconds, "s", below: 5),
  ]
}

extension TimedRun {
  fileprivate init?(_ program: String, _ arguments: [String]) {
    self.init(words: [program] + arguments)
  }
}
