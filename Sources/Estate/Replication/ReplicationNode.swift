import Replication
import Simulation
import Storage
import Units

/// One side of a replication pair in a running estate: the engine and its state on devices.
///
/// Invariants: every volume has a device; an operation of the present engine ends once; a state lands only where no newer one
/// has; the alarms of the engine are queued.
struct ReplicationNode: Sendable {
  typealias Events = EventQueue<Happening>

  let site: SiteID
  /// The devices that hold the node's volumes, in the group's order.
  let devices: [DeviceID]
  /// The engine; `nil` while the side is down.
  private(set) var engine: ReplicaEngine?
  /// The state from which the engine restarts after a crash.
  private(set) var stored: DurableState
  /// The durable state of an active peer, where both sites serve.
  private(set) var active: ActiveState?
  /// Whether the side's devices were lost, so that their replacements are empty.
  private(set) var isBlank = false
  /// The number of states to be stored so far, and the last one stored.
  private var recordsEver = 0
  private var recordsStored = 0
  /// The engine's snapshot of its volumes.
  private(set) var snapshot: [PagedImage]?
  /// The bytes written to each volume since its last flush.
  private(set) var unflushed: [ByteCount]
  private var alarms = Alarms()
  /// The number of unfinished operations on the node's devices.
  private(set) var underWay = 0
  private(set) var connection = ReplicationConnection()
  /// The number of crashes, which identifies the engine's incarnation.
  private(set) var generation = 0

  init(site: SiteID, devices: [DeviceID], stored: DurableState) {
    self.site = site
    self.devices = devices
    self.stored = stored
    unflushed = devices.map { _ in .zero }
  }

  /// A side at another site in the place of this one, which has crashed.
  func successor(
    site: SiteID, devices: [DeviceID], stored: DurableState, isBlank: Bool = false
  ) -> ReplicationNode {
    precondition(engine == nil, "only a side that is down moves")
    var node = ReplicationNode(site: site, devices: devices, stored: stored)
    node.generation = generation
    node.isBlank = isBlank
    return node
  }

  // MARK: Engine

  mutating func run(_ engine: ReplicaEngine) { self.engine = engine }

  @inline(__always)
  mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    engine?.handle(event, at: now, into: &effects)
  }

  /// Stops the engine. Its requests have no effect from now on.
  mutating func crash(in events: inout Events) {
    engine = nil
    generation += 1
    connection.crash()
    underWay = 0
    alarms.cancelAll(in: &events)
  }

  // MARK: Durable state

  /// Returns the number of the next state to be stored.
  mutating func nextRecord() -> Int {
    recordsEver += 1
    return recordsEver
  }

  /// Stores a state. An older state never lands on a newer one.
  mutating func store(_ state: KeptState, number: Int) {
    precondition(number <= recordsEver, "only a state that was recorded is stored")
    guard number > recordsStored else { return }
    recordsStored = number
    switch state {
    case .ofPair(let state): stored = state
    case .active(let state): active = state
    }
  }

  /// Sets the state from which the engine starts.
  mutating func restart(from state: DurableState) { stored = state }
  mutating func restart(from state: ActiveState) { active = state }

  mutating func lose() { isBlank = true }

  /// Notes that the devices hold the copy again that was lost with their predecessors.
  mutating func refill() { isBlank = false }

  mutating func keep(_ snapshot: [PagedImage]?) { self.snapshot = snapshot }

  // MARK: Devices

  mutating func noteWritten(_ size: ByteCount, to volume: Int) { unflushed[volume] += size }

  /// Returns the bytes that a flush of a volume must write.
  mutating func takeUnflushed(_ volume: Int) -> ByteCount {
    defer { unflushed[volume] = .zero }
    return unflushed[volume]
  }

  mutating func beginOperation() { underWay += 1 }

  /// Ends an operation; returns `false` for one of an engine that has crashed since.
  mutating func endOperation(of generation: Int) -> Bool {
    guard generation == self.generation else { return false }
    precondition(underWay > 0, "an operation ends once")
    underWay -= 1
    return true
  }

  // MARK: Connection and alarms

  mutating func send(_ message: Message, _ size: ByteCount) -> Bool {
    connection.send(message, size)
  }
  mutating func nextMessage() -> (message: Message, size: ByteCount)? { connection.next() }
  mutating func arrival(notBefore instant: Instant) -> Instant {
    connection.arrival(notBefore: instant)
  }
  mutating func breakConnection() { connection.breakOff() }
  mutating func expectAnswers(_ count: Int64) { connection.expectAnswers(count) }
  mutating func takeAnswers() -> Int64 { connection.takeAnswers() }
  mutating func countWrites(_ count: Int64) { connection.countWrites(count) }
  mutating func takeFlushes() -> Int64 { connection.takeFlushes() }

  func alarm(of timer: ReplicationTimer) -> Instant? { alarms[timer] }

  mutating func setAlarm(
    _ timer: ReplicationTimer, _ event: Happening, at instant: Instant, in events: inout Events
  ) {
    alarms.set(timer, event, at: instant, in: &events)
  }

  mutating func clearAlarm(_ timer: ReplicationTimer) { alarms.clear(timer) }

  mutating func cancelAlarm(_ timer: ReplicationTimer, in events: inout Events) {
    alarms.cancel(timer, in: &events)
  }

  // MARK: Invariants

  /// Traps unless the counters, the connection and the alarms of the side agree; checks its engine too.
  func checkInvariants(_ events: Events, volumes: Int) {
    precondition(
      devices.count == volumes && unflushed.count == volumes, "every volume has a device")
    precondition(unflushed.allSatisfy { $0 >= .zero }, "no volume flushes more than was written")
    precondition(underWay >= 0, "an operation ends once")
    precondition(recordsStored <= recordsEver, "only a state that was recorded is stored")
    connection.checkInvariants()
    alarms.checkInvariants(events)
    precondition(engine != nil || alarms.isEmpty, "a side that is down has no alarms")
    engine?.checkInvariants()
  }
}
