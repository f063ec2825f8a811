import Backup
import Estate
import Retention
import Schedules
import Statistics
import Units

/// Estimates for backups in windows and for copies that are held or carried by a courier.
extension WorstCase {
  /// Returns the copies of such a policy that survive the disaster.
  func shipped(by policy: BackupPolicy) -> [Copy] {
    guard let pace = pace(of: policy) else { return [] }
    let local = pace.copy
    func restoresFrom(_ vault: VaultID, _ worst: Duration) -> Copy {
      Copy(
        worstLoss: worst, path: path(from: vault, policy), interval: meanGap(policy.schedule),
        readAlong: readAlong(policy), zeros: zeros)
    }
    var copies: [Copy] = []
    var triedBefore = Duration.zero
    if spares(policy.vault, isLocked: policy.lock != nil) {
      let atHand = restoresFrom(policy.vault, local.worstLoss)
      if reachesBack(policy) { copies.append(atHand) } else { triedBefore = time(toRestoreFrom: atHand) }
    }
    guard let replica = policy.replica else { return copies }
    let isOffline = policy.courier != nil
    guard isOffline ? isOnShelf(replica) : spares(replica, isLocked: policy.lock != nil),
      let remote = sentOn(policy, to: replica, from: pace)
    else { return copies }
    var copy = restoresFrom(replica, remote + (isOffline ? .zero : partedFor(policy.vault, replica)))
    if let courier = policy.courier, device(of: replica).site != recoverySite {
      (copy.comeback, copy.triedBefore) = (courier.comeback, triedBefore)
    }
    return copies + [copy]
  }

  /// Whether a courier's vault survives. Stolen credentials do not reach it.
  private func isOnShelf(_ vault: VaultID) -> Bool {
    let device = scenario.blueprint.vaults[vault].device
    if lostSites.contains(scenario.blueprint.devices[device].site) { return false }
    if case .device(device) = disaster.target { return false }
    return true
  }

  /// The site at which the services are restored.
  private var recoverySite: SiteID? {
    if losesSite { return rebuildSite?.site }
    return scenario.blueprint.volumes.first.map { scenario.blueprint.devices[$0.device].site }
  }

  // MARK: Backups in windows

  /// The pace of a policy's backups.
  private struct Pace {
    /// The time between two points, and until one is ready.
    let copy: PeriodicCopy
    /// The instant at which the first point is ready.
    let first: Instant
  }

  /// Returns the backup's pace; `nil` when some strike may find no point, or a later backup may not end.
  private func pace(of policy: BackupPolicy) -> Pace? {
    let source = scenario.blueprint.devices[scenario.blueprint.volumes[0].device]
    let rate = rate(between: source, and: device(of: policy.vault))
    func copying(_ time: Duration) -> Duration {
      rate.time(for: schedules.mostChanged(in: time, blockSize: policy.chunking.maximum, at: scenario.scale))
    }
    let gap = longestGap(policy.schedule)
    let schedule = BackupSchedule(policy.schedule, from: scenario.start)
    guard let start = schedule.slot(notBefore: scenario.start) else { return nil }
    guard let window = policy.window else {
      let copy = PeriodicCopy(slotInterval: gap, duration: copying(gap))
      return Pace(copy: copy, first: start + firstCopy(at: rate))
    }
    guard let first = end(of: firstCopy(at: rate), from: start, in: window), first <= scenario.windowStart,
      var next = schedule.slot(notBefore: first)
    else { return nil }
    // The first backup is the longest, so the time between two points shrinks from then on.
    var span = max(gap, next - start)
    for _ in 0..<64 {
      guard let round = round(of: schedule, copying(span), in: window) else { return nil }
      let apart = max(gap, round.apart)
      if apart > span { return nil }
      let pace = Pace(copy: PeriodicCopy(startsApart: span, duration: round.takes), first: first)
      if apart == span || next + round.takes > scenario.windowStart { return pace }
      (next, span) = (next + apart, apart)
    }
    return nil
  }

  /// Returns the longest duration of a backup, and the longest time between the slots of two backups.
  private func round(
    of schedule: BackupSchedule, _ work: Duration, in window: BackupWindow
  ) -> (takes: Duration, apart: Duration)? {
    var (takes, apart) = (Duration.zero, Duration.zero)
    for slot in schedule.slots.prefix(while: { $0 <= scenario.windowEnd }) {
      guard let end = end(of: work, from: slot, in: window) else { return nil }
      takes = max(takes, end - slot)
      apart = max(apart, (schedule.slot(afterRunOf: slot, endingAt: end) ?? scenario.windowEnd) - slot)
    }
    return (takes, apart)
  }

  private func end(of work: Duration, from slot: Instant, in window: BackupWindow) -> Instant? {
    guard let end = window.end(of: work, from: slot) else { return nil }
    return window.unfinished == .fail && end - slot > work ? nil : end
  }

  private func firstCopy(at rate: ByteRate) -> Duration {
    let used = scenario.blueprint.volumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    return rate.time(for: used) * 101 / 100
  }

  // MARK: Copies on their way

  /// Returns the worst loss of the copies at the replica; `nil` when some strike may find no copy there.
  private func sentOn(_ policy: BackupPolicy, to replica: VaultID, from pace: Pace) -> Duration? {
    let wait = policy.replicaSchedule.map(longestGap) ?? .zero
    let rate =
      policy.courier == nil
      ? rate(between: device(of: policy.vault), and: device(of: replica))
      : min(device(of: policy.vault).rate, device(of: replica).rate)
    let carried = schedules.mostChanged(
      in: pace.copy.interval + wait, blockSize: policy.chunking.maximum, at: scenario.scale)
    let (writing, transit) = (rate.time(for: carried), policy.courier?.transit ?? .zero)
    let pause = max(pace.copy.interval, wait)
    // A point that is ready while another copy runs waits for the end of that copy.
    let queue = writing > pause ? writing : .zero
    let whole = firstCopy(at: rate)
    let ready = pace.first + policy.hold + wait + whole + transit
    // A first copy that takes longer than the others are apart delays the next one.
    guard ready + (whole > pause ? whole + pause : .zero) <= scenario.windowStart else { return nil }
    return pace.copy.copiedOn(hold: policy.hold + wait + queue, transfer: writing + transit).worstLoss
  }

  /// Returns the mean time between two slots of a rule in the run.
  private func meanGap(_ timetable: Timetable) -> Duration {
    let slots = BackupSchedule(timetable, from: scenario.start).slots.prefix { $0 <= scenario.windowEnd }
    let count = slots.reduce(Int64(1)) { count, _ in count + 1 }
    return max(.seconds(1), (scenario.windowEnd - scenario.start) / count)
  }

  /// Whether the vault at hand still has a point from before the damage when people look for one.
  ///
  /// Without a courier nothing else could be fetched, so the answer is always true.
  private func reachesBack(_ policy: BackupPolicy) -> Bool {
    guard disaster.damagesBytes, disaster.dwell > .zero, policy.courier != nil else { return true }
    let people = [disaster.detect ?? scenario.people.detect, scenario.people.declare, scenario.people.decide]
      .reduce(disaster.dwell) { $0 + $1.tail }
    let slots = BackupSchedule(policy.schedule, from: scenario.start).slots
    return [scenario.windowStart, scenario.windowEnd].allSatisfy { strike in
      let now = strike + people
      let points = slots.prefix { $0 <= now }.map {
        RetentionPoint(id: $0.nanoseconds, instant: $0, lockedUntil: nil)
      }
      return policy.retention.decide(on: points, at: now, in: policy.schedule.zone)
        .contains { $0.isKept && $0.point.instant + longestGap(policy.schedule) <= strike }
    }
  }
}

extension PeriodicCopy {
  /// Creates copies whose starts lie at most `startsApart` apart.
  fileprivate init(startsApart: Duration, duration: Duration) {
    // Starts already include the slots that a copy overran.
    self = PeriodicCopy(slotInterval: startsApart, duration: min(duration, startsApart))
      .copiedOn(transfer: max(.zero, duration - startsApart))
  }
}
