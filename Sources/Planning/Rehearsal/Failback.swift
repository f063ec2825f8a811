import Estate
import Units

/// How the services of one drill came back to the production site after a failover.
public struct Failback: Codable, Sendable {
  public enum Outcome: Codable, Sendable {
    case returned(Returned)
    /// Why they did not.
    case failed(String)
    /// Another disaster came first; what its recovery came to.
    case struckAgain(Drill.Outcome)
  }

  public struct Returned: Codable, Sendable {
    /// From the start of the outage until a copy was in sync again: another disaster meanwhile would have met an estate
    /// without protection.
    public var unprotectedWindow: Duration
    /// From the return of the production site until its copy was in sync.
    public var resynchronization: Duration
    /// Sent over links in that time; at full size.
    public var resynchronizedBytes: ByteCount
    /// From the stop of the applications at the DR site until every service was verified and reachable at home.
    public var downtime: Duration
    /// The age of the earliest acknowledged write that the move lost; zero when it lost none, as it must.
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
  /// Step by step, from the end of the recovery on.
  public var timeline: [TimelineEntry]
  /// What was metered from the end of the recovery to the end of the way back.
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

  /// Why the services did not come home; `nil` when they did.
  public var failure: String? {
    switch outcome {
    case .returned: nil
    case .failed(let reason): reason
    case .struckAgain(.recovered): "another disaster came first, and was recovered from"
    case .struckAgain(.unrecoverable(let reason)): "another disaster came first: \(reason)"
    }
  }
}
