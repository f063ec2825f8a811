import Storage
import Units

/// The source of log replication, which keeps and ships an application's log. The source acknowledges commits
/// and can have any number of peers.
///
/// A record is shipped only when it is durable here, so no peer ever holds a record that a crash of the
/// source could remove. Each peer is a pair of its own, named by the messages' group.
public struct LogSource: ReplicationEngine {
  public struct Configuration: Sendable {
    /// The pair identifier of each peer.
    public var pairs: [UInt32]
    public var policy: LogPolicy

    public init(pairs: [UInt32], policy: LogPolicy) {
      self.pairs = pairs
      self.policy = policy
    }
  }

  struct Commit: Sendable {
    var ticket: FlushTicket
    /// The log position that the mode requires at the peers.
    var position: UInt64
    var since: Instant
  }

  let pairs: [UInt32]
  let policy: LogPolicy
  var kept: DurableState
  var channels: [LogChannel] = []
  var commits: [Commit] = []
  /// The position through which the log is durable here, and the position through which it is being recorded.
  var localDurable: UInt64
  var recording: UInt64?
  /// Whether commits are acknowledged without the peers since a time-out, until the peers have caught up.
  var hasFallenBack = false
  var fencedBy: UInt64?
  var isDraining = false
  var isStarted = false
  var reported = PairState.idle

  public init(_ configuration: Configuration, from state: DurableState) {
    pairs = configuration.pairs
    policy = configuration.policy
    kept = state
    localDurable = state.log.last
  }

  public var durableState: DurableState { kept }

  /// Traps unless the positions of the log are in order.
  public func checkInvariants() {
    precondition(localDurable <= kept.log.last, "only what is in the log is durable")
    precondition(recording.map { $0 <= kept.log.last } ?? true, "only what is in the log is recorded")
    precondition(
      zip(commits, commits.dropFirst()).allSatisfy { $0.position <= $1.position && $0.since <= $1.since },
      "commits wait in their order")
    precondition(fencedBy.map { $0 > kept.term } ?? true, "only a newer term fences")
  }

  /// The state of the replication, relative to the mode's guarantee.
  public var state: PairState {
    if fencedBy != nil { return .fenced }
    if hasFallenBack { return .suspended(.peerLost) }
    if channels.contains(where: { $0.phase == .streaming }) { return .replicating }
    if let apart = channels.first(where: { $0.phase == .apart }) {
      return .splitBrain(
        Divergence(
          sourcePages: Int(kept.log.last - min(kept.log.last, kept.log.fork)),
          targetPages: Int(apart.progress.durable - min(apart.progress.durable, kept.log.fork))))
    }
    return isStarted ? .connecting : .idle
  }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin:
      kept.boots += 1
      effects.append(.record(Ticket(.start), ByteCount(4_096)))
    case .append(let record): append(record, at: now, &effects)
    case .flush(let ticket, _): commit(ticket, at: now, &effects)
    case .message(let message): hear(message, at: now, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), at: now, &effects) } catch { effects.append(.refused(error)) }
    case .finished(let ticket): finished(ticket, at: now, &effects)
    case .failed(let ticket, _): if ticket.purpose == .logFlush { rejectAll(.deviceFailed, &effects) }
    case .timer(let timer): wake(timer, at: now, &effects)
    case .command(let command): obey(command, at: now, &effects)
    case .contact: noteContact(at: now)
    case .write, .read: effects.append(.refused(.notNow))
    }
    if state != reported {
      reported = state
      effects.append(.changed(reported))
    }
  }

  private mutating func finished(_ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]) {
    switch ticket.purpose {
    case .start:
      isStarted = true
      channels = pairs.map { LogChannel(pair: $0, boots: kept.boots, at: now) }
      for index in channels.indices { greet(index, at: now, &effects) }
      effects.append(.wake(.heartbeat, at: now + policy.heartbeat))
      recordNext(&effects)
    case .logFlush:
      localDurable = recording ?? localDurable
      recording = nil
      shipAll(at: now, &effects)
      complete(at: now, &effects)
      if !commits.isEmpty { recordNext(&effects) }
    default: break
    }
  }

  private mutating func obey(
    _ command: ReplicationCommand, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch command {
    case .drain:
      isDraining = true
      recordNext(&effects)
      complete(at: now, &effects)
    case .undrain: isDraining = false
    case .resume:
      for index in channels.indices where channels[index].phase != .streaming {
        greet(index, at: now, &effects)
      }
    case .fence(let term): fence(term, &effects)
    default: effects.append(.refused(.notNow))
    }
  }

  // MARK: The application

  private mutating func append(_ record: LogRecord, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, !isDraining else { return }
    if let refusal = kept.log.objection(to: record) { return effects.append(.refused(refusal)) }
    kept.log.append(record, at: now)
    // This side's application has made the record.
    kept.log.applied = record.last
    kept.lastWrite = record.last
  }

  private mutating func commit(_ ticket: FlushTicket, at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, !isDraining else {
      return effects.append(.reject(ticket, fencedBy != nil ? .fenced : .draining))
    }
    if commits.isEmpty, policy.fallsBack { effects.append(.wake(.silence, at: now + policy.timeout)) }
    commits.append(Commit(ticket: ticket, position: kept.log.last, since: now))
    recordNext(&effects)
    complete(at: now, &effects)
  }

  /// Makes everything appended durable in one piece, unless a recording is in progress.
  private mutating func recordNext(_ effects: inout [ReplicationEffect]) {
    guard isStarted, recording == nil, localDurable < kept.log.last else { return }
    let place = kept.log.place(after: localDurable) ?? kept.log.records.start
    trim()
    recording = kept.log.last
    effects.append(
      .record(Ticket(.logFlush), kept.log.bytes(max(place, kept.log.records.start)..<kept.log.records.end)))
  }

  /// Drops the records that every peer has applied, and any beyond the retention.
  private mutating func trim() {
    let settled = channels.map { min($0.unsettledPlace, $0.unappliedPlace) }.min() ?? kept.log.records.end
    let durable = kept.log.place(after: localDurable) ?? kept.log.records.start
    var place = max(kept.log.records.start, min(settled, durable))
    while kept.log.bytes(place..<kept.log.records.end) > policy.retentionMaximum, place < durable {
      place += 1
    }
    kept.log.removeAll(before: place)
  }

  // MARK: Acknowledgements

  private func promise(for commit: Commit) -> Promise? {
    guard commit.position <= localDurable else { return nil }
    let held = channels.count {
      $0.phase == .streaming && policy.position(of: $0.progress) >= commit.position
    }
    if held >= policy.peersNeeded { return isFlooded ? nil : policy.promise }
    return hasFallenBack ? .degraded : nil
  }

  /// Whether a peer has so much unapplied log that commits wait.
  private var isFlooded: Bool {
    guard let maximum = policy.applyLagMaximum else { return false }
    return channels.contains { channel in
      guard channel.phase == .streaming else { return false }
      return applyBacklog(of: channel) > maximum
    }
  }

  private func applyBacklog(of channel: LogChannel) -> ByteCount {
    let start = max(channel.unappliedPlace, kept.log.records.start)
    return kept.log.bytes(start..<max(start, channel.nextPlace))
  }

  mutating func complete(at now: Instant, _ effects: inout [ReplicationEffect]) {
    rejoin()
    var done = 0
    while done < commits.count, let promise = promise(for: commits[done]) {
      effects.append(.acknowledge(commits[done].ticket, promise))
      done += 1
    }
    if done > 0 { commits.removeFirst(done) }
    let isShipped = channels.contains { channel in
      let position = policy.appliesLate ? channel.progress.durable : channel.progress.applied
      return channel.phase == .streaming && position == kept.log.last
    }
    if isDraining, commits.isEmpty, isShipped, localDurable == kept.log.last, !kept.isHandedOver {
      kept.isHandedOver = true
      effects.append(.drained)
    }
  }

  /// Ends the fallback when enough peers have caught up with everything.
  private mutating func rejoin() {
    guard hasFallenBack else { return }
    let current = channels.count {
      $0.phase == .streaming && policy.position(of: $0.progress) >= localDurable
    }
    if current >= policy.peersNeeded { hasFallenBack = false }
  }

  func isDue(_ commit: Commit, at now: Instant) -> Bool { now - commit.since >= policy.timeout }

  mutating func fence(_ term: UInt64, _ effects: inout [ReplicationEffect]) {
    guard term > kept.term else { return effects.append(.refused(.termNotNewer(kept.term))) }
    fencedBy = term
    rejectAll(.fenced, &effects)
  }

  private mutating func rejectAll(_ reason: Rejection, _ effects: inout [ReplicationEffect]) {
    for commit in commits { effects.append(.reject(commit.ticket, reason)) }
    commits.removeAll()
  }
}
