import Estate
import ScenarioLanguage
import Statistics
import Units

/// The result of rehearsing one disaster at one instant.
public struct Drill: Codable, Sendable {
  public var strike: Instant
  public var outageStart: Instant
  /// The outcome of the recovery: the state recovered, or the reason why nothing was.
  public var outcome: Outcome
  /// The steps of the recovery as they ran, from the start of the outage.
  public var timeline: [TimelineEntry]
  /// The timeline entries on the critical path. Each is an entry for which the next one waited.
  public var criticalPath: [Int]
  /// The number of runbooks begun; more than one when a second disaster struck.
  public var attempts: Int
  /// The recovery points restored, by service; empty when no data had to be restored.
  public var restored: [RestoredService]
  /// The usage metered from the start to the end of the outage; `nil` when there was no outage.
  public var metered: Meters?
  /// The failback; `nil` without a failover or without a plan.
  public var failback: Failback?
  /// The state of the copies at other sites during the drill; `nil` where there are none.
  public var protection: DrillProtection?
  /// The automatic failover's behaviour; `nil` where people decide on failovers.
  public var takeover: AutomaticFailoverOutcome?
  /// The reach of the journals at the start of the outage; `nil` without a journal.
  public var journalWindow: JournalWindow?
  /// The service between the first service and full speed; `nil` where services waited for all data.
  public var slowService: SlowService?
  /// The vaults whose media were brought back.
  public var media: [VaultID] = []

  package init(
    strike: Instant, outageStart: Instant, outcome: Outcome, timeline: [TimelineEntry], criticalPath: [Int],
    attempts: Int, restored: [RestoredService], metered: Meters? = nil, protection: DrillProtection? = nil
  ) {
    self.strike = strike
    self.outageStart = outageStart
    self.outcome = outcome
    self.timeline = timeline
    self.criticalPath = criticalPath
    self.attempts = attempts
    self.restored = restored
    self.metered = metered
    self.protection = protection
  }

  public enum Outcome: Codable, Sendable {
    case recovered(Recovered)
    /// The recovery failed: no usable data was recovered. The text gives the reason.
    case unrecoverable(String)
  }

  public struct Recovered: Codable, Sendable {
    /// The upper bound of the achieved RPO: outage start minus the earliest possible acknowledgement of a
    /// missing write. Zero when no write can be missing.
    public var rpo: Duration
    /// The lower bound of the achieved RPO: outage start minus the latest possible acknowledgement of the
    /// earliest missing write.
    public var rpoAtLeast: Duration
    /// The time from the start of the outage until every service was verified and reachable.
    public var rto: Duration
    public var lostWrites: Int
    /// The number of lost transactions that databases had acknowledged, at full size like writes and bytes.
    public var lostTransactions: Int
    public var lostBytes: ByteCount

    package init(
      rpo: Duration, rpoAtLeast: Duration? = nil, rto: Duration, lostWrites: Int, lostBytes: ByteCount,
      lostTransactions: Int = 0
    ) {
      precondition((rpoAtLeast ?? rpo) <= rpo, "the bounds of an RPO are in order")
      self.rpo = rpo
      self.rpoAtLeast = rpoAtLeast ?? rpo
      self.rto = rto
      self.lostWrites = lostWrites
      self.lostTransactions = lostTransactions
      self.lostBytes = lostBytes
    }
  }

  // Not inlined: Swift 6.3.1 ends with an ownership error where a release build inlines these into a closure over drills.

  /// The upper bound of the achieved RPO, which the drill proves and verdicts use.
  @inline(never)
  public var achievedRPO: Achieved {
    if case .recovered(let recovered) = outcome { .duration(recovered.rpo) } else { .unrecoverable }
  }

  @inline(never)
  public var achievedRPOAtLeast: Achieved {
    if case .recovered(let recovered) = outcome { .duration(recovered.rpoAtLeast) } else { .unrecoverable }
  }

  /// The distance between the bounds of the achieved RPO; `nil` when nothing was recovered.
  public var resolution: Duration? {
    if case .recovered(let recovered) = outcome { recovered.rpo - recovered.rpoAtLeast } else { nil }
  }

  @inline(never)
  public var achievedRTO: Achieved {
    if case .recovered(let recovered) = outcome { .duration(recovered.rto) } else { .unrecoverable }
  }

  /// The age of the oldest recovery point used, at the start of the outage; `nil` when none was.
  public var recoveryPointAge: Duration? { restored.map { outageStart - ($0.replayedTo ?? $0.point) }.max() }

  /// The time on the critical path by phase, in the phases' order; the times add up to the achieved RTO.
  public var criticalPhases: [(phase: Phase, time: Duration)] {
    Phase.allCases.compactMap { phase in
      let times = criticalPath.map { timeline[$0] }.filter { $0.phase == phase }.map { $0.end - $0.start }
      return times.isEmpty ? nil : (phase, times.reduce(.zero, +))
    }
  }
}

/// A step of a runbook as it ran.
public struct TimelineEntry: Codable, Sendable {
  public var phase: Phase
  public var subject: String
  public var start: Instant
  public var end: Instant
  /// The number of the attempt: 1 for the first one.
  public var attempt: Int
  /// Whether the attempt failed; the step is repeated then, or the recovery fails.
  public var hasFailed: Bool

  package init(
    phase: Phase, subject: String, start: Instant, end: Instant, attempt: Int = 1, hasFailed: Bool = false
  ) {
    self.phase = phase
    self.subject = subject
    self.start = start
    self.end = end
    self.attempt = attempt
    self.hasFailed = hasFailed
  }

  /// The subject, and which attempt at the step it was where one failed: `web, attempt 1 failed`.
  public var attemptedSubject: String {
    if hasFailed { return "\(subject), attempt \(attempt) failed" }
    return attempt > 1 ? "\(subject), attempt \(attempt)" : subject
  }
}

/// The recovery point from which a service's data was restored.
public struct RestoredService: Codable, Sendable {
  public var service: ServiceID
  /// The instant of the recovery point's state.
  public var point: Instant
  public var source: RecoverySource
  /// The number of points restored and scanned until one was clean; 1 when the point was known.
  public var candidatesTried: Int
  /// The instant up to which the log was replayed; `nil` without an archived log.
  public var replayedTo: Instant?

  package init(service: ServiceID, point: Instant, source: RecoverySource, candidatesTried: Int) {
    self.service = service
    self.point = point
    self.source = source
    self.candidatesTried = candidatesTried
  }
}
