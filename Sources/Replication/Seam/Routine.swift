import Units

/// The alarms that a source answers in the same way each time, while its pair is idle.
///
/// A driver may skip these alarms. Then it must send `contact` at the instant of the last answer, and restore
/// the alarms' rhythm before any other event.
public struct Routine: Hashable, Sendable {
  /// A repeating alarm.
  public struct Duty: Hashable, Sendable {
    public let timer: ReplicationTimer
    public let period: Duration
    /// The bytes per alarm on the link to the peer and back.
    public let call: ByteCount
    public let answer: ByteCount

    init(
      _ timer: ReplicationTimer, every period: Duration, call: Message.Body? = nil,
      answer: Message.Body? = nil
    ) {
      self.timer = timer
      self.period = period
      self.call = call?.sizeOnLink ?? .zero
      self.answer = answer?.sizeOnLink ?? .zero
    }
  }

  /// The state of the peer that a routine assumes.
  public enum Peer: Hashable, Sendable {
    /// The peer answers, and no message or work is pending.
    case answering
    /// The peer is down or unreachable.
    case absent
    /// The routine needs no peer.
    case unneeded
  }

  public let peer: Peer
  public let duties: [Duty]
}

extension Message.Body {
  fileprivate var sizeOnLink: ByteCount { ByteCount(Message.overhead + encodedSize) }
}

extension BlockSource {
  /// The routine; `nil` while work is in progress, when every alarm matters.
  public var routine: Routine? {
    guard fencedBy == nil, divergence == nil, hosts.isEmpty, !isHolding, !isDraining, !isPaused
    else { return nil }
    let silence = Routine.Duty(.silence, every: policy.tolerance)
    if isCopyComplete {
      let progress = Message.Body.progress(Progress(received: 0, durable: 0, applied: 0))
      var duties = [
        Routine.Duty(.heartbeat, every: policy.heartbeat, call: .heartbeat, answer: progress), silence,
      ]
      if let interval = policy.checkpointInterval {
        let point = Entry(.point, position: 0, number: 0, instant: .epoch)
        duties.append(Routine.Duty(.point, every: interval, call: .entries([point]), answer: progress))
      }
      return Routine(peer: .answering, duties: duties)
    }
    let beat = Routine.Duty(.heartbeat, every: policy.heartbeat)
    if suspension == nil {
      let isBetweenIntervals = phase == .idle && policy.snapshotInterval != nil && frozen == nil
      return isBetweenIntervals ? Routine(peer: .unneeded, duties: [beat, silence]) : nil
    }
    guard phase == .greeting || phase == .idle, !policy.asksWitness || witness.isTold else { return nil }
    var duties = [beat, silence, Routine.Duty(.retry, every: policy.retry, call: .hello)]
    if let interval = policy.checkpointInterval { duties.append(Routine.Duty(.point, every: interval)) }
    return Routine(peer: .absent, duties: duties)
  }

  /// Whether everything is durable at the peer, and contained in a point where only points count.
  private var isCopyComplete: Bool {
    phase == .streaming && resync == nil && frozen == nil && stream.isEmpty && stream.unanswered.isEmpty
      && policy.snapshotInterval == nil && !(policy.asksWitness && witness.mayBeOutdated)
      && (!policy.hasPoints || kept.point.lastWrite == kept.lastWrite)
  }
}

extension LogSource {
  /// The routine; `nil` while work is in progress, when every alarm matters.
  public var routine: Routine? {
    guard fencedBy == nil, commits.isEmpty, recording == nil, localDurable == kept.log.last, !isDraining,
      !hasFallenBack, let channel = channels.first, channels.count == 1
    else { return nil }
    switch channel.phase {
    case .streaming:
      guard policy.appliesLate || channel.unappliedPlace == kept.log.records.end,
        channel.unsettledPlace == kept.log.records.end
      else { return nil }
      let progress = Message.Body.progress(channel.progress)
      let duty = Routine.Duty(.heartbeat, every: policy.heartbeat, call: .heartbeat, answer: progress)
      return Routine(peer: .answering, duties: [duty])
    case .apart: return Routine(peer: .unneeded, duties: [Routine.Duty(.heartbeat, every: policy.heartbeat)])
    case .greeting, .planning: return nil
    }
  }
}
