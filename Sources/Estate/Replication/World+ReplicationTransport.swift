import Replication
import Storage
import Units

extension World {
  // MARK: Devices

  /// Something that an engine waits for.
  enum ReplicationTask: Sendable {
    case flush(Ticket, volume: Int)
    case read(Ticket, volume: Int, Extent, ReadSource)
    case record(Ticket, KeptState, number: Int)
    case apply(Ticket)
    case message(Message)
  }

  mutating func startOnDevice(
    _ volume: Int, _ amount: ByteCount, _ task: ReplicationTask, _ pair: PairID, _ node: Int
  ) {
    let device = pairs[pair].nodes[node].devices[volume]
    start(
      .replication(pair, node, generation: pairs[pair].nodes[node].generation, task),
      through: [Operation.Leg(resource: resource(device), amount: amount)],
      latency: blueprint.devices[device].latency)
  }

  /// A device, or the link, is done.
  mutating func finish(
    _ task: ReplicationTask, _ pair: PairID, _ node: Int, generation: Int, failed: Bool
  ) {
    if case .message(let message) = task { return deliver(message, pair, to: 1 - node, failed: failed) }
    // What a crash has dropped asks nobody any more.
    guard pairs[pair].nodes[node].generation == generation else { return }
    switch task {
    case .flush(let ticket, _), .read(let ticket, _, _, _), .record(let ticket, _, _), .apply(let ticket):
      if failed { return tell(pair, node, .failed(ticket, .unavailable)) }
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
    case .message: break
    }
  }

  mutating func settle(_ volume: Int, _ pair: PairID, _ node: Int) {
    switch place(of: volume, pair, node) {
    case .served(let id): volumes[id].disk.flush()
    case .copied(let group): pairs[group].replicas[volume].flush()
    }
  }

  // MARK: Messages and alarms

  /// A node sends one message after the other, as one connection does.
  mutating func send(_ message: Message, _ pair: PairID, _ node: Int) {
    pairs[pair].record.sent += message.size
    if pairs[pair].nodes[node].isSending {
      pairs[pair].nodes[node].outbox.append(message)
    } else {
      pairs[pair].nodes[node].isSending = true
      startSending(message, pair, node)
    }
  }

  mutating func sendNext(_ pair: PairID, _ node: Int) {
    guard !pairs[pair].nodes[node].outbox.isEmpty else {
      pairs[pair].nodes[node].isSending = false
      return
    }
    startSending(pairs[pair].nodes[node].outbox.removeFirst(), pair, node)
  }

  private mutating func startSending(_ message: Message, _ pair: PairID, _ node: Int) {
    let link = pairs[pair].link
    start(
      .replication(pair, node, generation: 0, .message(message)),
      through: [Operation.Leg(resource: resource(link), amount: message.size)],
      latency: blueprint.links[link].latency)
  }

  private mutating func deliver(_ message: Message, _ pair: PairID, to node: Int, failed: Bool) {
    if !failed { tell(pair, node, .message(message)) }
  }

  mutating func wake(_ timer: ReplicationTimer, at instant: Instant, _ pair: PairID, _ node: Int) {
    let place = Int(timer.rawValue)
    if let old = pairs[pair].nodes[node].alarms[place] { events.cancel(old) }
    pairs[pair].nodes[node].alarms[place] = events.schedule(
      .alarm(pair, node, timer), at: max(now, instant))
  }

  mutating func alarm(_ timer: ReplicationTimer, _ pair: PairID, _ node: Int) {
    pairs[pair].nodes[node].alarms[Int(timer.rawValue)] = nil
    tell(pair, node, .timer(timer))
  }
}
