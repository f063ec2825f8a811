import Backup
import Simulation
import Storage
import Units

/// The operations of a running estate: where they start, and whom they notify at their end.
extension World {
  /// Starts an operation: its legs in order, or all at once where it streams, then its latency.
  mutating func start(
    _ owner: Operation.Owner, through legs: [Operation.Leg], latency: Duration, streams: Bool = false
  ) {
    advance(infrastructure.insert(Operation(owner, through: legs, latency: latency, streams: streams)))
  }

  /// Starts an operation with one leg, followed by its latency.
  mutating func start(_ owner: Operation.Owner, through leg: Operation.Leg, latency: Duration) {
    advance(infrastructure.insert(Operation(owner, through: leg, latency: latency)))
  }

  /// Sends the operations that a resource finished to their next leg.
  mutating func transferred(on id: ResourceID) {
    infrastructure.wake(id)
    while let operation = infrastructure.popFinished(on: id, at: now) { advance(operation) }
    infrastructure.replan(id, in: &events)
  }

  /// Completes an operation after its latency.
  mutating func finish(_ id: SlotID) {
    let operation = infrastructure.remove(id)
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

  private mutating func advance(_ id: SlotID) {
    switch infrastructure.advance(id, in: &events) {
    case .underWay: break
    case .blocked: fail(id)
    case .arrived(let latency, let sender):
      if let sender { sendNext(sender.pair, sender.node) }
      events.schedule(.operation(id), at: arrival(after: latency, from: sender))
    }
  }

  /// Returns the time at which a finished operation takes effect. Messages of one connection arrive in order.
  private mutating func arrival(
    after latency: Duration, from sender: Operation.Sender?
  ) -> Instant {
    let arrival = now + latency
    guard let sender else { return arrival }
    return fabric[sender.pair][sender.node].arrival(notBefore: arrival)
  }

  // MARK: Faults

  /// Takes a resource down. Its present and future operations fail until it is up again.
  mutating func takeDown(_ id: ResourceID) {
    endLulls()
    for sender in infrastructure.takeDown(id, in: &events) { breakConnection(of: sender) }
  }

  /// Fails an operation.
  mutating func fail(_ id: SlotID) {
    if let sender = infrastructure.fail(id, in: &events) { breakConnection(of: sender) }
  }

  /// Drops the messages that wait for a connection that breaks.
  private mutating func breakConnection(of sender: Operation.Sender) {
    fabric[sender.pair][sender.node].breakConnection()
  }

  // MARK: Identifiers

  func resource(_ device: DeviceID) -> ResourceID { ResourceID(device.index) }
  func resource(_ link: LinkID) -> ResourceID { ResourceID(blueprint.devices.count + link.index) }
  func processors(of site: SiteID) -> ResourceID {
    ResourceID(blueprint.devices.count + blueprint.links.count + site.index)
  }

  public func isUp(_ device: DeviceID) -> Bool { infrastructure.isUp(resource(device)) }
  func isUp(_ link: LinkID) -> Bool { infrastructure.isUp(resource(link)) }
}
