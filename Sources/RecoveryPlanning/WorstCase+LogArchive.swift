import Estate
import Units

/// Estimates for archived logs: the loss beside a base backup, and the time of the replay.
extension WorstCase {
  /// The largest loss with the log replayed; `nil` where a harmed service is no database, or the archive is lost.
  var lossWithLog: Duration? {
    guard let archive = strategy.logArchive, spares(archive.vault, isLocked: archive.lock != nil),
      !harmed.isEmpty, harmed.allSatisfy({ scenario.blueprint.services[$0].database != nil })
    else { return nil }
    // The log goes on while damage to files is hidden, and ends before a mistaken statement.
    if disaster.isMistake { return disaster.dwell }
    return harmed.map { keepsLog(of: $0) ? .zero : unarchived(of: $0, archive) }.max()
  }

  /// Returns the longest time to replay the log behind a copy; zero without an archive.
  func replayTime(behind copy: Copy) -> Duration {
    guard let archive = strategy.logArchive, lossWithLog != nil else { return .zero }
    let span = copy.worstLoss + disaster.dwell
    var (longest, fetched) = (Duration.zero, ByteCount.zero)
    for service in harmed {
      let size = log(of: service)?.mostLogged(in: span, archive, at: scenario.scale) ?? .zero
      longest = max(longest, archive.replayTime(for: size, writtenIn: span))
      fetched += size
    }
    return max(longest, rate(ofLogFrom: archive.vault).time(for: fetched)) + copy.path.latency * 64
  }

  /// Whether the disaster leaves the volume of a database's log as it was.
  private func keepsLog(of service: ServiceID) -> Bool {
    guard let plan = scenario.blueprint.services[service].database else { return false }
    switch disaster.target {
    case .volumes(let ids), .volumesAndVaults(let ids, _): return !ids.contains(plan.log)
    case .device(let device): return scenario.blueprint.volumes[plan.log].device != device
    case .host, .site, .sites, .link, .connections: return false
    }
  }

  private func log(of service: ServiceID) -> DatabaseSchedule? {
    databases.first { $0.service == service }
  }

  private func unarchived(of service: ServiceID, _ archive: LogArchivePolicy) -> Duration {
    let interval: Duration = if case .segments(let time) = archive.mode { time } else { .zero }
    guard let plan = scenario.blueprint.services[service].database, let log = log(of: service) else {
      return interval
    }
    let source = scenario.blueprint.devices[scenario.blueprint.volumes[plan.log].device]
    let target = scenario.blueprint.devices[scenario.blueprint.vaults[archive.vault].device]
    let link = scenario.blueprint.link(between: source.site, and: target.site).map {
      scenario.blueprint.links[$0]
    }
    let rates = [source.rate, link?.rate, target.rate].compactMap { $0 }
    let latency = source.latency + target.latency + (link?.latency ?? .zero) * 2
    let end = scenario.windowEnd + disaster.dwell
    let alone = log.longestUnarchived(archive, at: scenario.scale, until: end) { size in
      rates.reduce(latency) { $0 + $1.time(for: size) }
    }
    let largest = log.mostLogged(in: interval, archive, at: scenario.scale)
    let all = log.mostLogged(in: end - scenario.start, archive, at: scenario.scale)
    let slowest = rates.min() ?? source.rate
    return alone
      + beside(
        Load(
          largest: slowest.time(for: largest),
          share: slowest.time(for: all).seconds / (end - scenario.start).seconds))
  }

  /// The use that a log makes of its path to the vault.
  private struct Load {
    /// The time to send the most that is logged in one interval.
    let largest: Duration
    /// The share of the time for which the path is busy with log.
    let share: Double
  }

  /// Returns the delay by base backups, which use the same devices and links meanwhile. Log that needs more than its
  /// fair share of the path falls behind for as long as the backup runs.
  private func beside(_ load: Load) -> Duration {
    guard !strategy.backups.isEmpty else { return .zero }
    let users = LogArchivePolicy.rivals + 1
    let busy = copies.map { $0.worstLoss - $0.interval }.max() ?? .zero
    let behind = load.share * Double(users) > 1 ? busy.seconds * (1 - 1 / (load.share * Double(users))) : 0
    return load.largest * LogArchivePolicy.rivals + (Duration(seconds: behind) ?? .zero)
  }

  private func rate(ofLogFrom vault: VaultID) -> ByteRate {
    let rates = harmedVolumes.map {
      rate(between: device(of: vault), and: scenario.blueprint.devices[$0.device])
    }
    return rates.min() ?? device(of: vault).rate
  }
}
