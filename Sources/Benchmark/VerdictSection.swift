import Foundation
import ScenarioLanguage
import Statistics
import Units

/// Measures the basis of verdicts: honest intervals, a quick check, and rehearsals near memory speed.
func verdictFigures() -> [BenchmarkFigure] {
  coverageFigures + [cachedCheck].compactMap { $0 } + rehearsalFigures
}

/// The number of 1,000 independent 95 % intervals that contain the true 95th percentile, for typical shapes
/// of recoveries.
private var coverageFigures: [BenchmarkFigure] {
  let families: [(String, Distribution.Family)] = [
    ("uniform", .uniform(from: .zero, to: .hours(1))), ("exponential", .exponential(mean: .minutes(20))),
    ("lognormal", .lognormal(median: .minutes(10), p95: .hours(1))),
  ]
  return families.compactMap { name, family in
    guard let distribution = try? Distribution(family) else { return nil }
    let truth = Achieved.duration(distribution.draw(uniform: 0.95))
    let hits = (0..<1_000).count { experiment in
      var stream = RandomStream(seed: 11, stream: "coverage of \(name)", index: UInt32(experiment))
      let values = (0..<200).map { _ in Achieved.duration(distribution.draw(from: &stream)) }
      return Sample(values)?.interval(ofQuantile: .percent(95))?.contains(truth) == true
    }
    return BenchmarkFigure(
      "p95 intervals that hold the truth, \(name)", Double(hits) / 10, "%", between: 93.2, and: 96.8)
  }
}

/// The time of a check of an unchanged scenario with its rehearsal in the cache.
private var cachedCheck: BenchmarkFigure? {
  let cache = FileManager.default.temporaryDirectory.appending(path: "firedrill-cache-\(getpid())").path
  defer { try? FileManager.default.removeItem(atPath: cache) }
  guard CommandRun(command: ["check", "scenarios/backup.yaml", "--cache", cache]) != nil,
    let second = CommandRun(command: ["check", "scenarios/backup.yaml", "--cache", cache])
  else { return nil }
  return BenchmarkFigure("check of an unchanged scenario, cached", second.wallSeconds, "s", below: 2)
}

/// The speed of rehearsals with real bytes, compared with reading and writing those bytes once.
private var rehearsalFigures: [BenchmarkFigure] {
  guard let run = CommandRun(command: ["run", "scenarios/churn-replay.yaml", "--set", "strikes.spread=500"]),
    let file = try? ScenarioFile(path: CommandRun.root + "/scenarios/churn-replay.yaml")
  else { return [] }
  let scenario = file.scenario
  let drills = 500 * scenario.disasters.count * scenario.strategies.count
  let bytes = scenario.blueprint.volumes.reduce(0.0) { sum, volume in
    sum + Double(scenario.scale.applied(to: volume.used.of(volume.size)).bytes)
  }
  let bound = copiedBytesPerSecond / bytes
  return [
    BenchmarkFigure(
      "rehearsals per second and core, churn-replay", "\((Double(drills) / run.processorSeconds).short)"),
    BenchmarkFigure("bound set by memory: its volume copied once for each", "\(bound.short)"),
  ]
}

private var copiedBytesPerSecond: Double {
  let size = 256 << 20
  let source = [UInt8](repeating: 7, count: size)
  var target = [UInt8](repeating: 0, count: size)
  let start = ContinuousClock.now
  for _ in 0..<4 {
    target.withUnsafeMutableBytes { target in source.withUnsafeBytes { target.copyMemory(from: $0) } }
  }
  let time = (ContinuousClock.now - start).components
  precondition(target[size / 2] == 7)
  return 4 * Double(size) / (Double(time.seconds) + Double(time.attoseconds) * 1e-18)
}
