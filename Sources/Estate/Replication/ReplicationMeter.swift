import Replication
import Storage
import Units

/// The record of a group, and the metered course of its protection.
///
/// Invariant: what is recorded is of the past.
struct ReplicationMeter: Sendable {
  private(set) var record: ReplicationRecord
  /// The guarantee of the last acknowledgement of a host's flush.
  private(set) var lastPromise: Promise?
  /// The guarantee of the last acknowledgement before a takeover by the copy; `nil` without one.
  private(set) var promiseBeforeMove: Promise?
  /// The metered course; `nil` while metering is off.
  private var course: CopyOnWrite<ReplicationCourse>?
  /// The end of a fault that the copy has not yet caught up with.
  private var awaited: Instant?

  init(since start: Instant) { record = ReplicationRecord(since: start) }

  // MARK: Record

  /// Notes the state of the group as its source sees it.
  mutating func change(to state: PairState, at now: Instant) {
    record.change(to: state, at: now)
    course?.value.count(state)
  }

  /// Counts the guarantee of an acknowledgement.
  mutating func count(_ promise: Promise) {
    record.acknowledged += 1
    if promise == .degraded { record.degraded += 1 }
    lastPromise = promise
    course?.value.count(promise)
  }

  /// Notes the time from a flush of an application to its acknowledgement.
  mutating func noteWait(_ wait: Duration) {
    record.waited += wait
    record.longestWait = max(record.longestWait, wait)
  }

  mutating func countSent(_ size: ByteCount) { record.sent += size }

  mutating func note(_ lags: LogLags?, at now: Instant) { record.note(lags, at: now) }

  mutating func countConflicts(_ count: Int) {
    guard count > 0 else { return }
    record.conflicts += count
    course?.value.countConflicts(count)
  }

  /// Notes that the copy takes over.
  mutating func noteTakeover() { promiseBeforeMove = lastPromise }

  // MARK: Course

  /// Starts to meter anew.
  mutating func start(from claim: ReplicationClaim?, against objective: Duration, at now: Instant) {
    course = CopyOnWrite(ReplicationCourse(of: claim, against: objective, at: now))
  }

  /// Returns the course so far; `nil` while metering is off.
  func readCourse(at now: Instant) -> ReplicationCourse? { course?.value.read(at: now) }

  /// Whether somebody wants to know the claim of the source.
  var isObserved: Bool { course != nil || awaited != nil }
  /// Whether the copy has not yet caught up with a fault.
  var isAwaited: Bool { awaited != nil }

  /// Waits until the copy holds everything written before an instant.
  mutating func awaitProtection(since instant: Instant) { awaited = instant }

  /// Notes the source's claim from now on; returns whether it ends the wait for the copy.
  mutating func observe(_ claim: ReplicationClaim?, at now: Instant) -> Bool {
    course?.value.observe(claim, at: now)
    guard let fault = awaited, claim?.isProtected(since: fault) == true else { return false }
    awaited = nil
    return true
  }

  func checkInvariants(at now: Instant) {
    precondition(record.since <= now, "a state began in the past")
    precondition(record.degraded <= record.acknowledged, "what is degraded was acknowledged")
    precondition(record.waited >= record.longestWait, "the longest wait is one of all")
  }
}

extension ReplicationClaim {
  /// Whether the copy holds everything written before an instant.
  fileprivate func isProtected(since instant: Instant) -> Bool {
    isProtecting && oldest.map { $0 >= instant } ?? true
  }
}
