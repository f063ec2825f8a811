import Foundation

/// Measures whole runs of the `firedrill` executable on the default scenario and on many branches.
func scenarioFigures() -> [BenchmarkFigure] {
  guard let once = CommandRun("scenarios/backup.yaml"),
    let twice = CommandRun("scenarios/backup.yaml", "--set", "strikes.spread=400"),
    let few = CommandRun.branches(20), let many = CommandRun.branches(2_000)
  else {
    return [BenchmarkFigure("scenarios/backup.yaml", "not measured: firedrill was not built, or failed")]
  }
  return largeScenarioFigures + [
    BenchmarkFigure("scenarios/backup.yaml, 2 jobs", once.wallSeconds, "s", below: 20),
    BenchmarkFigure("processor time of it", "\(once.processorSeconds.short) s"),
    BenchmarkFigure("peak memory of it", once.peakMebibytes, "MiB", below: 1_024),
    BenchmarkFigure(
      "with twice the instants: time over that", twice.wallSeconds / once.wallSeconds, "x", below: 2),
    BenchmarkFigure(
      "peak memory of 2,000 drills of a small volume, and of 20",
      "\(many.peakMebibytes.short) MiB and \(few.peakMebibytes.short) MiB"),
  ]
}

/// The figures of the two largest scenarios, with each disaster at 200 instants.
private var largeScenarioFigures: [BenchmarkFigure] {
  let (recovery, all) = ("scenarios/disaster-recovery.yaml", "scenarios/backup-and-dr.yaml")
  guard let second = CommandRun(recovery, "--set", "strikes.spread=200"), let whole = CommandRun(all) else {
    return [BenchmarkFigure(all, "not measured: firedrill was not built, or failed")]
  }
  return [
    BenchmarkFigure("\(recovery), 200 instants, 2 jobs", second.wallSeconds, "s", below: 60),
    BenchmarkFigure("processor time of it", "\(second.processorSeconds.short) s"),
    BenchmarkFigure("\(all), 2 jobs", whole.wallSeconds, "s", below: 90),
    BenchmarkFigure("processor time of it", "\(whole.processorSeconds.short) s"),
    BenchmarkFigure("peak memory of it", whole.peakMebibytes, "MiB", below: 2_048),
  ]
}

/// One run of `firedrill`, with its resources.
struct CommandRun {
  let wallSeconds: Double
  let processorSeconds: Double
  let peakMebibytes: Double

  /// Runs a scenario with a small volume, branched once for each instant.
  static func branches(_ count: Int) -> CommandRun? {
    CommandRun(
      "scenarios/churn-replay.yaml", "--strategy", "nightly", "--disaster", "deletion", "--set",
      "strikes.spread=\(count)", jobs: 1)
  }

  /// The root of the package.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    .path

  /// Runs `firedrill run` and discards its reports.
  init?(_ arguments: String..., jobs: Int = 2) {
    self.init(command: ["run"] + arguments + ["--jobs", "\(jobs)"])
  }

  /// Runs a command of `firedrill`.
  ///
  /// - Parameter reports: the folder that keeps what `run` reports; `nil`: it is thrown away.
  init?(command: [String], reports: String? = nil) {
    let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "firedrill").path
    let folder = FileManager.default.temporaryDirectory.appending(path: "firedrill-benchmark-\(getpid())")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let isOurs = { (path: String) in path.hasPrefix("scenarios/") || path.hasPrefix("Sources/") }
    let words =
      [executable] + command.map { isOurs($0) ? "\(Self.root)/\($0)" : $0 }
      + (command[0] == "run" ? ["--out", reports ?? folder] : [])
    var pointers = words.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var process = pid_t()
    let start = ContinuousClock.now
    guard posix_spawn(&process, executable, &actions, nil, &pointers, environ) == 0 else { return nil }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(process, &status, 0, &usage) == process, status & 0x7F == 0, status >> 8 <= 1 else {
      return nil
    }
    let wall = (ContinuousClock.now - start).components
    wallSeconds = Double(wall.seconds) + Double(wall.attoseconds) * 1e-18
    processorSeconds = usage.ru_utime.seconds + usage.ru_stime.seconds
    peakMebibytes = Double(usage.ru_maxrss) / 1_024
  }
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) * 1e-6 }
}
