import Replication
import Units

/// The protection by one replication pair between two instants.
///
/// Nothing is sampled: a source's claim is constant between two of its events, so that times and counts are exact.
public struct ReplicationCourse: Codable, Hashable, Sendable {
  /// The lag above which there is a violation.
  public let objective: Duration
  public let start: Instant
  /// The end of the metered period.
  public private(set) var end: Instant

  /// The lag that the source claimed. The claim is never less than the true lag.
  public private(set) var lag: LagSeries
  /// The greatest claimed lag; `nil` if at some time no copy existed.
  public private(set) var peakLag: Duration? = .zero
  /// The claimed lag at the last loss of the source; `nil` without a loss or without a copy.
  public private(set) var lagWhenLost: Duration?
  /// The periods in which the claimed lag exceeded the objective or no copy existed.
  public private(set) var violations = Spells()
  /// The periods in which a failover would have missed the mode's guarantee.
  public private(set) var unprotected = Spells()
  /// The periods in which acknowledgements had a weaker guarantee than the mode's.
  public private(set) var degraded = Spells()
  /// The number of acknowledged flushes, and of degraded ones among them.
  public private(set) var acknowledgements = 0
  public private(set) var degradedAcknowledgements = 0
  /// The number of times that the peer was given up, and of buffer overflows.
  public private(set) var peerLosses = 0
  public private(set) var overflows = 0
  /// The number of page versions that lost to a concurrent version, where both sites serve.
  public private(set) var conflicts = 0
  public private(set) var resynchronized = ResyncRecord()

  private var claim: ReplicationClaim?
  /// The source's counters at the last observation.
  private var counted = ResyncRecord()
  /// The sum of lag times time, and the time with a known lag.
  private var lagTime: Int128 = 0
  private var claimedTime = Duration.zero

  /// Starts metering at `now`.
  package init(of claim: ReplicationClaim?, against objective: Duration, at now: Instant) {
    self.objective = objective
    (start, end) = (now, now)
    lag = LagSeries(startingAt: now)
    counted = claim?.resynchronized ?? counted
    take(claim, at: now)
  }

  /// Creates a course from stored values.
  package init(
    objective: Duration, lag: LagSeries, mean: Duration?, peak: Duration?, violations: Spells,
    unprotected: Spells, degraded: Spells, acknowledgements: Int, degradedAcknowledgements: Int,
    peerLosses: Int,
    overflows: Int, conflicts: Int = 0, resynchronized: ResyncRecord
  ) {
    self.conflicts = conflicts
    self.objective = objective
    self.lag = lag
    start = lag.start
    end = lag.start + lag.step * Int64(lag.samples.count)
    claimedTime = mean == nil ? .zero : end - start
    lagTime = Int128((mean ?? .zero).nanoseconds) * Int128(claimedTime.nanoseconds)
    peakLag = peak
    (self.violations, self.unprotected, self.degraded) = (violations, unprotected, degraded)
    (self.acknowledgements, self.degradedAcknowledgements) = (acknowledgements, degradedAcknowledgements)
    (self.peerLosses, self.overflows, self.resynchronized) = (peerLosses, overflows, resynchronized)
  }

  /// The time average of the claimed lag; `nil` when there was never a copy.
  public var meanLag: Duration? {
    guard claimedTime > .zero else { return nil }
    return Duration(nanoseconds: Int64(lagTime / Int128(claimedTime.nanoseconds)))
  }

  /// The share of time in which the claimed lag met the objective.
  public var timeInRPO: Ratio {
    let time = end - start
    guard time > .zero else { return .one }
    let within = Int128((time - violations.total).nanoseconds) * 1_000_000_000
    return Ratio(billionths: Int64(within / Int128(time.nanoseconds)))
  }

  /// Notes the source's claim from `now` on; `nil` when no source runs.
  package mutating func observe(_ claim: ReplicationClaim?, at now: Instant) {
    advance(to: now)
    take(claim, at: now)
  }

  mutating func countConflicts(_ count: Int) { conflicts += count }

  mutating func count(_ promise: Promise) {
    acknowledgements += 1
    if promise == .degraded { degradedAcknowledgements += 1 }
  }

  mutating func count(_ state: PairState) {
    switch state {
    case .suspended(.peerLost): peerLosses += 1
    case .suspended(.bufferOverflow): overflows += 1
    default: break
    }
  }

  /// Returns the course through `now`, with open periods ended there.
  package func read(at now: Instant) -> ReplicationCourse {
    var reading = self
    reading.advance(to: now)
    reading.violations.end(at: now)
    reading.unprotected.end(at: now)
    reading.degraded.end(at: now)
    return reading
  }

  // MARK: Between two claims

  private mutating func advance(to now: Instant) {
    guard now > end else { return }
    lag.add(claim, from: end, until: now)
    if let claim {
      if claim.hasCopy { add(claim, until: now) } else { peakLag = nil }
    }
    end = now
  }

  /// Adds a period in which the lag grows linearly with time.
  private mutating func add(_ claim: ReplicationClaim, until now: Instant) {
    let (first, last) = (claim.age(at: end), claim.age(at: now))
    peakLag = peakLag.map { max($0, last) }
    lagTime += Int128((first + last).nanoseconds) * Int128((now - end).nanoseconds) / 2
    claimedTime += now - end
    if last > objective, let oldest = claim.oldest { violations.begin(at: max(end, oldest + objective)) }
  }

  private mutating func take(_ claim: ReplicationClaim?, at now: Instant) {
    if claim == nil, let last = self.claim { lagWhenLost = last.hasCopy ? last.age(at: now) : nil }
    self.claim = claim
    // How long a service is down tells its recovery time, not its lag.
    violations.note(claim.map { !$0.hasCopy || $0.age(at: now) > objective } ?? false, at: now)
    unprotected.note(!(claim?.isProtecting ?? false), at: now)
    degraded.note(claim?.isDegraded ?? false, at: now)
    // The next source counts anew.
    let count = claim?.resynchronized ?? ResyncRecord()
    if claim != nil { resynchronized.add(count - counted) }
    counted = count
  }
}
