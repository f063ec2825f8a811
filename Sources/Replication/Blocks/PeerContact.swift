import Units

/// The contact of a source with its peer: when it answered last, and how long its answers take.
struct PeerContact: Sendable {
  /// The number of connections tried so far.
  private var attempts: UInt64 = 0
  private(set) var lastHeard = Instant.epoch
  private var lastProgress = Instant.epoch
  private var roundTrip = Duration.zero
  private var retries: Int64 = 0
  /// The number of messages that may be in flight.
  private(set) var window = 0
  private var isRetryArmed = false

  /// Begins a connection, and returns its number.
  mutating func open(window: Int, at now: Instant) -> UInt64 {
    attempts += 1
    self.window = window
    retries = 0
    lastProgress = now
    return attempts
  }

  mutating func hear(at now: Instant) { lastHeard = now }

  /// Notes that transport to the peer works and messages are in flight.
  mutating func noteContact(at now: Instant) { (lastHeard, lastProgress) = (now, now) }

  /// Notes that the peer waits for nothing else than what is sent now.
  mutating func beginSending(at now: Instant) { lastProgress = now }

  /// Notes that the peer has received or stored more than before.
  mutating func noteProgress(at now: Instant) {
    lastProgress = now
    retries = 0
  }

  /// Notes the time until a message was answered, which makes room for one more.
  mutating func noteAnswer(after time: Duration, windowMaximum: Int) {
    roundTrip = max(time, roundTrip - roundTrip / 8)
    window = min(windowMaximum, window + 1)
  }

  // MARK: Retries

  /// Returns the time of the next retry, which is armed from now on; `nil` when one is armed.
  mutating func armRetry(_ policy: SourcePolicy, at now: Instant) -> Instant? {
    guard !isRetryArmed else { return nil }
    isRetryArmed = true
    return max(now, lastProgress + delay(policy))
  }

  mutating func disarmRetry() { isRetryArmed = false }

  /// Begins a retry when it is due; returns whether it is.
  ///
  /// - Parameter isCounted: Whether the next one waits longer.
  mutating func beginRetry(_ policy: SourcePolicy, isCounted: Bool, at now: Instant) -> Bool {
    guard now >= lastProgress + delay(policy) else { return false }
    if isCounted { retries += 1 }
    lastProgress = now
    window = policy.messagesAtFirst
    return true
  }

  private func delay(_ policy: SourcePolicy) -> Duration {
    max(policy.retry, roundTrip * 2) * (1 << min(retries, 5))
  }

  func checkInvariants(_ policy: SourcePolicy) {
    precondition(retries >= 0 && roundTrip >= .zero, "retries and round trips are counted")
    precondition(
      (0...max(policy.messagesInFlight, policy.messagesAtFirst)).contains(window), "a window has its limit")
  }
}
