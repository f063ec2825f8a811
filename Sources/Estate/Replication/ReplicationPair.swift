import Replication
import Simulation
import Storage
import Units

/// The identifier of a replication pair of a world.
public struct PairID: Codable, Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

/// A protection group in a running estate, with its volumes and engines at both sites.
///
/// Invariants: it has two sides, one of which serves; each volume has a copy at the other; only a source that runs is idle.
/// Each of its parts checks its own.
struct ReplicationPair: Sendable {
  typealias Events = EventQueue<Happening>

  static let home = 0
  static let remote = 1

  let id: PairID
  let policy: ReplicationPolicy
  let group: ReplicaGroup
  /// The volumes, in the group's order.
  let volumes: [VolumeID]
  private(set) var link: LinkID
  /// The nodes: first at the production site, then at the DR site.
  private var nodes: [ReplicationNode]
  /// The node whose volumes the services use.
  private(set) var serving = Self.home
  /// The volumes of the other node.
  private(set) var replicas: [CachedVolume]
  /// The term, which grows with every promotion.
  private(set) var term: UInt64 = 1
  private var seat = WitnessSeat()
  private var requests = HostRequests()
  var meter: ReplicationMeter
  /// Whether protection has ended.
  private(set) var isDisabled = false
  private var commands = PendingCommands()
  /// The lull, while only the source's routine is expected.
  private var lull: Lull?
  /// Interval replication: the kept past states of the copy, oldest first.
  private(set) var keptCopies: [KeptCopy] = []
  /// The place of the copy in a cascade.
  var cascade = Cascade()

  /// - Parameter nodes: The production site and the DR site.
  init(
    _ id: PairID, _ policy: ReplicationPolicy, volumes: [VolumeID], sizes: [ByteCount],
    link: LinkID,
    nodes: [ReplicationNode], at now: Instant
  ) {
    (self.id, self.policy, self.volumes, self.link, self.nodes) = (id, policy, volumes, link, nodes)
    group = ReplicaGroup(id: UInt32(id.index + 1), volumes: sizes)
    replicas = sizes.map { CachedVolume(size: $0) }
    meter = ReplicationMeter(since: now)
  }

  /// A side of the group, which is read and changed in place.
  subscript(node: Int) -> ReplicationNode {
    @inline(__always) _read { yield nodes.span[node] }
    @inline(__always) _modify { yield &nodes[node] }
  }

  var standing: Int { 1 - serving }
  var servingSite: SiteID { nodes[serving].site }
  var standingSite: SiteID { nodes[standing].site }

  /// Whether the serving side replicates its writes.
  var hasSource: Bool { nodes[serving].engine?.isSource ?? false }

  /// Whether the copy is a prefix of the primary, up to messages in flight.
  var isInSync: Bool {
    isActive ? activeState == .replicating : nodes[serving].engine?.isInSync ?? false
  }

  // MARK: Events

  /// Passes an event to the engine of a side.
  mutating func handle(
    _ event: ReplicationEvent, by node: Int, at now: Instant,
    into effects: inout [ReplicationEffect]
  ) {
    guard isActive else { return nodes[node].handle(event, at: now, into: &effects) }
    let before = nodes[node].engine?.yieldCount ?? 0
    nodes[node].handle(event, at: now, into: &effects)
    meter.countConflicts(Int((nodes[node].engine?.yieldCount ?? before) - before))
  }

  /// Returns the state that the engine of a side makes durable, with its number; `nil` where none runs.
  mutating func nextRecord(of node: Int) -> (state: KeptState, number: Int)? {
    guard let state = nodes[node].engine?.kept else { return nil }
    return (state, nodes[node].nextRecord())
  }

  // MARK: Hosts

  /// Returns the next write of the group's hosts.
  mutating func next(_ write: PageWrite, to place: Int, at offset: ByteCount) -> HostWrite {
    HostWrite(
      number: requests.nextWrite(), volume: place, offset: offset, bytes: write.bytes,
      nominalSize: write.nominalSize)
  }

  /// Returns the ticket of a flush that waits for its acknowledgement.
  mutating func request(_ flush: HostRequests.Flush) -> FlushTicket { requests.add(flush) }

  /// Ends the wait of an acknowledged flush, and counts its guarantee; `nil` when its host no longer waits.
  mutating func acknowledge(_ ticket: FlushTicket, _ promise: Promise) -> HostRequests.Flush? {
    guard let flush = requests.take(ticket) else { return nil }
    meter.count(promise)
    return flush
  }

  /// Ends the wait of a rejected flush; `nil` when its host no longer waits.
  mutating func reject(_ ticket: FlushTicket) -> HostRequests.Flush? { requests.take(ticket) }

  /// The flushes that wait, oldest first.
  var waitingFlushes: [HostRequests.Flush] { requests.inOrder }

  mutating func dropFlushes(where isDropped: (HostRequests.Flush) -> Bool) {
    requests.drop(where: isDropped)
  }

  /// Notes that the site at which the flushes under way were requested is left.
  mutating func leaveSite() { requests.leaveSite() }

  // MARK: Engines

  /// Starts the engine of the side that serves. The source of a cascade is no longer paused.
  mutating func startSource(at scale: Scale) {
    nodes[serving].run(source(from: nodes[serving].stored, at: scale))
    cascade.unpause()
  }

  /// Starts or restarts the engine of a side that follows the other, or of a peer.
  mutating func startTarget(_ node: Int, at scale: Scale) {
    precondition(nodes[node].engine == nil, "a side has one engine")
    nodes[node].run(
      nodes[node].active.map { peer(from: $0, at: scale) }
        ?? target(from: nodes[node].stored, at: scale))
  }

  /// Starts the engines of both sides: the production site with all data, the other one empty.
  mutating func startPeers(_ log: ActivityLogSize, at scale: Scale) {
    for node in nodes.indices {
      let isHome = node == Self.home
      nodes[node].restart(
        from: ActiveState(
          node: UInt8(node), volumes: group.volumes, hotExtents: log.capacity,
          extentSize: log.extentSize,
          isWhole: isHome, isPeerWhole: !isHome))
      startTarget(node, at: scale)
    }
  }

  /// Empties a side whose devices were replaced.
  mutating func renew(_ node: Int, _ log: ActivityLogSize) {
    if isActive {
      nodes[node].restart(from: emptyPeerState(of: node, log))
    } else {
      nodes[node].restart(from: blankState(of: node, log))
    }
    nodes[node].refill()
    nodes[node].keep(nil)
    replicas = group.volumes.map { CachedVolume(size: $0) }
  }

  /// Places the serving side, which has crashed, at another site, reached over another link.
  mutating func moveSource(to node: ReplicationNode, over link: LinkID?) {
    precondition(nodes[serving].engine == nil, "only a side that is down moves")
    nodes[serving] = node
    if let link { self.link = link }
  }

  /// Forgets the differences between the sides, in a new term.
  mutating func forgetDifferences(_ log: ActivityLogSize) {
    precondition(nodes[serving].engine == nil, "an engine that runs knows the differences")
    term += 1
    let target = nodes[standing]
    nodes[serving].restart(
      from: blankState(of: serving, log).following(
        target.engine?.durableState ?? target.stored, in: term))
  }

  // MARK: Commands

  mutating func disable() { isDisabled = true }

  /// Ends the group, whose sides no link joins any more.
  mutating func end(in events: inout Events) {
    isDisabled = true
    nodes[standing].crash(in: &events)
  }

  /// Resumes protection, and waits until the copy is in sync.
  mutating func beginReprotection() {
    isDisabled = false
    commands.awaitSync()
  }

  /// Ends the wait for a copy in sync, once it is; returns whether there was one.
  @discardableResult
  mutating func endReprotection() -> Bool { meter.record.isProtected && commands.endAwaitingSync() }

  /// Begins a promotion, which the witness records.
  ///
  /// The record is forced, since people know of the loss that they accept. An automatic takeover asks before.
  mutating func beginPromotion(to point: Promotion.Point) -> Promotion {
    term += 1
    commands.beginPromotion()
    seat.grant(standing, in: term)
    return Promotion(term: term, point: point)
  }

  /// Ends a promotion; returns whether one was under way.
  @discardableResult
  mutating func endPromotion() -> Bool { commands.endPromotion() }

  mutating func beginDraining() { commands.beginDraining(sides: isActive ? 2 : 1) }

  /// Ends the draining of a side; returns whether it was the last.
  mutating func endDraining() -> Bool { commands.endDraining() }

  mutating func beginComparison() { commands.beginComparison() }

  /// Ends the reading of one side; returns whether the comparison ends with it.
  mutating func endReading(failed: Bool) -> Bool { commands.endReading(failed: failed) }

  // MARK: Witness

  /// The site of the witness; `nil` where none is stated.
  var witnessSite: SiteID? { seat.site }
  /// Whether a stated witness knows that the copy lacks acknowledged writes.
  var isKnownAsOutdated: Bool { seat.knowsOutdated(standing) }

  mutating func stateWitness(at site: SiteID?) { seat.site = site }

  /// Records a report of a side that reached the witness; returns `false` when the witness refuses it.
  mutating func record(_ report: WitnessReport, by node: Int, in term: UInt64) -> Bool {
    seat.record(report, by: node, in: term)
  }

  // MARK: Copies

  /// Writes to the copy of a volume.
  mutating func write(_ bytes: Bytes, at offset: ByteCount, toCopyOf place: Int) {
    mustSucceed { () throws(StorageError) in try replicas[place].write(bytes, at: offset) }
  }

  mutating func flushCopy(of place: Int) { replicas[place].flush() }

  /// Replaces the contents of a copy.
  mutating func setCopy(of place: Int, to image: PagedImage) {
    replicas[place] = CachedVolume(image: image)
  }

  /// Exchanges the copy of a volume with the volume itself.
  mutating func exchangeCopy(of place: Int, with disk: inout CachedVolume) {
    swap(&replicas[place], &disk)
  }

  /// Exchanges the roles of the sides, after the volumes of both were exchanged.
  mutating func exchangeRoles() { serving = standing }

  /// Fills the idle side with a copy of the volumes, from whose state it starts.
  mutating func fillCopy(with images: [PagedImage], from state: DurableState) {
    nodes[standing].restart(from: state)
    nodes[standing].refill()
    replicas = images.map { CachedVolume(image: $0) }
  }

  /// Crashes the caches of the copies. Applications that serve from them repair torn pages.
  mutating func crashCopies(using random: inout RandomStream, _ schedules: [WorkloadSchedule]) {
    for place in replicas.indices {
      let replaced = replicas[place].replaced
      replicas[place].crash(using: &random)
      guard isActive else { continue }
      for (page, before) in replaced.reversed() {
        let torn = replicas[place].image[page: page]
        if torn.isEmpty || schedules[volumes[place]].maker.stamp(of: torn) != nil { continue }
        write(
          before.isEmpty ? PagedImage.zeroPage : before, at: ByteCount(page * PagedImage.pageSize),
          toCopyOf: place)
      }
      replicas[place].flush()
    }
  }

  /// Keeps a state of the copy, and as many earlier ones as the policy states.
  mutating func keep(_ copy: KeptCopy) {
    keptCopies.append(copy)
    let surplus = keptCopies.count - policy.keptSnapshots
    if surplus > 0 { keptCopies.removeFirst(surplus) }
  }
}

// MARK: - Routine

extension ReplicationPair {
  /// Whether the group only performs its routine, whose events are left out.
  var isIdle: Bool { lull != nil }

  /// Starts a lull instead of sending a heartbeat; returns `false` where more than routine is expected.
  mutating func beginLull(_ node: Int, isLinkUp: Bool, in events: inout Events) -> Bool {
    guard node == serving, !isActive, lull == nil, let routine = nodes[node].engine?.routine,
      allows(routine, isLinkUp: isLinkUp)
    else { return false }
    var turns: [Lull.Turn] = []
    for duty in routine.duties {
      let alarm = nodes[node].alarm(of: duty.timer)
      nodes[node].cancelAlarm(duty.timer, in: &events)
      // The heartbeat that is due now is the first of those left out.
      guard let first = duty.timer == .heartbeat ? events.now : alarm else { continue }
      turns.append(Lull.Turn(duty: duty, first: first))
    }
    lull = Lull(node: node, turns: turns, isAnswered: routine.peer == .answering)
    return true
  }

  private func allows(_ routine: Routine, isLinkUp: Bool) -> Bool {
    let isReached = isLinkUp && nodes[standing].engine != nil
    switch routine.peer {
    case .absent: return !isReached
    case .unneeded: return true
    case .answering:
      return isReached && nodes.allSatisfy { $0.underWay == 0 && !$0.connection.isSending }
    }
  }

  /// Ends a lull because of an event, and restores the alarms in their rhythm. Returns the bytes that were sent
  /// meanwhile.
  mutating func endLull(in events: inout Events) -> ByteCount {
    guard let lull else { return .zero }
    let now = events.now
    let sent = lull.traffic(before: now)
    meter.countSent(sent)
    self.lull = nil
    for turn in lull.turns {
      let count = turn.count(before: now)
      let next = turn.first + turn.duty.period * count
      setAlarm(turn.duty.timer, of: lull.node, at: next, in: &events)
      guard lull.isAnswered, turn.duty.timer == .heartbeat, count > 0 else { continue }
      var effects: [ReplicationEffect] = []
      nodes[lull.node].handle(.contact, at: next - turn.duty.period, into: &effects)
      precondition(effects.isEmpty, "a contact asks for nothing")
    }
    return sent
  }

  /// Returns the bytes of a lull until now; zero without one.
  func trafficOfLull(before now: Instant) -> ByteCount { lull?.traffic(before: now) ?? .zero }

  /// Sets an alarm of the engine at a side, at the earliest now.
  mutating func setAlarm(
    _ timer: ReplicationTimer, of node: Int, at instant: Instant, in events: inout Events
  ) {
    nodes[node].setAlarm(timer, .alarm(id, node, timer), at: max(events.now, instant), in: &events)
  }

  /// Whether bytes are in transit to a reachable peer. One message here represents many real ones, some of
  /// which have arrived.
  func isInContact(_ node: Int, isLinkUp: Bool) -> Bool {
    guard isLinkUp, nodes[1 - node].engine != nil else { return false }
    return nodes[0].connection.isSending || nodes[1].connection.isSending
      || nodes[1 - node].underWay > 0
  }
}

// MARK: - Invariants

extension ReplicationPair {
  /// Traps unless both sides have a place for every volume, and all that waits was asked for.
  func checkInvariants(_ events: Events) {
    precondition(
      nodes.count == 2 && (serving == Self.home || serving == Self.remote), "a group has two sides")
    precondition(replicas.count == volumes.count, "a group has a copy of every volume")
    precondition(term >= 1, "a group has a term")
    precondition(
      keptCopies.count <= max(0, policy.keptSnapshots), "no more copies are kept than stated")
    if let lull {
      precondition(
        lull.node == serving && nodes[serving].engine != nil, "only a source that runs is idle")
    }
    requests.checkInvariants()
    commands.checkInvariants()
    cascade.checkInvariants()
    meter.checkInvariants(at: events.now)
    for node in nodes { node.checkInvariants(events, volumes: volumes.count) }
  }
}
