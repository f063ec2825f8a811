import Replication
import Simulation
import Storage
import Units

/// Two sites that both serve, in virtual time.
struct ActivePair {
  enum Happening {
    case event(side: Int, incarnation: Int, ReplicationEvent)
    case flushed(side: Int, incarnation: Int, volume: Int, Ticket)
    case stored(side: Int, incarnation: Int, ActiveState, Ticket)
    case readDone(side: Int, incarnation: Int, volume: Int, Extent, Ticket)
    case alarm(side: Int, incarnation: Int)
    case arrival(Int, Message)
  }

  struct Site {
    var engine: ActivePeer?
    var volumes: [CachedVolume]
    var stored: ActiveState
    var incarnation = 0
    var lastRecord = Instant.epoch
    var acknowledged: [Promise] = []
    var states: [PairState] = []
    var isDrained = false
    var isPromoted = false
  }

  static let volumes: [ByteCount] = [.kibibytes(256), .kibibytes(128)]
  let policy: ActivePolicy
  var events = EventQueue<Happening>()
  var random: RandomStream
  var sites: [Site]
  var linkIsUp = true
  var lost: UInt64 = 0
  var doubled: UInt64 = 0
  var jitter = Duration.zero
  var refused: [Refusal] = []
  var writes: UInt64 = 0

  init(policy: ActivePolicy, seed: UInt64 = 1) {
    self.policy = policy
    random = RandomStream(seed: seed, stream: "active pair")
    sites = (0..<2).map { node in
      Site(
        volumes: Self.volumes.map { CachedVolume(size: $0) },
        stored: ActiveState(
          node: UInt8(node), volumes: Self.volumes, hotExtents: 2, extentSize: .kibibytes(32)))
    }
    for side in 0..<2 { start(side) }
  }

  var now: Instant { events.now }

  mutating func start(_ side: Int) {
    sites[side].incarnation += 1
    sites[side].engine = ActivePeer(
      ReplicaGroup(id: 3, volumes: Self.volumes), policy: policy, from: sites[side].stored)
    tell(side, .begin)
  }

  mutating func crash(_ side: Int) {
    sites[side].engine = nil
    sites[side].incarnation += 1
    for volume in sites[side].volumes.indices { sites[side].volumes[volume].crash(using: &random) }
  }

  mutating func run(for time: Duration) {
    let end = now + time
    while let event = events.popNext(through: end) { happen(event.payload) }
    events.advance(to: end)
  }

  private mutating func happen(_ happening: Happening) {
    switch happening {
    case .event(let side, let incarnation, let event):
      if sites[side].incarnation == incarnation { tell(side, event) }
    case .flushed(let side, let incarnation, let volume, let ticket):
      guard sites[side].incarnation == incarnation else { return }
      sites[side].volumes[volume].flush()
      tell(side, .finished(ticket))
    case .stored(let side, let incarnation, let state, let ticket):
      guard sites[side].incarnation == incarnation else { return }
      sites[side].stored = state
      tell(side, .finished(ticket))
    case .readDone(let side, let incarnation, let volume, let extent, let ticket):
      guard sites[side].incarnation == incarnation else { return }
      tell(side, .read(ticket, sites[side].volumes[volume].image.read(extent)))
    case .alarm(let side, let incarnation):
      if sites[side].incarnation == incarnation { tell(side, .timer(.retry)) }
    case .arrival(let side, let message): tell(side, .message(message))
    }
  }

  /// A write of one page at a site, and a flush.
  mutating func write(at side: Int, volume: Int, page: Int) {
    writes += 1
    let bytes = History.bytes(of: writes << 1 | UInt64(side))
    let offset = ByteCount(page * PagedImage.pageSize)
    tell(side, .write(HostWrite(number: writes, volume: volume, offset: offset, bytes: bytes)))
    tell(side, .flush(FlushTicket(writes), volume: volume))
  }

  mutating func tell(_ side: Int, _ event: ReplicationEvent) {
    guard var engine = sites[side].engine else { return }
    var effects: [ReplicationEffect] = []
    engine.handle(event, at: now, into: &effects)
    engine.checkInvariants()
    sites[side].engine = engine
    for effect in effects { carryOut(effect, side, engine.durableState) }
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ side: Int, _ state: ActiveState) {
    let incarnation = sites[side].incarnation
    switch effect {
    case .write(let volume, let offset, let bytes, _):
      do { try sites[side].volumes[volume].write(bytes, at: offset) } catch {
        preconditionFailure("\(error)")
      }
    case .flush(let ticket, let volume):
      events.schedule(
        .flushed(side: side, incarnation: incarnation, volume: volume, ticket), at: now + .microseconds(500))
    case .record(let ticket, _):
      sites[side].lastRecord = max(sites[side].lastRecord, now + .microseconds(300))
      events.schedule(
        .stored(side: side, incarnation: incarnation, state, ticket), at: sites[side].lastRecord)
    case .read(let ticket, let volume, let extent, _):
      events.schedule(
        .readDone(side: side, incarnation: incarnation, volume: volume, extent, ticket),
        at: now + .microseconds(400))
    case .acknowledge(_, let promise): sites[side].acknowledged.append(promise)
    case .send(let message): send(message, from: side)
    case .wake(_, let instant):
      events.schedule(.alarm(side: side, incarnation: incarnation), at: max(now, instant))
    case .refused(let refusal): refused.append(refusal)
    case .changed(let state): sites[side].states.append(state)
    case .drained: sites[side].isDrained = true
    case .promoted: sites[side].isPromoted = true
    default: preconditionFailure("an active peer does not ask for \(effect)")
    }
  }

  private mutating func send(_ message: Message, from side: Int) {
    guard linkIsUp, random.below(100) >= lost else { return }
    for _ in 0..<(random.below(100) < doubled ? 2 : 1) {
      let extra = jitter > .zero ? Int64(random.below(UInt64(jitter.nanoseconds))) : 0
      events.schedule(.arrival(1 - side, message), at: now + .milliseconds(3) + .nanoseconds(extra))
    }
  }

  var conflicts: [UInt64] { sites.map { $0.engine?.durableState.conflictCount ?? 0 } }

  /// Pages that differ between the sites.
  var differences: Int {
    Self.volumes.indices.reduce(0) { sum, volume in
      let (a, b) = (sites[0].volumes[volume].image, sites[1].volumes[volume].image)
      return sum + a.pagesChanged(since: b).count { a.differs(from: b, page: $0) }
    }
  }
}
