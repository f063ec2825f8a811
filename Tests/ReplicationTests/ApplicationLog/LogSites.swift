import Replication
import Simulation
import Storage
import Units

/// A source of log replication with its peers in virtual time.
struct LogSites {
  enum Happening {
    case event(node: Int, incarnation: Int, ReplicationEvent)
    case stored(node: Int, incarnation: Int, DurableState, Ticket)
    case alarm(node: Int, incarnation: Int, ReplicationTimer)
    case arrival(node: Int, Message)
  }

  enum Engine {
    case source(LogSource)
    case target(LogTarget)
  }

  struct Node {
    var engine: Engine?
    var stored: DurableState
    var incarnation = 0
    /// The records that the application at this node has applied, in its order.
    var applied: [UInt64] = []
    var applyTime = Duration.milliseconds(1)
    var linkIsUp = true
    var lastRecord = Instant.epoch
    var alarms: [ReplicationTimer: EventID] = [:]
  }

  let policy: LogPolicy
  var events = EventQueue<Happening>()
  var nodes: [Node] = []
  var random: RandomStream
  var latency = Duration.milliseconds(4)
  /// In percent of the messages.
  var lost: UInt64 = 0
  var doubled: UInt64 = 0
  var jitter = Duration.zero
  var source = 0
  /// The last positions of commits, with their tickets, and under which promise each was acknowledged.
  var waiting: [(ticket: UInt64, position: UInt64, at: Instant)] = []
  var acknowledged: [(position: UInt64, promise: Promise, at: Instant, after: Duration)] = []
  var rejected = 0
  var refused: [Refusal] = []
  var states: [PairState] = []
  var promoted: ReplicaPoint?
  var isDrained = false
  var last: UInt64 = 0
  var tickets: UInt64 = 0

  init(policy: LogPolicy, peers: Int = 2, seed: UInt64 = 1) {
    self.policy = policy
    random = RandomStream(seed: seed, stream: "log sites")
    nodes.append(Node(stored: .firstSource(volumes: [])))
    for peer in 1...peers { nodes.append(Node(stored: DurableState(node: UInt8(peer), volumes: []))) }
    for node in nodes.indices.reversed() { start(node, asSource: node == 0) }
  }

  var now: Instant { events.now }

  /// The pair of two nodes is named by the one that is not the source.
  mutating func start(_ node: Int, asSource: Bool) {
    nodes[node].incarnation += 1
    let stored = nodes[node].stored
    if asSource {
      let pairs = nodes.indices.filter { $0 != node }.map(UInt32.init)
      nodes[node].engine = .source(LogSource(.init(pairs: pairs, policy: policy), from: stored))
      source = node
    } else {
      nodes[node].engine = .target(LogTarget(.init(pair: UInt32(node)), from: stored))
    }
    tell(node, .begin)
  }

  mutating func crash(_ node: Int) {
    nodes[node].engine = nil
    nodes[node].incarnation += 1
    // Records that the application had applied and not stored are applied again.
    nodes[node].applied = Array(nodes[node].applied.prefix { $0 <= nodes[node].stored.log.applied })
    if node == source { waiting.removeAll() }
  }

  mutating func run(for time: Duration) {
    let end = now + time
    while let event = events.popNext(through: end) { happen(event.payload) }
    events.advance(to: end)
  }

  private mutating func happen(_ happening: Happening) {
    switch happening {
    case .event(let node, let incarnation, let event):
      if nodes[node].incarnation == incarnation { tell(node, event) }
    case .stored(let node, let incarnation, let state, let ticket):
      guard nodes[node].incarnation == incarnation else { return }
      nodes[node].stored = state
      tell(node, .finished(ticket))
    case .alarm(let node, let incarnation, let timer):
      if nodes[node].incarnation == incarnation { tell(node, .timer(timer)) }
    case .arrival(let node, let message): tell(node, .message(message))
    }
  }

  // MARK: The application

  /// Appends a transaction of so many records, and commits it.
  mutating func transact(records: Int = 2) {
    for _ in 0..<records {
      let length = 1 + random.below(9)
      let text = Bytes((0..<length).map { UInt8(truncatingIfNeeded: last + 1 + $0) })
      tell(source, .append(LogRecord(first: last + 1, last: last + length, bytes: text)))
      last += length
    }
    tickets += 1
    waiting.append((tickets, last, now))
    tell(source, .flush(FlushTicket(tickets), volume: 0))
  }

  mutating func transact(times: Int, every pause: Duration) {
    for _ in 0..<times {
      transact()
      run(for: pause)
    }
  }

  mutating func tell(_ node: Int, _ event: ReplicationEvent) {
    var effects: [ReplicationEffect] = []
    switch nodes[node].engine {
    case .source(var engine):
      engine.handle(event, at: now, into: &effects)
      engine.checkInvariants()
      nodes[node].engine = .source(engine)
      for effect in effects { carryOut(effect, node, engine.durableState) }
    case .target(var engine):
      engine.handle(event, at: now, into: &effects)
      engine.checkInvariants()
      nodes[node].engine = .target(engine)
      for effect in effects { carryOut(effect, node, engine.durableState) }
    case nil: break
    }
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ node: Int, _ state: DurableState) {
    let incarnation = nodes[node].incarnation
    switch effect {
    case .record(let ticket, _):
      nodes[node].lastRecord = max(nodes[node].lastRecord, now + .microseconds(300))
      events.schedule(
        .stored(node: node, incarnation: incarnation, state, ticket), at: nodes[node].lastRecord)
    case .apply(let ticket, let record):
      precondition(record.isIntact, "a damaged record is not applied")
      nodes[node].applied.append(record.last)
      events.schedule(
        .event(node: node, incarnation: incarnation, .finished(ticket)), at: now + nodes[node].applyTime)
    case .acknowledge(let ticket, let promise):
      guard let place = waiting.firstIndex(where: { $0.ticket == ticket.number }) else { return }
      let commit = waiting.remove(at: place)
      acknowledged.append((commit.position, promise, now, now - commit.at))
    case .reject: rejected += 1
    case .send(let message): send(message, from: node)
    case .wake(let timer, let instant):
      if let alarm = nodes[node].alarms[timer] { _ = events.cancel(alarm) }
      nodes[node].alarms[timer] = events.schedule(
        .alarm(node: node, incarnation: incarnation, timer), at: max(now, instant))
    case .changed(let state): if node == source { states.append(state) }
    case .refused(let refusal): refused.append(refusal)
    case .promoted(let point): promoted = point
    case .drained: isDrained = true
    default: preconditionFailure("a log engine does not ask for \(effect)")
    }
  }

  private mutating func send(_ message: Message, from node: Int) {
    let other = node == source ? Int(message.group) : source
    guard nodes[node].linkIsUp, nodes[other].linkIsUp, random.below(100) >= lost else { return }
    for _ in 0..<(random.below(100) < doubled ? 2 : 1) {
      let extra = jitter > .zero ? Int64(random.below(UInt64(jitter.nanoseconds))) : 0
      events.schedule(.arrival(node: other, message), at: now + latency + .nanoseconds(extra))
    }
  }

  /// The log position up to which a node's application has everything, in order and once.
  func appliedPrefix(_ node: Int) -> UInt64? {
    let list = nodes[node].applied
    return zip(list, list.dropFirst()).allSatisfy { $0 < $1 } ? list.last ?? 0 : nil
  }
}
