import Estate
import Units

/// What one rehearsal of one disaster at one instant came to.
public struct Drill: Codable, Sendable {
  public var strike: Instant
  public var outageStart: Instant
  /// The state of what came back; `nil` when nothing did.
  public var outcome: Outcome
  /// The recovery from the start of the outage, step by step, as it went.
  public var timeline: [TimelineEntry]
  /// The entries of the timeline that the end waited for, each of them for the one before.
  public var criticalPath: [Int]
  /// How many runbooks were begun: more than one when a second disaster struck.
  public var attempts: Int
  /// What was restored, by service; empty when no data had to be.
  public var restored: [RestoredService]
  /// What was metered from the start of the outage to the end; `nil` when there was none.
  public var metered: Meters?
  /// The way back home; `nil` when there was no failover, or none is planned.
  public var failback: Failback?
  /// What became of the copies at other sites; `nil` where there are none.
  public var protection: DrillProtection?
  /// `nil` where people decide to fail over.
  public var takeover: Takeover?
  /// How far the journals reached back at the start of the outage; `nil` without a journal.
  public var journalWindow: JournalWindow?

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
    /// Why nothing, or nothing usable, came back.
    case unrecoverable(String)
  }

  public struct Recovered: Codable, Sendable {
    /// Outage start minus the earliest acknowledgement that a missing write can have had: the achieved RPO is no longer.
    /// Zero when no write can be missing.
    public var rpo: Duration
    /// Outage start minus the latest acknowledgement that the earliest missing write can have had: the achieved RPO is no
    /// shorter.
    public var rpoAtLeast: Duration
    /// From the start of the outage until every service was verified and reachable.
    public var rto: Duration
    public var lostWrites: Int
    /// Acknowledged by databases; at full size, like writes and bytes.
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

  /// The upper bound of the achieved RPO: what the drill proves, and what verdicts go by.
  @inline(never)
  public var achievedRPO: Achieved {
    if case .recovered(let recovered) = outcome { .duration(recovered.rpo) } else { .unrecoverable }
  }

  @inline(never)
  public var achievedRPOAtLeast: Achieved {
    if case .recovered(let recovered) = outcome { .duration(recovered.rpoAtLeast) } else { .unrecoverable }
  }

  /// The distance of the two bounds of the achieved RPO; `nil` when nothing came back.
  public var resolution: Duration? {
    if case .recovered(let recovered) = outcome { recovered.rpo - recovered.rpoAtLeast } else { nil }
  }

  @inline(never)
  public var achievedRTO: Achieved {
    if case .recovered(let recovered) = outcome { .duration(recovered.rto) } else { .unrecoverable }
  }

  /// The age of the oldest recovery point used, at the start of the outage; `nil` when none was.
  public var recoveryPointAge: Duration? { restored.map { outageStart - $0.point }.max() }

  /// The time on the critical path by phase, in the phases' order; the times add up to the achieved RTO.
  public var criticalPhases: [(phase: Phase, time: Duration)] {
    Phase.allCases.compactMap { phase in
      let times = criticalPath.map { timeline[$0] }.filter { $0.phase == phase }.map { $0.end - $0.start }
      return times.isEmpty ? nil : (phase, times.reduce(.zero, +))
    }
  }
}

/// A step of a runbook as it went.
public struct TimelineEntry: Codable, Sendable {
  public var phase: Phase
  public var subject: String
  public var start: Instant
  public var end: Instant

  package init(phase: Phase, subject: String, start: Instant, end: Instant) {
    self.phase = phase
    self.subject = subject
    self.start = start
    self.end = end
  }
}

/// From what a service's data came back.
public struct RestoredService: Codable, Sendable {
  public var service: ServiceID
  /// The instant whose state the recovery point holds.
  public var point: Instant
  public var source: RecoverySource
  /// How many points were restored and scanned before one was clean; 1 when it was known.
  public var candidatesTried: Int

  package init(service: ServiceID, point: Instant, source: RecoverySource, candidatesTried: Int) {
    self.service = service
    self.point = point
    self.source = source
    self.candidatesTried = candidatesTried
  }
}
