import Simulation
import Units

extension World {
  /// Advances time to `instant` and handles every event that is due by then.
  public mutating func run(through instant: Instant) {
    while let event = events.popNext(through: instant) { happen(event.payload) }
    if events.now < instant { events.advance(to: instant) }
  }

  /// Advances time to the next occurrence that the caller may want to handle. Without one through `instant`,
  /// the method returns `nil` at `instant`.
  public mutating func nextOccurrence(through instant: Instant) -> Occurrence? {
    while occurrences.isEmpty {
      guard let event = events.popNext(through: instant) else {
        if events.now < instant { events.advance(to: instant) }
        return nil
      }
      happen(event.payload)
    }
    return occurrences.removeFirst()
  }

  /// Calls the caller back with `token` after a time.
  public mutating func setTimer(_ token: Int, after time: Duration) {
    events.schedule(.timer(token), at: now + time)
  }

  private mutating func happen(_ event: Happening) {
    handle(event)
    guard checksInvariants else { return }
    checks += 1
    checkInvariants()
  }

  private mutating func handle(_ event: Happening) {
    switch event {
    case .arrival(let volume): issueWrite(to: volume)
    case .flush(let volume): startFlush(of: volume)
    case .transaction(let database, let isAsked): work(on: database, isAsked: isAsked)
    case .transfer(let resource): transferred(on: resource)
    case .operation(let operation): finish(operation)
    case .backupSlot(let agent): backupSlot(agent)
    case .pruneSlot(let agent): pruneSlot(agent)
    case .replicaSlot(let agent): replicaSlot(agent)
    case .holdEnds(let agent): holdEnds(agent)
    case .shipmentArrives(let agent): shipmentArrives(agent)
    case .windowEdge(let agent, let run, let isOpening): windowEdge(agent, run, isOpening: isOpening)
    case .snapshotSlot(let agent): snapshotSlot(agent)
    case .logSwitch(let archive): switchLog(archive)
    case .logRetry(let archive): retrySegment(archive)
    case .replayed(let activity): finishReplayPart(activity)
    case .damage(let index): spreadDamage(index)
    case .outage(let services): beginOutage(of: services)
    case .standbyCopy(let pair): if needsCopy(pair), !fabric[pair].isDisabled { startCopy(of: pair) }
    case .alarm(let pair, let node, let timer): alarm(timer, pair, node)
    case .powered(let site): restorePower(of: site)
    case .heartbeat: heartbeat()
    case .impairment(let index, let isActive): setImpairment(index, isActive: isActive)
    case .timer(let token): occurrences.append(.timer(token))
    }
  }
}
