import Estate
import Replication
import ScenarioLanguage
import Statistics
import Units

/// A closed-form estimate of a failover: its loss and its duration.
struct FailoverEstimate {
  let scenario: Scenario
  let recovery: DisasterRecovery
  let site: SiteID
  let schedules: [WorkloadSchedule]
  var databases: [DatabaseSchedule] = []

  /// The worst loss of any group while the copies are in sync.
  var worstLoss: Duration { groups.map(\.worstLoss).max() ?? .zero }

  /// The worst loss of any group when the second serving site is lost and production survives.
  var worstLossOfServingSite: Duration {
    groups.filter { $0.policy.mode.activeActive != nil }.map(\.worstLoss).max() ?? .zero
  }

  /// Returns the worst loss after the copies were cut off for some time. The loss is everything written
  /// since, unless acknowledgements require the DR site.
  func worstLoss(cutOffFor time: Duration) -> Duration {
    groups.map { $0.policy.mode.waitsForPeer ? .zero : $0.worstLoss + time }.max() ?? .zero
  }

  /// Returns the worst loss after clients stayed at an old site for some time. The loss grows until the two
  /// sites are connected again.
  func worstLoss(apartFor time: Duration) -> Duration {
    worstLoss(cutOffFor: time + (groups.map(\.worstReunion).max() ?? .zero))
  }

  /// Returns the time from the end of a cut until the last group has caught up.
  func worstCatchUp(afterCutOf time: Duration) -> Duration {
    groups.map { $0.worstCatchUp(afterCutOf: time) }.max() ?? .zero
  }

  private var groups: [GroupEstimate] {
    recovery.groups(at: site).map { policy in
      let volumes = policy.volumes(of: scenario.blueprint)
      return GroupEstimate(
        scenario: scenario, recovery: recovery, policy: policy,
        schedules: schedules.filter { volumes.contains($0.volume) },
        database: databases.first { volumes.contains($0.plan.log) })
    }
  }

  /// The longest replay of the pending log of a delayed standby.
  var worstReplay: Duration { groups.map(\.worstReplay).max() ?? .zero }

  /// Whether the first copy of every group is complete when disasters begin to strike.
  var hasCopyInTime: Bool { groups.allSatisfy { $0.firstCopyEnds <= scenario.windowStart } }

  /// Returns the phases from the outage until the DR site's services are reachable and at normal speed.
  ///
  /// - Parameter detection: until the DR site notices by itself; `nil` where people decide.
  func phases(_ people: [Distribution], detection: Duration? = nil) -> RecoveryPhases {
    let standby = recovery.standby
    let blueprint = scenario.blueprint
    var phases = RecoveryPhases(scenario: scenario, people: people, detection: detection)
    phases.replacements = [standby.provision]
    phases.promotion = groups.map(\.promotion).max() ?? .zero
    phases.promotions = groups.count
    phases.boots = standby.boots
    phases.running = blueprint.services.indices.map(ServiceID.init).filter {
      recovery.serves(blueprint.services[$0], at: site, in: blueprint)
    }
    phases.redirect = standby.redirect
    return phases
  }
}

/// A closed-form estimate of the loss in one protection group's failover.
private struct GroupEstimate {
  let scenario: Scenario
  let recovery: DisasterRecovery
  let policy: ReplicationPolicy
  /// The schedules of the group's volumes.
  let schedules: [WorkloadSchedule]
  var database: DatabaseSchedule?

  /// The worst loss of the group, by mode. Synchronous modes lose nothing. Asynchronous modes lose the
  /// greatest age of an unsent write (`AsynchronousBacklog`), the sending of one write and a round trip. A
  /// journal adds one checkpoint. Interval mode loses the longest time from a snapshot until the next one has
  /// been sent (`IntervalShipping`). A cascaded copy adds its feeder's loss.
  var worstLoss: Duration {
    guard let feeder = recovery.feeder(of: policy) else { return worstLossOnTheWay }
    let before = GroupEstimate(scenario: scenario, recovery: recovery, policy: feeder, schedules: schedules)
    return before.worstLoss + worstLossOnTheWay
  }

  private var worstLossOnTheWay: Duration {
    if policy.mode.isSynchronous { return .zero }
    if case .storage(.interval(let interval)) = policy.mode {
      return IntervalShipping(
        interval: interval, rate: rate, latency: latency,
        written: schedules.writtenInSeconds(from: scenario.start, through: scenario.windowEnd),
        first: usedBytes,
        window: scenario.warmUp..<scenario.warmUp + scenario.window
      ).worstLoss
    }
    return worstLag + oneWrite + latency * 2 + (policy.mode.pointInterval ?? .zero)
  }

  // MARK: The way to the DR site

  private var link: Link? {
    let blueprint = scenario.blueprint
    guard !blueprint.volumes.isEmpty else { return nil }
    return recovery.link(to: policy, in: blueprint).map { blueprint.links[$0] }
  }

  /// The rate of the slower of the link and the device behind it, at full size. The link's framing overhead
  /// is deducted.
  private var rate: ByteRate {
    let device = scenario.blueprint.devices[policy.device].rate
    return link.map { min($0.rate.carrying(policy.mode.framing(schedules)), device) } ?? device
  }

  private var usedBytes: ByteCount {
    policy.volumes(of: scenario.blueprint).map { scenario.blueprint.volumes[$0] }
      .reduce(.zero) { $0 + $1.used.of($1.size) }
  }

  /// The instant at which the first copy is complete, including the writes meanwhile.
  ///
  /// A standby that applies the log, and a site that serves too, begin with a copy.
  var firstCopyEnds: Instant {
    switch policy.mode {
    case .application, .activeActive: return scenario.start
    case .storage, .hostIO: break
    }
    let all = rate.time(for: usedBytes)
    return scenario.start + rate.time(for: usedBytes + schedules.mostWritten(in: all))
  }

  /// The time until the copy is the primary. Its state is recorded, and a journal is written into the
  /// volumes.
  var promotion: Duration {
    if policy.mode.activeActive != nil { return .zero }
    let device = scenario.blueprint.devices[policy.device]
    let records = device.latency * 8 + latency * 2 + device.rate.time(for: ByteCount(65_536))
    guard policy.mode.isHostIO else { return records + worstReplay }
    let received = usedBytes + schedules.mostWritten(in: scenario.windowEnd - scenario.start)
    return records + device.rate.time(for: min(policy.journalMaximum, received)) * 2
  }

  /// The longest replay of a delayed standby. It holds the records of its delay, which were committed in this
  /// time and the lag.
  var worstReplay: Duration {
    guard policy.applyDelay > .zero, let database else { return .zero }
    let device = scenario.blueprint.devices[policy.device]
    return database.longestReplay(
      within: policy.applyDelay + worstLossOnTheWay + .seconds(1), on: device, at: scenario.scale)
  }

  private var latency: Duration { link?.latency ?? .zero }

  /// The time to send one write of the run. A write represents many real ones and is sent whole.
  private var oneWrite: Duration { rate.time(for: schedules.map(\.largestWrite).max() ?? .zero) }

  /// The time from the end of a cut until the sites know it: one reconnect interval and a round trip.
  var worstReunion: Duration { buffer.map { $0.reconnect + latency * 2 } ?? .zero }

  /// Returns the time to detect the end of a cut and to send everything written since its beginning.
  func worstCatchUp(afterCutOf time: Duration) -> Duration {
    var sending = Duration.zero
    while true {
      let needed = rate.time(for: schedules.mostWritten(in: time + sending))
      if needed <= sending { return worstReunion + sending }
      sending = needed
    }
  }

  /// The buffer at full size; `nil` where the log or either site keeps the unsent writes.
  private var buffer: AsynchronousBacklog.Buffer? {
    switch policy.mode {
    case .application, .activeActive: return nil
    case .storage, .hostIO:
      let source = policy.sourcePolicy(at: scenario.scale)
      return AsynchronousBacklog.Buffer(
        maximum: source.bufferMaximum, reconnect: source.reconnect)
    }
  }

  /// The greatest age of the oldest unsent write, computed second by second.
  private var worstLag: Duration {
    var backlog = AsynchronousBacklog(from: scenario.start, buffer: buffer)
    var worst = Duration.zero
    for bytes in schedules.writtenInSeconds(from: scenario.start, through: scenario.windowEnd) {
      if bytes == .zero, backlog.bytes == .zero { continue }
      backlog.advance(by: .seconds(1), writing: bytes, sendingAt: rate)
      worst = max(worst, backlog.recoveryPointAge)
    }
    return worst
  }
}

extension [WorkloadSchedule] {
  /// Returns the most written by all volumes within any such time, at full size.
  func mostWritten(in time: Duration) -> ByteCount { reduce(.zero) { $0 + $1.mostWritten(in: time) } }

  /// Returns the most that a backup of the changes in any such time copies, in whole blocks at full size.
  func mostChanged(in time: Duration, blockSize: Int, at scale: Scale) -> ByteCount {
    reduce(ByteCount.zero) { sum, schedule in
      sum + scale.unscaled(ByteCount(schedule.mostBlocksChanged(in: time, blockSize: blockSize) * blockSize))
    }
  }

  /// Returns the bytes issued in each second by all volumes, at full size.
  func writtenInSeconds(from start: Instant, through end: Instant) -> [ByteCount] {
    var seconds = [ByteCount](
      repeating: .zero, count: Int((end - start).nanoseconds / 1_000_000_000) + 1)
    for schedule in self {
      for number in stride(from: 1, through: schedule.writeCount, by: 1) {
        let second = Int((schedule.issueInstant(ofWrite: number) - start).nanoseconds / 1_000_000_000)
        if second >= seconds.count { break }
        seconds[second] += schedule.nominalSize(ofWrite: number)
      }
    }
    return seconds
  }
}
