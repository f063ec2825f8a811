import Backup
import Simulation
import Storage
import Units

/// An operation that uses devices, links or processors one after the other, followed by its latency.
struct Operation: Sendable {
  /// The party that is notified at the end. Large values are indirect, because operations are moved often.
  enum Owner: Sendable {
    case hostFlush(VolumeID, through: Int)
    indirect case request(ActivityID, RequestID, Request)
    case revert(ActivityID)
    /// The oldest pending segment of a log archive.
    case logSegment(Int)
    /// A part of the data that is copied back from a DR site.
    indirect case portion(ActivityID, PortionChain)
    /// The reading of one side of a group for a comparison.
    case comparison(PairID)
    case standbyCopy(PairID, through: UInt64)
    case beat(Watch.Beat)
    indirect case replication(PairID, Int, generation: Int, World.ReplicationTask)
  }

  struct Leg: Sendable {
    var resource: ResourceID
    /// The bytes at full size; for processors, the nanoseconds of one core at full size.
    var amount: ByteCount
  }

  /// The rest of a transfer that waits for the next backup window.
  struct SuspendedFlow: Sendable {
    let resource: ResourceID
    let operation: SlotID
    let rest: ByteCount
  }

  let owner: Owner
  /// The resources to pass, in order.
  private let legs: [Leg]
  /// The leg under way, unless the transfer is over.
  var leg: Leg? { entered > 0 ? legs[entered - 1] : nil }
  /// The number of legs entered so far.
  private var entered = 0
  private var latency: Duration
  /// Whether a resource on the path was down.
  private(set) var hasFailed = false
  /// The sender whose connection becomes free once this message has been sent.
  private let sender: (pair: PairID, node: Int)?

  init(_ owner: Owner, through legs: [Leg], latency: Duration) {
    self.owner = owner
    self.legs = legs
    self.latency = latency
    sender = if case .replication(let pair, let node, _, .message) = owner { (pair, node) } else { nil }
  }

  /// Enters the next leg, or the end after the last one.
  mutating func goOn() -> Way {
    guard entered < legs.count else { return .end(latency, sender) }
    entered += 1
    return .leg(legs[entered - 1])
  }

  mutating func slowDown(by addedLatency: Duration) { latency += addedLatency }

  /// Fails the operation, because the path is blocked.
  mutating func fail() -> Way {
    hasFailed = true
    return .end(latency, sender)
  }

  /// The next step of an operation. The operation is changed in place, because inspecting a copy would be
  /// expensive.
  enum Way {
    case leg(Leg)
    case end(Duration, (pair: PairID, node: Int)?)
  }
}

extension World {
  /// Starts an operation: its legs in order, then its latency.
  mutating func start(_ owner: Operation.Owner, through legs: [Operation.Leg], latency: Duration) {
    let id = operations.insert(Operation(owner, through: legs, latency: latency))
    enterNextLeg(id)
  }

  /// Sends the operations that a resource finished to their next leg.
  mutating func transferred(on id: ResourceID) {
    resources[id].wakeUp = nil
    while let (_, flow) = resources[id].bandwidth.popCompletion(through: now) {
      guard let place = resources[id].flows.firstIndex(where: { $0.flow == flow }) else { continue }
      enterNextLeg(resources[id].flows.remove(at: place).operation)
    }
    replan(id)
  }

  /// Completes an operation after its latency.
  mutating func finish(_ id: SlotID) {
    guard let operation = operations.remove(id) else { return }
    switch operation.owner {
    case .hostFlush(let volume, let through): if !operation.hasFailed { flushed(volume, through: through) }
    case .request(let activity, let ticket, _) where operation.hasFailed:
      tell(activity, .failed(ticket, StorageError(.unavailable, "a device or link on the way is down")))
    case .request(let activity, let ticket, let request): perform(request, ticket: ticket, of: activity)
    case .replication(let pair, let node, let generation, let task):
      finish(task, pair, node, generation: generation, failed: operation.hasFailed)
    case .logSegment(let archive): segmentArrived(archive, failed: operation.hasFailed)
    case .revert(let activity): finishRevert(activity, succeeded: !operation.hasFailed)
    case .portion(let activity, let chain):
      finishPortion(activity, chain, succeeded: !operation.hasFailed)
    case .comparison(let pair): finishComparison(of: pair, failed: operation.hasFailed)
    case .standbyCopy(let pair, let position):
      finishCopy(of: pair, through: position, failed: operation.hasFailed)
    case .beat(let beat): if !operation.hasFailed { hear(beat) }
    }
  }

  private mutating func enterNextLeg(_ id: SlotID) {
    let leg: Operation.Leg
    switch operations[id]?.goOn() {
    case .leg(let next): leg = next
    case .end(let latency, let sender):
      if let (pair, node) = sender { sendNext(pair, node) }
      events.schedule(.operation(id), at: arrival(after: latency, from: sender))
      return
    case nil: return
    }
    guard resources[leg.resource].isUp else { return fail(id) }
    if resources[leg.resource].addedLatency > .zero {
      operations[id]?.slowDown(by: resources[leg.resource].addedLatency)
    }
    guard leg.amount > .zero else { return enterNextLeg(id) }
    meter(leg)
    let flow = resources[leg.resource].bandwidth.add(leg.amount, at: now)
    resources[leg.resource].flows.append((flow, id))
    replan(leg.resource)
  }

  /// Returns the time at which a finished operation takes effect. Messages of one connection arrive in order.
  private mutating func arrival(
    after latency: Duration, from sender: (pair: PairID, node: Int)?
  ) -> Instant {
    let arrival = now + latency
    guard let (pair, node) = sender else { return arrival }
    pairs[pair].nodes[node].lastArrival = max(pairs[pair].nodes[node].lastArrival, arrival)
    return pairs[pair].nodes[node].lastArrival
  }

  private mutating func meter(_ leg: Operation.Leg) {
    switch resources[leg.resource].role {
    case .device(let device): meter.deviceBytes[device] += leg.amount
    case .link(let link): meter.linkBytes[link] += leg.amount
    case .processors: break
    }
  }

  /// Reschedules the resource's next completion in place of the earlier one.
  mutating func replan(_ id: ResourceID) {
    let next = resources[id].nextEnd()
    if let wakeUp = resources[id].wakeUp { _ = events.cancel(wakeUp) }
    resources[id].wakeUp = next.map { events.schedule(.transfer(id), at: $0) }
  }

  /// Takes a resource down. Its present and future operations fail until it is up again.
  mutating func takeDown(_ id: ResourceID) {
    endLulls()
    resources[id].isUp = false
    let flows = resources[id].flows
    resources[id].flows = []
    for flow in flows { _ = resources[id].bandwidth.cancel(flow.flow, at: now) }
    replan(id)
    for flow in flows { fail(flow.operation) }
  }

  /// Fails an operation. The waiting party is notified after the latency, as after a success.
  mutating func fail(_ id: SlotID) {
    guard case .end(let latency, let sender) = operations[id]?.fail() else { return }
    events.schedule(.operation(id), at: now + latency)
    // A connection that breaks takes with it what waits to be sent.
    if let (pair, node) = sender {
      pairs[pair].nodes[node].outbox = []
      pairs[pair].nodes[node].isSending = false
    }
  }
}
