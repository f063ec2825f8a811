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
    let device = fabric[pair][node].devices[volume]
    fabric[pair][node].beginOperation()
    start(
      .replication(pair, node, generation: fabric[pair][node].generation, task),
      through: Operation.Leg(resource: resource(device), amount: amount),
      latency: blueprint.devices[device].latency)
  }

  /// Handles the end of work of a device or link.
  mutating func finish(
    _ task: ReplicationTask, _ pair: PairID, _ node: Int, generation: Int, failed: Bool
  ) {
    if case .message(let message) = task { return deliver(message, pair, to: 1 - node, failed: failed) }
    // Operations dropped by a crash have no effect.
    guard fabric[pair][node].endOperation(of: generation) else { return }
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
        source == .live ? image(of: volume, pair, node) : fabric[pair][node].snapshot?[volume]
      guard let image else { return tell(pair, node, .failed(ticket, .notFound)) }
      tell(pair, node, .read(ticket, image.read(extent)))
    case .record(let ticket, let state, let number):
      fabric[pair][node].store(state, number: number)
      tell(pair, node, .finished(ticket))
    case .apply(let ticket): tell(pair, node, .finished(ticket))
    case .message, .report: break
    }
  }

  mutating func settle(_ volume: Int, _ pair: PairID, _ node: Int) {
    switch fabric.place(of: volume, pair, node) {
    case .served(let id): volumes[id].disk.flush()
    case .copied(let group): fabric[group].flushCopy(of: volume)
    }
  }

  // MARK: Messages and alarms

  /// Sends a node's messages one after the other, as over one connection.
  mutating func send(_ message: Message, _ pair: PairID, _ node: Int) {
    let size = fabric[pair].charge(message, from: node, schedules, scale, at: now)
    if fabric[pair][node].send(message, size) { startSending(message, size, pair, node) }
  }

  mutating func sendNext(_ pair: PairID, _ node: Int) {
    if let (message, size) = fabric[pair][node].nextMessage() { startSending(message, size, pair, node) }
  }

  private mutating func startSending(_ message: Message, _ size: ByteCount, _ pair: PairID, _ node: Int) {
    let link = fabric[pair].link
    start(
      .replication(pair, node, generation: 0, .message(message)),
      through: Operation.Leg(resource: resource(link), amount: size),
      latency: blueprint.links[link].latency)
  }

  private mutating func deliver(_ message: Message, _ pair: PairID, to node: Int, failed: Bool) {
    if !failed { tell(pair, node, .message(message)) }
  }

  mutating func alarm(_ timer: ReplicationTimer, _ pair: PairID, _ node: Int) {
    fabric[pair][node].clearAlarm(timer)
    if timer == .heartbeat, beginLull(pair, node) { return }
    if timer == .silence || timer == .retry || timer == .heartbeat,
      fabric[pair].isInContact(node, isLinkUp: isUp(fabric[pair].link))
    {
      tell(pair, node, .contact)
    }
    tell(pair, node, .timer(timer))
  }
}
