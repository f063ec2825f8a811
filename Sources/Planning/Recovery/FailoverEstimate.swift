import Estate
import Replication
import Units

/// What a failover to the DR site loses and how long it takes, by formula.
struct FailoverEstimate {
  let scenario: Scenario
  let recovery: DisasterRecovery
  let site: SiteID
  let schedules: [WorkloadSchedule]

  /// The worst loss of any group while the copies are in sync.
  var worstLoss: Duration { groups.map(\.worstLoss).max() ?? .zero }

  /// The worst loss of any group when this site is lost that serves too, and production is not.
  var worstLossOfServingSite: Duration {
    groups.filter { $0.policy.mode.activeActive != nil }.map(\.worstLoss).max() ?? .zero
  }

  /// The worst loss of any group when the copies were cut off for some time before the disaster: all that was written
  /// since, unless no write was acknowledged without the DR site.
  func worstLoss(cutOffFor time: Duration) -> Duration {
    groups.map { $0.policy.mode.waitsForPeer ? .zero : $0.worstLoss + time }.max() ?? .zero
  }

  /// The worst loss of any group whose clients went on for some time at a site that was left: until the two sites have
  /// found each other again.
  func worstLoss(apartFor time: Duration) -> Duration {
    worstLoss(cutOffFor: time + (groups.map(\.worstReunion).max() ?? .zero))
  }

  /// From the healing of a cut until the last of the groups holds what was written in it, and since.
  func worstCatchUp(afterCutOf time: Duration) -> Duration {
    groups.map { $0.worstCatchUp(afterCutOf: time) }.max() ?? .zero
  }

  private var groups: [GroupEstimate] {
    recovery.groups(at: site).map { policy in
      let volumes = policy.volumes(of: scenario.blueprint)
      return GroupEstimate(
        scenario: scenario, recovery: recovery, policy: policy,
        schedules: schedules.filter { volumes.contains($0.volume) })
    }
  }

  /// Whether the first copy of every group is complete when disasters begin to strike.
  var hasCopyInTime: Bool { groups.allSatisfy { $0.firstCopyEnds <= scenario.windowStart } }

  /// From the outage until the services of the DR site are reached and as fast as before.
  ///
  /// - Parameter detection: until the DR site notices by itself; `nil` where people decide.
  func phases(_ people: [Distribution], detection: Duration? = nil) -> RecoveryPhases {
    let standby = recovery.standby
    let blueprint = scenario.blueprint
    var phases = RecoveryPhases(scenario: scenario, people: people, detection: detection)
    phases.replacements = [standby.provision]
    phases.promotion = groups.map(\.promotion).max() ?? .zero
    phases.boots = standby.boots
    phases.running = blueprint.services.indices.map(ServiceID.init).filter {
      recovery.serves(blueprint.services[$0], at: site, in: blueprint)
    }
    phases.redirect = standby.redirect
    return phases
  }
}

/// What the failover of one protection group loses, by formula.
private struct GroupEstimate {
  let scenario: Scenario
  let recovery: DisasterRecovery
  let policy: ReplicationPolicy
  /// Of the group's volumes.
  let schedules: [WorkloadSchedule]

  /// Synchronous: none. Asynchronous, and acknowledged where it was written alone: the age of the oldest unsent write at the
  /// worst instant of the run, with what its buffer holds (`AsynchronousBacklog`), the sending of one write and a round
  /// trip. With a journal: one checkpoint more. Interval: the time
  /// from a snapshot until the next one has been sent, at its longest (`IntervalShipping`). A copy that another one feeds: that of
  /// the other, and its own.
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

  /// At full size, of the slower of the link and the device behind it: what is left of the link for what was written.
  private var rate: ByteRate {
    let device = scenario.blueprint.devices[policy.device].rate
    return link.map { min($0.rate.carrying(policy.mode.framing(schedules)), device) } ?? device
  }

  private var usedBytes: ByteCount {
    policy.volumes(of: scenario.blueprint).map { scenario.blueprint.volumes[$0] }
      .reduce(.zero) { $0 + $1.used.of($1.size) }
  }

  /// When all that the volumes hold in the beginning, and what is written meanwhile, has come to the DR site.
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

  /// Until the copy is the primary: its state is recorded, and a journal is written into the volumes.
  var promotion: Duration {
    if policy.mode.activeActive != nil { return .zero }
    let device = scenario.blueprint.devices[policy.device]
    let records = device.latency * 8 + latency * 2 + device.rate.time(for: ByteCount(65_536))
    guard policy.mode.isHostIO else { return records }
    let received = usedBytes + schedules.mostWritten(in: scenario.windowEnd - scenario.start)
    return records + device.rate.time(for: min(policy.journalMaximum, received)) * 2
  }

  private var latency: Duration { link?.latency ?? .zero }

  /// A write of the run represents as many as the scale says, and is sent whole.
  private var oneWrite: Duration { rate.time(for: schedules.map(\.largestWrite).max() ?? .zero) }

  /// From the healing of a link until the sites know it: the source looks for its peer so often, and a round trip.
  var worstReunion: Duration { buffer.map { $0.reconnect + latency * 2 } ?? .zero }

  /// Until the sites know that a cut has healed, and then the sending of the most that is written in the cut and meanwhile.
  func worstCatchUp(afterCutOf time: Duration) -> Duration {
    var sending = Duration.zero
    while true {
      let needed = rate.time(for: schedules.mostWritten(in: time + sending))
      if needed <= sending { return worstReunion + sending }
      sending = needed
    }
  }

  /// At full size; `nil` where the log, or either site, keeps what waits.
  private var buffer: AsynchronousBacklog.Buffer? {
    switch policy.mode {
    case .application, .activeActive: return nil
    case .storage, .hostIO:
      let source = policy.sourcePolicy(at: scenario.scale)
      return AsynchronousBacklog.Buffer(
        maximum: source.bufferMaximum, reconnect: source.reconnect)
    }
  }

  /// How old the oldest unsent write ever is, second by second.
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

extension Distribution {
  /// What 99 of 100 draws lie below: the time that a careful planner reckons with.
  var tail: Duration { draw(uniform: 0.99) }
}

extension [WorkloadSchedule] {
  /// At full size, over all volumes: the most that is written in any such time.
  func mostWritten(in time: Duration) -> ByteCount { reduce(.zero) { $0 + $1.mostWritten(in: time) } }

  /// At full size, over all volumes: the most that a backup of what was changed in any such time copies, which is whole blocks.
  func mostChanged(in time: Duration, blockSize: Int, at scale: Scale) -> ByteCount {
    reduce(ByteCount.zero) { sum, schedule in
      sum + scale.unscaled(ByteCount(schedule.mostBlocksChanged(in: time, blockSize: blockSize) * blockSize))
    }
  }

  /// At full size, over all volumes: the bytes that are issued in each second.
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
