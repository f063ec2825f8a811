import Backup
import Estate
import Planning
import Units

extension MarkdownReport {
  /// One strategy: how it protects, what that took, and how it fared against each disaster.
  func sections(_ strategy: StrategyReport) -> [String] {
    let heading = "\(Markdown.escaped(strategy.strategy.title)) (\(Markdown.code(strategy.strategy.name)))"
    return ["## \(heading)", policies(strategy.strategy), effort(strategy)]
      + strategy.disasters.flatMap { section($0, of: strategy) }
  }

  private func policies(_ strategy: Strategy) -> String {
    let lines =
      [strategy.snapshots.map(wording)].compactMap { $0 } + strategy.backups.map(wording)
      + (strategy.disasterRecovery.map(wording) ?? [])
    return lines.isEmpty ? "- no copies at all" : lines.map { "- \($0)" }.joined(separator: "\n")
  }

  private func wording(_ policy: SnapshotPolicy) -> String {
    "local snapshots on the production devices by \(Markdown.code("\(policy.schedule)")), "
      + "retention: \(policy.retention.wording)"
  }

  private func wording(_ policy: BackupPolicy) -> String {
    let vaults = report.scenario.blueprint.vaults
    var parts = [
      "backups to \(Markdown.code(vaults[policy.vault].name)) by \(Markdown.code("\(policy.schedule)"))",
      "retention: \(policy.retention.wording)",
    ]
    if let lock = policy.lock { parts.append("locked for \(lock.forReading)") }
    if let replica = policy.replica { parts.append("copied on to \(Markdown.code(vaults[replica].name))") }
    return parts.joined(separator: ", ")
  }

  /// What the protection did while nothing happened.
  private func effort(_ strategy: StrategyReport) -> String {
    let protection = strategy.protection
    var sentences: [String] = []
    if strategy.strategy.snapshots != nil {
      sentences.append("\(protection.snapshotsTaken.of("local snapshot")) taken.")
    }
    if !strategy.strategy.backups.isEmpty {
      sentences.append(
        "\(protection.backupsTaken.of("backup")) taken, \(protection.backupsFailed.grouped) failed; "
          + "runs in progress swallowed \(protection.slotsSwallowed.of("slot")).")
      if let longest = protection.longestBackup {
        sentences.append("The longest took \(longest.forReading) from its snapshot to its acknowledgement.")
      }
      sentences.append("The vaults hold \(protection.vaultBytes.forReading) at the end of the run.")
    }
    return (["In the whole run, without a disaster:"] + (sentences.isEmpty ? ["nothing."] : sentences))
      .joined(separator: " ")
  }
}

extension RetentionPolicy {
  fileprivate var wording: String {
    rules.isEmpty ? "everything is kept" : rules.map(\.description).joined(separator: " or ")
  }
}
