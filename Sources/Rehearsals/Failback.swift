import Estate
import Units

/// The return of one drill's services to the production site after a failover.
public struct Failback: Codable, Sendable {
  public enum Outcome: Codable, Sendable {
    case returned(Returned)
    /// The services did not return. The text gives the reason.
    case failed(String)
    /// Another disaster struck first. The value is the outcome of its recovery.
    case struckAgain(Drill.Outcome)
  }

  public struct Returned: Codable, Sendable {
    /// The time from the start of the outage until a copy was in sync again. Another disaster in that time
    /// would hit an unprotected estate.
    public var unprotectedWindow: Duration
    /// The time from the return of the production site until its copy was in sync.
    public var resynchronization: Duration
    /// The bytes sent over links in that time, at full size.
    public var resynchronizedBytes: ByteCount
    /// The time from stopping the applications at the DR site until every service was verified and reachable
    /// at production.
    public var downtime: Duration
    /// The age of the earliest acknowledged write that the move lost. The value must be zero.
    public var rpo: Duration
    public var lostWrites: Int

    package init(
      unprotectedWindow: Duration, resynchronization: Duration, resynchronizedBytes: ByteCount,
      downtime: Duration, rpo: Duration, lostWrites: Int
    ) {
      self.unprotectedWindow = unprotectedWindow
      self.resynchronization = resynchronization
      self.resynchronizedBytes = resynchronizedBytes
      self.downtime = downtime
      self.rpo = rpo
      self.lostWrites = lostWrites
    }
  }

  public var outcome: Outcome
  /// The steps as they ran, from the end of the recovery on.
  public var timeline: [TimelineEntry]
  /// The usage metered from the end of the recovery to the end of the failback.
  public var metered: Meters

  package init(outcome: Outcome, timeline: [TimelineEntry], metered: Meters) {
    self.outcome = outcome
    self.timeline = timeline
    self.metered = metered
  }
}

extension Failback {
  public var returned: Returned? {
    if case .returned(let returned) = outcome { returned } else { nil }
  }

  /// The reason why the services did not return; `nil` when they did.
  public var failure: String? {
    switch outcome {
    case .returned: nil
    case .failed(let reason): reason
    case .struckAgain(.recovered): "another disaster came first, and was recovered from"
    case .struckAgain(.unrecoverable(let reason)): "another disaster came first: \(reason)"
    }
  }
}
