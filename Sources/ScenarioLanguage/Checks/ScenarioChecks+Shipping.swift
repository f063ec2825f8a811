import Backup
import Estate
import Schedules
import Units

/// Checks of backup windows and couriers.
extension ScenarioChecks {
  mutating func checkShipping(of strategy: Strategy, at path: [String]) {
    for (index, backup) in strategy.backups.enumerated() {
      let path = path + ["\(index)"]
      if let window = backup.window { check(window, of: backup, at: path) }
      guard backup.courier != nil, let replica = backup.replica else { continue }
      let sites = [backup.vault, replica].map { blueprint.devices[blueprint.vaults[$0].device].site }
      if sites[0] == sites[1] {
        report(
          path + ["courier"],
          "'\(blueprint.vaults[backup.vault].name)' and '\(blueprint.vaults[replica].name)' both stand in '\(name(sites[0]))', so a courier has no way to go",
          hint: "name a replica at another site, or remove 'courier'")
      }
      let others = strategy.backups.filter {
        $0.vault == replica || ($0.replica == replica && $0.courier != backup.courier)
      }
      if !others.isEmpty {
        report(
          path + ["replica"],
          "the vault '\(blueprint.vaults[replica].name)' is also reached in another way, so it is not offline",
          hint: "give the courier a vault of its own, or the same 'courier' to each backup that uses it")
      }
    }
  }

  private mutating func check(_ window: BackupWindow, of backup: BackupPolicy, at path: [String]) {
    let slots = BackupSchedule(backup.schedule, from: scenario.start).slots
    var number = 0
    for slot in slots {
      number += 1
      if slot > scenario.windowEnd || number > 50_000 { break }
      if window.closing(openAt: slot) == nil {
        report(
          path + ["schedule"], "the backup of \(slot) would begin outside its window",
          hint: "write a schedule whose slots lie in the window, or move 'window.start'")
        break
      }
    }
    guard window.unfinished == .fail else { return }
    // After a failure everything is read again, so no sequence of failed backups ever ends in a whole one.
    for (place, device) in blueprint.devices.enumerated() {
      let used = blueprint.volumes.filter { $0.device.index == place }.reduce(ByteCount.zero) {
        $0 + $1.used.of($1.size)
      }
      let time = device.rate.time(for: used)
      guard time > window.length else { continue }
      report(
        path + ["window", "length"],
        "a first backup reads \(used) from '\(device.name)', which takes at least \(time), so it never ends within \(window.length)",
        hint: "write a longer window, or 'unfinished: resume'")
    }
  }
}
