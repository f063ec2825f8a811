import Replication
import Simulation
import Storage
import Units

/// Two sites, a link and a witness in virtual time: real engines, and faults on everything between them.
struct Duo {
  /// The later messages to a device or engine.
  enum Happening {
    case event(side: Int, incarnation: Int, ReplicationEvent)
    case flushed(side: Int, incarnation: Int, volume: Int, Ticket)
    case recorded(side: Int, incarnation: Int, DurableState, Ticket)
    case readDone(side: Int, incarnation: Int, volume: Int, Extent, ReadSource, Ticket)
    case alarm(side: Int, incarnation: Int, ReplicationTimer)
    case arrival(to: Int, Message)
    case frame(to: Int, Bytes)
    case hostWrite
    case hostFlush(Int)
    case fault(Fault)
  }

  let mode: Mode
  var random: RandomStream
  var events = EventQueue<Happening>(startingAt: .epoch)
  var sides: [Side]
  var link = Link()
  var witness = Witness(primary: 0)
  var history = History()
  /// The side that the host writes to.
  var primary = 0
  var hostIsRunning = true
  var writesLeft: Int
  var flushTickets: [(ticket: FlushTicket, volume: Int, through: UInt64, side: Int)] = []
  var ticketsUsed: UInt64 = 0
  var lastWritten: UInt64 = 0
  /// The first write (counted from 0) and step of the present primary's course.
  var courseBegan = 0
  var trace = TraceDigest()
  var failures: [String] = []
  var observed = Observations()
  var mutant: Mutant?
  /// The answers of each engine that orchestration waits for.
  var promotedPoint: ReplicaPoint?
  var isDrained = false
  /// Whether planned faults happen; and sides that a disaster took until further notice.
  var isFaulty = true
  var isStruck: [Int] = []

  /// The policy of every source, and the pause between two writes, when it is not left to chance.
  var policy: SourcePolicy
  var pause: Duration?
  var reached: [ReplicaPoint] = []

  init(
    mode: Mode, seed: UInt64, writes: Int, mutant: Mutant? = nil,
    adjust: (inout SourcePolicy) -> Void = { _ in }
  ) {
    self.mode = mode
    policy = mode.policy
    adjust(&policy)
    self.mutant = mutant
    random = RandomStream(seed: seed, stream: "duo")
    writesLeft = writes
    let sizes = Mode.volumes
    let extent = ByteCount.kibibytes(64)
    sides = [
      Side(volumes: sizes, stored: .firstSource(volumes: sizes, hotExtents: 4, extentSize: extent)),
      Side(volumes: sizes, stored: DurableState(node: 1, volumes: sizes, hotExtents: 4, extentSize: extent)),
    ]
    start(0, as: .source)
    start(1, as: .target)
  }

  var now: Instant { events.now }

  enum Role { case source, target }

  /// Begins an engine from what its side stored.
  mutating func start(_ side: Int, as role: Role, keepsNewerTerm: Bool = false) {
    sides[side].incarnation += 1
    let stored = sides[side].stored
    switch role {
    case .source:
      var policy = policy
      if keepsNewerTerm { policy.splitBrain = .keepNewerTerm }
      sides[side].engine = .source(BlockSource(.init(group: Mode.group, policy: policy), from: stored))
    case .target where mode.isJournaled:
      sides[side].engine = .journal(JournalTarget(mode.journal, from: stored))
    case .target: sides[side].engine = .mirror(MirrorTarget(mode.mirror, from: stored))
    }
    tell(side, .begin)
  }

  /// The engine and everything it has under way are gone; the power cut tears what was not flushed.
  mutating func crash(_ side: Int, powerCut: Bool) {
    sides[side].engine = nil
    sides[side].incarnation += 1
    sides[side].lostMemory = true
    if powerCut {
      sides[side].wasCut = true
      for volume in sides[side].volumes.indices { sides[side].volumes[volume].crash(using: &random) }
    }
    flushTickets.removeAll { $0.side == side }
  }

  // MARK: Time

  mutating func run(until instant: Instant) {
    while let event = events.popNext(through: instant) { happen(event.payload) }
    if events.now < instant { events.advance(to: instant) }
  }

  /// Lets time pass until something holds, at most so long; `false` when it did not come to hold.
  mutating func run(atMost time: Duration, until holds: (Duo) -> Bool) -> Bool {
    let end = now + time
    while !holds(self) {
      guard let event = events.popNext(through: end) else {
        if events.now < end { events.advance(to: end) }
        return holds(self)
      }
      happen(event.payload)
    }
    return true
  }

  private mutating func happen(_ happening: Happening) {
    switch happening {
    case .event(let side, let incarnation, let event):
      if sides[side].incarnation == incarnation { tell(side, event) }
    case .flushed(let side, let incarnation, let volume, let ticket):
      guard sides[side].incarnation == incarnation else { return }
      if mutant?.skipsFlush(of: side, primary: primary) != true { sides[side].volumes[volume].flush() }
      tell(side, .finished(ticket))
    case .recorded(let side, let incarnation, let state, let ticket):
      guard sides[side].incarnation == incarnation else { return }
      if mutant?.skipsRecord(of: side, primary: primary) != true {
        sides[side].stored = mutant?.altered(state) ?? state
      }
      tell(side, .finished(ticket))
    case .readDone(let side, let incarnation, let volume, let extent, let source, let ticket):
      guard sides[side].incarnation == incarnation else { return }
      let image = source == .live ? sides[side].volumes[volume].image : (sides[side].snapshot ?? [])[volume]
      tell(side, .read(ticket, image.read(extent)))
    case .alarm(let side, let incarnation, let timer):
      guard sides[side].incarnation == incarnation else { return }
      tell(side, .timer(timer))
    case .arrival(let side, let message): if sides[side].isUp { tell(side, .message(message)) }
    case .frame(let side, let bytes): if sides[side].isUp { tell(side, .frame(bytes)) }
    case .hostWrite: hostWrites()
    case .hostFlush(let volume): hostFlushes(volume)
    case .fault(let fault): befall(fault)
    }
  }

  // MARK: The host

  mutating func startHost() { events.schedule(.hostWrite, at: now) }

  private mutating func hostWrites() {
    guard hostIsRunning, writesLeft > 0 else { return }
    writesLeft -= 1
    let volume = Int(random.below(UInt64(Mode.volumes.count)))
    let page = mode.page(&random)
    if sides[primary].isUp {
      let number = history.issue(volume: volume, page: page, at: now)
      lastWritten = number
      trace.record(at: now, kind: 1, entity: UInt32(volume), amount: Int64(number))
      tell(
        primary,
        .write(
          HostWrite(
            number: number, volume: volume, offset: ByteCount(page * PagedImage.pageSize),
            bytes: History.bytes(of: number))))
      if random.below(3) == 0 { hostFlushes(volume) }
    }
    events.schedule(.hostWrite, at: now + (pause ?? mode.pause(&random)))
  }

  private mutating func hostFlushes(_ volume: Int) {
    guard sides[primary].isUp else { return }
    ticketsUsed += 1
    let ticket = FlushTicket(ticketsUsed)
    history.flush()
    flushTickets.append((ticket, volume, lastWritten, primary))
    tell(primary, .flush(ticket, volume: volume))
  }

  // MARK: Effects

  mutating func tell(_ side: Int, _ event: ReplicationEvent) {
    guard var engine = sides[side].engine else { return }
    sides[side].engine = .busy
    var effects: [ReplicationEffect] = []
    engine.handle(mutant?.altered(event, side: side, primary: primary) ?? event, at: now, into: &effects)
    sides[side].engine = engine
    // An engine that was lied to is judged by what hosts see, not by its state.
    if mutant == nil { engine.checkInvariants() }
    log(side, event, effects)
    if let mutant {
      effects = mutant.altered(effects, side: side, primary: primary, event: event, promise: policy.promise)
    }
    for effect in effects { carryOut(effect, side) }
    check(side)
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ side: Int) {
    let incarnation = sides[side].incarnation
    let latency = sides[side].deviceLatency
    switch effect {
    case .write(let volume, let offset, let bytes, _):
      do { try sides[side].volumes[volume].write(bytes, at: offset) } catch { failures.append("\(error)") }
    case .flush(let ticket, let volume):
      events.schedule(
        .flushed(side: side, incarnation: incarnation, volume: volume, ticket), at: now + latency)
    case .read(let ticket, let volume, let extent, let source):
      events.schedule(
        .readDone(side: side, incarnation: incarnation, volume: volume, extent, source, ticket),
        at: now + latency)
    case .record(let ticket, _):
      guard let state = sides[side].engine?.durableState else { return }
      // One after the other, however slow the device is in between.
      sides[side].lastRecord = max(sides[side].lastRecord, now + latency)
      events.schedule(
        .recorded(side: side, incarnation: incarnation, state, ticket), at: sides[side].lastRecord)
    case .snapshot(.take): sides[side].snapshot = sides[side].images
    case .snapshot(.discard): sides[side].snapshot = nil
    case .snapshot(.revert): revert(side)
    case .apply: failures.append("a block engine has no log")
    case .outdatePeer(let ticket): askWitness(ticket, side)
    case .restorePeer(let ticket): restore(ticket, side)
    case .acknowledge(let ticket, let promise): acknowledge(ticket, promise, side)
    case .reject(let ticket, _):
      flushTickets.removeAll { $0.ticket == ticket }
      observed.rejections += 1
    case .send(let message): send(message, from: side)
    case .wake(let timer, let instant):
      if let alarm = sides[side].alarms[timer] { _ = events.cancel(alarm) }
      sides[side].alarms[timer] = events.schedule(
        .alarm(side: side, incarnation: incarnation, timer), at: max(now, instant))
    case .changed(let state): note(state, side)
    case .refused: observed.refusals += 1
    case .reached(let point):
      observed.points += 1
      reached.append(point)
    case .drained: isDrained = true
    case .held: break
    case .promoted(let point): promotedPoint = point
    }
  }

  private mutating func revert(_ side: Int) {
    guard let snapshot = sides[side].snapshot else { return failures.append("no snapshot to go back to") }
    for (volume, image) in snapshot.enumerated() {
      let changed = sides[side].volumes[volume].image.pagesChanged(since: image)
      for page in changed {
        let bytes = image[page: page].isEmpty ? PagedImage.zeroPage : image[page: page]
        do {
          try sides[side].volumes[volume].write(bytes, at: ByteCount(page * PagedImage.pageSize))
        } catch { failures.append("\(error)") }
      }
    }
  }

  private mutating func askWitness(_ ticket: Ticket, _ side: Int) {
    guard let stored = sides[side].engine?.durableState else { return }
    let isTold =
      mutant == .doesNotAskTheWitness
      || link.reachesWitness(side)
        && witness.outdate(peer: UInt8(1 - side), by: UInt8(side), in: stored.term)
    let reply: ReplicationEvent = isTold ? .finished(ticket) : .failed(ticket, .unavailable)
    events.schedule(
      .event(side: side, incarnation: sides[side].incarnation, reply), at: now + .milliseconds(2))
  }

  private mutating func restore(_ ticket: Ticket, _ side: Int) {
    guard let term = sides[side].engine?.durableState.term else { return }
    let isHeard = link.reachesWitness(side)
    if isHeard { witness.restore(peer: UInt8(1 - side), by: UInt8(side), in: term) }
    events.schedule(
      .event(
        side: side, incarnation: sides[side].incarnation,
        isHeard ? .finished(ticket) : .failed(ticket, .unavailable)), at: now + .milliseconds(2))
  }

  private mutating func acknowledge(_ ticket: FlushTicket, _ promise: Promise, _ side: Int) {
    guard let place = flushTickets.firstIndex(where: { $0.ticket == ticket }) else { return }
    let flush = flushTickets.remove(at: place)
    trace.record(at: now, kind: 2, entity: UInt32(promise.rawValue), amount: Int64(ticket.number))
    if promise == .degraded { observed.degradedAcknowledgements += 1 }
    if side == primary {
      history.acknowledge(flush.volume, through: flush.through, promise, at: now)
    } else {
      observed.divergentAcknowledgements += 1
    }
  }

  private mutating func note(_ state: PairState, _ side: Int) {
    trace.record(at: now, kind: 3, entity: UInt32(side), amount: 0)
    switch state {
    case .splitBrain: observed.splitBrains += 1
    case .suspended: observed.suspensions += 1
    case .resynchronizing: observed.resyncs += 1
    case .fenced: observed.fencings += 1
    case .replicating where side != primary: (sides[side].wasCut, sides[side].lostMemory) = (false, false)
    default: break
    }
  }
}
