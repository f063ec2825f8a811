import Decision
import Documents
import Glibc
import Rehearsals

/// A run that keeps the drills of each strategy as a shard until its reports are written.
struct ResumedRun {
  private let plan: RehearsalPlan
  private let folder: ReportFolder
  private let origin: ShardFile.Origin

  init(_ plan: RehearsalPlan, in folder: ReportFolder, settings: [String]) {
    self.plan = plan
    self.folder = folder
    origin = ShardFile.Origin(
      command: "run", arguments: plan.provenance.arguments, settings: settings,
      digest: plan.provenance.digest, program: ReportCache.programName)
  }

  /// The shards, one for each strategy.
  private var shards: [Shard] {
    let count = plan.selection.strategy == nil ? plan.scenario.strategies.count : 1
    return (1...max(1, count)).map { Shard($0, of: max(1, count)) }
  }

  private func name(of shard: Shard) -> String { ShardOption.fileName(of: plan.scenario.name, "run", shard) }

  /// Returns the report from the kept shards and the missing ones, which are rehearsed.
  func report(
    _ rehearse: (RehearsalPlan, Shard?) async -> SweepReport
  ) async throws(InputError) -> SweepReport {
    var parts: [RunShard] = []
    for shard in shards {
      if let part = kept(shard) {
        parts.append(part)
        continue
      }
      let part = RunShard(await rehearse(plan, shard))
      _ = try folder.write(ShardFile(origin: origin, shard: shard, payload: part).bytes, to: name(of: shard))
      parts.append(part)
    }
    return SweepReport(
      merging: parts, scenario: plan.scenario, provenance: plan.provenance, selection: plan.selection)
  }

  /// Returns a kept shard; `nil` where it is missing, damaged, or of another run.
  private func kept(_ shard: Shard) -> RunShard? {
    let path = "\(folder.path)/\(name(of: shard))"
    guard access(path, F_OK) == 0, let file = try? ShardFile(path: path), file.origin == origin,
      file.shard == shard
    else { return nil }
    return try? file.results(RunShard.self, name: path)
  }

  func remove() {
    for shard in shards { unlink("\(folder.path)/\(name(of: shard))") }
  }
}
