import Backup
import Estate
import Rehearsals
import Retention
import ScenarioLanguage
import Statistics
import Units

extension ReportContent {
  /// The section of evidence: each strategy's protection, its effort, and its results against each disaster.
  var evidence: Section? {
    guard !report.strategies.isEmpty else { return nil }
    return Section(
      id: "evidence", name: "The evidence",
      blocks: [
        .paragraph(
          "Objective is what was asked for, published what somebody promised or observed, estimate a formula's: the most that is lost, and the time that 99 of 100 "
            + "recoveries need at most; achieved what the rehearsal measured, in brackets its 95 % confidence interval. None stands in for another."
        )
      ] + report.strategies.map(folded))
  }

  private func folded(_ strategy: StrategyReport) -> ContentBlock {
    let blocks: [ContentBlock?] = [
      .list(policies(strategy.strategy)), .paragraph(effort(strategy)),
      published(strategy).map { .list($0) },
      .table(numbers("RPO", strategy, \.rpo, \.estimate.rpo, \.rpoVerdict, objectives.rpo, published: \.rpo)),
      exceeded("RPO", strategy, \.rpo, \.estimate.rpo),
      .table(numbers("RTO", strategy, \.rto, \.estimate.rto, \.rtoVerdict, objectives.rto, published: \.rto)),
      exceeded("RTO", strategy, \.rto, \.estimate.rto),
      phases(strategy).map { .table($0) }, takeovers(strategy).map { .table($0) },
      failedAttempts(strategy).map { .table($0) }, slowServices(strategy).map { .table($0) },
      fetchedMedia(strategy).map { .list($0) },
      failbacks(strategy).map { .table($0) },
      losses(strategy).map { .list($0) },
    ]
    return .folded(
      summary: "\(name: strategy.strategy.name): \(strategy.strategy.title)",
      blocks.compactMap { $0 })
  }

  // MARK: How it protects

  private func policies(_ strategy: Strategy) -> [Prose] {
    let lines =
      [strategy.snapshots.map(wording)].compactMap { $0 } + strategy.backups.map(wording)
      + [strategy.logArchive.map(wording)].compactMap { $0 }
      + (strategy.disasterRecovery.map(wording) ?? [])
    return lines.isEmpty ? ["no copies at all"] : lines
  }

  private func wording(_ policy: SnapshotPolicy) -> Prose {
    "local snapshots on the production devices by \(name: "\(policy.schedule)"), retention: \(policy.retention.wording)"
  }

  private func wording(_ policy: BackupPolicy) -> Prose {
    let vaults = report.scenario.blueprint.vaults
    var text: Prose =
      "backups to \(name: vaults[policy.vault].name) by \(name: "\(policy.schedule)"), retention: \(policy.retention.wording)"
    if let lock = policy.lock { text = "\(text), locked for \(lock.forReading)" }
    if let replica = policy.replica { text = "\(text), copied on to \(name: vaults[replica].name)" }
    return "\(text)\(shipping(policy))"
  }

  private func wording(_ policy: LogArchivePolicy) -> Prose {
    let vault = report.scenario.blueprint.vaults[policy.vault].name
    var text: Prose = "the databases' logs archived in \(name: vault), \(policy.mode.wording)"
    if let lock = policy.lock { text = "\(text), locked for \(lock.forReading)" }
    return "\(text), replayed at \(policy.pace.wording); log older than every kept base is deleted"
  }

  /// Describes the work of the protection without disasters.
  private func effort(_ strategy: StrategyReport) -> Prose {
    let protection = strategy.protection
    var sentences: [String] = []
    if strategy.strategy.snapshots != nil {
      sentences.append("\(protection.snapshotsTaken.of("local snapshot")) taken.")
    }
    if !strategy.strategy.backups.isEmpty {
      sentences.append(
        "\(protection.backupsTaken.of("backup")) taken, \(protection.backupsFailed.grouped) failed"
          + (protection.failures.isEmpty ? "" : " (\(protection.failuresWording))")
          + ", \(protection.slotsSwallowed.grouped) skipped since the one before was still running.")
      if let continued = protection.backupsContinued {
        sentences.append("\(continued.of("backup")) needed more than one window.")
      }
      if let longest = protection.longestBackup {
        sentences.append("The longest took \(longest.forReading) from its snapshot to its acknowledgement.")
      }
      if let archive = protection.logArchive { sentences.append(archive.wording) }
      sentences.append("The vaults hold \(protection.vaultBytes.forReading) at the end of the run.")
    }
    return Prose(
      (["In the whole run, without a disaster:"] + (sentences.isEmpty ? ["nothing."] : sentences))
        .joined(separator: " "))
  }

  private func published(_ strategy: StrategyReport) -> [Prose]? {
    func line(_ publisher: Prose, _ published: Published) -> Prose {
      let figures = [("RPO", published.rpo), ("RTO", published.rto)].compactMap { name, time in
        time.map { "\(name) \($0.forReading)" }
      }
      return "published, \(publisher): \(figures.listed); \(published.scope) (\(published.source))"
    }
    let lines =
      (strategy.strategy.published.map { [line("of the strategy", $0)] } ?? [])
      + strategy.disasters.compactMap { disaster in
        disaster.disaster.published.map { line("a real \(name: disaster.disaster.name)", $0) }
      }
    return lines.isEmpty ? nil : lines
  }

  // MARK: How it fared

  /// The factor at which a drill's excess over an estimate is remarked.
  private static let remarkableFactor = 2.0

  /// Returns a remark on disasters whose drills took more than twice the formula's time; `nil` without any.
  private func exceeded(
    _ name: String, _ strategy: StrategyReport, _ summary: (DisasterReport) -> Summary?,
    _ estimate: (DisasterReport) -> Achieved
  ) -> ContentBlock? {
    let remarks = strategy.disasters.compactMap { disaster -> Prose? in
      guard let worst = summary(disaster)?.maximum.duration, let formula = estimate(disaster).duration,
        worst.seconds > max(1, formula.seconds * Self.remarkableFactor)
      else { return nil }
      let factor =
        formula == .zero
        ? "" : ", \(Int((worst.seconds / formula.seconds).rounded()).grouped) times the estimate"
      return
        "\(name: disaster.disaster.name): the maximum \(name) of \(worst.forReading) exceeds the estimate of "
        + "\(formula.forReading)\(factor); the formula leaves out what happened here."
    }
    return remarks.isEmpty ? nil : .list(remarks)
  }

  /// Returns a table of required, published, estimated and achieved values.
  private func numbers(
    _ name: String, _ strategy: StrategyReport, _ summary: (DisasterReport) -> Summary?,
    _ estimate: (DisasterReport) -> Achieved, _ verdict: (DisasterReport) -> Verdict, _ objective: Duration,
    published: (Published) -> Duration?
  ) -> Table {
    let promises = strategy.disasters.map { disaster in
      (disaster.disaster.published ?? strategy.strategy.published).flatMap(published)
    }
    let isPublished = promises.contains { $0 != nil }
    let rows = zip(strategy.disasters, promises).map { disaster, promise -> [Cell] in
      let achieved = summary(disaster)
      return [.name(disaster.disaster.name), Cell(verdict(disaster))]
        + (isPublished ? [.time(promise.map { .duration($0) })] : []) + [
          .time(estimate(disaster)), .estimated(achieved?.p50), .estimated(achieved?.p95),
          .estimated(achieved?.p99), .time(achieved?.maximum), .count(disaster.drills.count),
        ]
    }
    return Table(
      "\(name), objective \(objective.forReading)",
      [.words("disaster"), .words("verdict")] + (isPublished ? [.number("published")] : []) + [
        .number("estimate"), .number("p50"), .number("p95"), .number("p99"), .number("maximum"),
        .number("drills"),
      ], rows)
  }
}

extension RetentionPolicy {
  fileprivate var wording: String {
    if let dialect { return dialect.wording }
    return rules.isEmpty ? "everything is kept" : rules.map(\.description).joined(separator: " or ")
  }
}
