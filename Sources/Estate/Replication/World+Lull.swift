import Replication
import Units

/// A period in which a replication pair only performs its routine, whose events are not simulated.
struct Lull: Sendable {
  /// A skipped alarm of the source.
  struct Turn: Sendable {
    let duty: Routine.Duty
    /// The due time of the first alarm that is left out.
    let first: Instant

    /// Returns the number of alarms that were due before an instant.
    func count(before now: Instant) -> Int64 {
      guard first < now else { return 0 }
      return ((now - first).nanoseconds + duty.period.nanoseconds - 1) / duty.period.nanoseconds
    }
  }

  let node: Int
  let turns: [Turn]
  let isAnswered: Bool

  /// Returns the bytes of calls and answers on the link before an instant.
  func traffic(before now: Instant) -> ByteCount {
    turns.reduce(.zero) { sum, turn in
      sum + (turn.duty.call + (isAnswered ? turn.duty.answer : .zero)) * turn.count(before: now)
    }
  }
}

extension World {
  /// Starts a lull instead of sending a heartbeat; returns `false` where more than routine is expected.
  mutating func beginLull(_ pair: PairID, _ node: Int) -> Bool {
    let isLinkUp = isUp(fabric[pair].link)
    return fabric[pair].beginLull(node, isLinkUp: isLinkUp, in: &events)
  }

  /// Ends a lull because of an event, and restores the alarms in their rhythm.
  mutating func endLull(_ pair: PairID) {
    guard fabric[pair].isIdle else { return }
    let (sent, link) = (fabric[pair].endLull(in: &events), fabric[pair].link)
    if isUp(link) { infrastructure.count(sent, on: link) }
  }

  /// Ends all lulls before a device or link fails or returns.
  mutating func endLulls() {
    for pair in fabric.groups { endLull(pair) }
  }

  /// The counts metered so far, without stored bytes and times.
  public var meters: Meters {
    var reading = Meters(
      deviceBytes: infrastructure.deviceBytes, linkBytes: infrastructure.linkBytes,
      vaults: backups.vaults.map(\.meter))
    for pair in fabric.groups where isUp(fabric[pair].link) {
      reading.linkBytes[fabric[pair].link] += fabric[pair].trafficOfLull(before: now)
    }
    return reading
  }

  /// Returns the bytes that a pair has sent in both directions.
  func sent(of pair: PairID) -> ByteCount {
    fabric[pair].meter.record.sent + fabric[pair].trafficOfLull(before: now)
  }
}
