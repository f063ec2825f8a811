import Replication
import Storage
import Units

extension World {
  // MARK: Devices

  /// An operation that an engine waits for.
  enum ReplicationTask: Sendable {
    case flush(Ticket, volume: Int)
    case read(Ticket, volume: Int, Extent, ReadSource)
    case record(Ticket, KeptState, number: Int)
    case apply(Ticket)
    case message(Message)
    case report(Ticket, WitnessReport)
  }

  mutating func startOnDevice(
    _ volume: Int, _ amount: ByteCount, _ task: ReplicationTask, _ pair: PairID, _ node: Int
  ) {
    let device = pairs[pair].nodes[node].devices[volume]
    pairs[pair].nodes[node].underWay += 1
    start(
      .replication(pair, node, generation: pairs[pair].nodes[node].generation, task),
      through: Operation.Leg(resource: resource(device), amount: amount),
      latency: blueprint.devices[device].latency)
  }

  /// Handles the end of work of a device or link.
  mutating func finish(
    _ task: ReplicationTask, _ pair: PairID, _ node: Int, generation: Int, failed: Bool
  ) {
    if case .message(let message) = task { return deliver(message, pair, to: 1 - node, failed: failed) }
    // Operations dropped by a crash have no effect.
    guard pairs[pair].nodes[node].generation == generation else { return }
    pairs[pair].nodes[node].underWay -= 1
    switch task {
    case .flush(let ticket, _), .read(let ticket, _, _, _), .record(let ticket, _, _), .apply(let ticket):
      if failed { return tell(pair, node, .failed(ticket, .unavailable)) }
    case .report(let ticket, let report): return settle(report, ticket, pair, node, isHeard: !failed)
    case .message: break
    }
    switch task {
    case .flush(let ticket, let volume):
      settle(volume, pair, node)
      tell(pair, node, .finished(ticket))
    case .read(let ticket, let volume, let extent, let source):
      let image =
        source == .live ? image(of: volume, pair, node) : pairs[pair].nodes[node].snapshot?[volume]
      guard let image else { return tell(pair, node, .failed(ticket, .notFound)) }
      tell(pair, node, .read(ticket, image.read(extent)))
    case .record(let ticket, let state, let number):
      // An older state never lands on a newer one.
      if number > pairs[pair].nodes[node].recordsStored {
        pairs[pair].nodes[node].recordsStored = number
        pairs[pair].nodes[node].store(state)
      }
      tell(pair, node, .finished(ticket))
    case .apply(let ticket): tell(pair, node, .finished(ticket))
    case .message, .report: break
    }
  }

  mutating func settle(_ volume: Int, _ pair: PairID, _ node: Int) {
    switch place(of: volume, pair, node) {
    case .served(let id): volumes[id].disk.flush()
    case .copied(let group): pairs[group].replicas[volume].flush()
    }
  }

  // MARK: Messages and alarms

  /// Sends a node's messages one after the other, as over one connection.
  mutating func send(_ message: Message, _ pair: PairID, _ node: Int) {
    let size = chargedSize(of: message, pair, node)
    pairs[pair].record.sent += size
    if pairs[pair].nodes[node].isSending {
      pairs[pair].nodes[node].outbox.append((message, size))
    } else {
      pairs[pair].nodes[node].isSending = true
      startSending(message, size, pair, node)
    }
  }

  mutating func sendNext(_ pair: PairID, _ node: Int) {
    guard !pairs[pair].nodes[node].outbox.isEmpty else {
      pairs[pair].nodes[node].isSending = false
      return
    }
    let (message, size) = pairs[pair].nodes[node].outbox.removeFirst()
    startSending(message, size, pair, node)
  }

  private mutating func startSending(_ message: Message, _ size: ByteCount, _ pair: PairID, _ node: Int) {
    let link = pairs[pair].link
    start(
      .replication(pair, node, generation: 0, .message(message)),
      through: Operation.Leg(resource: resource(link), amount: size),
      latency: blueprint.links[link].latency)
  }

  private mutating func deliver(_ message: Message, _ pair: PairID, to node: Int, failed: Bool) {
    if !failed { tell(pair, node, .message(message)) }
  }

  mutating func wake(_ timer: ReplicationTimer, at instant: Instant, _ pair: PairID, _ node: Int) {
    if let old = pairs[pair].nodes[node].alarms[timer] { events.cancel(old.event) }
    let instant = max(now, instant)
    let event = events.schedule(.alarm(pair, node, timer), at: instant)
    pairs[pair].nodes[node].alarms[timer] = Alarm(event: event, instant: instant)
  }

  mutating func alarm(_ timer: ReplicationTimer, _ pair: PairID, _ node: Int) {
    pairs[pair].nodes[node].alarms[timer] = nil
    if timer == .heartbeat, beginLull(pair, node) { return }
    if timer == .silence || timer == .retry || timer == .heartbeat, isInContact(pair, node) {
      tell(pair, node, .contact)
    }
    tell(pair, node, .timer(timer))
  }

  /// Whether a pair's bytes are in transit to a reachable peer. One message here represents many real ones,
  /// some of which have arrived.
  private func isInContact(_ pair: PairID, _ node: Int) -> Bool {
    guard isUp(pairs[pair].link), pairs[pair].nodes[1 - node].engine != nil else {
      return false
    }
    return pairs[pair].nodes[0].isSending || pairs[pair].nodes[1].isSending
      || pairs[pair].nodes[1 - node].underWay > 0
  }
}

// MARK: - Sizes on a link

extension World {
  /// Returns the size of a message on a link at full size, including the real messages that it represents.
  ///
  /// An engine sends available data at once in a message of its own, and batches data that had to wait. Each
  /// message is answered.
  private mutating func chargedSize(of message: Message, _ pair: PairID, _ node: Int) -> ByteCount {
    let overhead = Message.overhead
    switch message.body {
    case .entries(let entries):
      let (size, count) = charge(entries, pair, node)
      pairs[pair].nodes[1 - node].unanswered += count - 1
      return size + ByteCount(overhead) * count
    case .versions(let versions):
      let size = versions.reduce(ByteCount.zero) { $0 + $1.chargedSize }
      let count = max(1, Self.batches(size))
      pairs[pair].nodes[1 - node].unanswered += count - 1
      return size + ByteCount(overhead) * count
    case .records:
      pairs[pair].nodes[1 - node].unanswered += scale.denominator - 1
      return scale.unscaled(message.size)
    case .progress, .held:
      let more = pairs[pair].nodes[node].unanswered
      pairs[pair].nodes[node].unanswered = 0
      return message.size * (1 + more)
    case .hello, .greeting, .plan, .ready, .heartbeat, .refusal: return message.size
    }
  }

  /// Returns the size of some entries and the number of real messages with them.
  private mutating func charge(_ entries: [Entry], _ pair: PairID, _ node: Int) -> (ByteCount, Int64) {
    var (size, count) = (ByteCount.zero, Int64(0))
    for entry in entries {
      size += entry.chargedSize
      switch entry.kind {
      case .write:
        count += entry.representedCount
        let volume = pairs[pair].volumes[Int(entry.volume)]
        if schedules[volume].flushInterval == .zero {
          pairs[pair].nodes[node].writesSinceBarrier += entry.representedCount
        }
      case .barrier:
        // A host that flushes after every write has done so as often.
        let flushes = max(1, pairs[pair].nodes[node].writesSinceBarrier)
        pairs[pair].nodes[node].writesSinceBarrier = 0
        size += (entry.chargedSize) * (flushes - 1)
        count += flushes
      case .point, .end: count += 1
      case .page: break
      }
    }
    let areSentAtOnce = entries.allSatisfy { $0.instant == now && $0.kind != .page }
    return (size, areSentAtOnce ? count : max(1, Self.batches(size)))
  }

  /// Returns the number of messages for this size, without the heads of entries.
  private static func batches(_ size: ByteCount) -> Int64 {
    let batch = SourcePolicy().batchMaximum.bytes
    return (size.bytes + batch / 2) / batch
  }
}
