import Backup
import Estate
import Units

extension ScenarioChecks {
  /// Checks that no vault sends back its copies. Otherwise every point would be copied forever.
  mutating func checkReplicas(of backups: [BackupPolicy], at path: [String]) {
    var copies: [(from: VaultID, to: VaultID)] = []
    for (index, backup) in backups.enumerated() {
      guard let replica = backup.replica else { continue }
      if let way = way(from: replica, to: backup.vault, over: copies) {
        let names = ([backup.vault] + way).map { "'\(blueprint.vaults[$0].name)'" }
        report(
          path + ["\(index)", "replica"], "a cycle of replication: \(names.joined(separator: " to "))",
          hint: "remove one 'replica' of the cycle, or name a vault outside it")
      }
      copies.append((backup.vault, replica))
    }
  }

  /// Returns the vaults that a copy passes; `nil` when the copy never arrives.
  private func way(
    from start: VaultID, to end: VaultID, over copies: [(from: VaultID, to: VaultID)]
  ) -> [VaultID]? {
    if start == end { return [end] }
    for (place, copy) in copies.enumerated() where copy.from == start {
      let others = copies.enumerated().filter { $0.offset != place }.map(\.element)
      if let way = way(from: copy.to, to: end, over: others) { return [start] + way }
    }
    return nil
  }
}
