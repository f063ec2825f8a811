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
    guard node == pairs[pair].serving, !pairs[pair].isActive, pairs[pair].lull == nil,
      let routine = pairs[pair].nodes[node].engine?.routine, allows(routine, pair, node)
    else { return false }
    var turns: [Lull.Turn] = []
    for duty in routine.duties {
      let alarm = pairs[pair].nodes[node].alarms[duty.timer]
      if let alarm { events.cancel(alarm.event) }
      pairs[pair].nodes[node].alarms[duty.timer] = nil
      // The heartbeat that is due now is the first of those left out.
      guard let first = duty.timer == .heartbeat ? now : alarm?.instant else { continue }
      turns.append(Lull.Turn(duty: duty, first: first))
    }
    pairs[pair].lull = Lull(node: node, turns: turns, isAnswered: routine.peer == .answering)
    return true
  }

  private func allows(_ routine: Routine, _ pair: PairID, _ node: Int) -> Bool {
    let isReached = isUp(pairs[pair].link) && pairs[pair].nodes[1 - node].engine != nil
    switch routine.peer {
    case .absent: return !isReached
    case .unneeded: return true
    case .answering: return isReached && pairs[pair].nodes.allSatisfy { $0.underWay == 0 && !$0.isSending }
    }
  }

  /// Ends a lull because of an event, and restores the alarms in their rhythm.
  mutating func endLull(_ pair: PairID) {
    guard pairs[pair].lull != nil, let lull = pairs[pair].lull else { return }
    let traffic = traffic(of: lull, pair)
    pairs[pair].record.sent += traffic.sent
    infrastructure.count(traffic.onLink, on: pairs[pair].link)
    pairs[pair].lull = nil
    for turn in lull.turns {
      let count = turn.count(before: now)
      let next = turn.first + turn.duty.period * count
      wake(turn.duty.timer, at: next, pair, lull.node)
      guard lull.isAnswered, turn.duty.timer == .heartbeat, count > 0 else { continue }
      var effects: [ReplicationEffect] = []
      let last = next - turn.duty.period
      pairs[pair].nodes[lull.node].engine?.handle(.contact, at: last, into: &effects)
      precondition(effects.isEmpty, "a contact asks for nothing")
    }
  }

  /// Ends all lulls before a device or link fails or returns.
  mutating func endLulls() {
    for pair in pairs.indices { endLull(PairID(pair)) }
  }

  private func traffic(of lull: Lull, _ pair: PairID) -> (sent: ByteCount, onLink: ByteCount) {
    let sent = lull.traffic(before: now)
    return (sent, isUp(pairs[pair].link) ? sent : .zero)
  }

  /// The counts metered so far, without stored bytes and times.
  public var meters: Meters {
    var reading = Meters(
      deviceBytes: infrastructure.deviceBytes, linkBytes: infrastructure.linkBytes,
      vaults: backups.vaults.map(\.meter))
    for index in pairs.indices {
      guard let lull = pairs[index].lull else { continue }
      reading.linkBytes[pairs[index].link] += traffic(of: lull, PairID(index)).onLink
    }
    return reading
  }

  /// Returns the bytes that a pair has sent in both directions.
  func sent(of pair: PairID) -> ByteCount {
    pairs[pair].record.sent + (pairs[pair].lull.map { traffic(of: $0, pair).sent } ?? .zero)
  }
}
