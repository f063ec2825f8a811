import Replication
import Simulation
import Storage
import Units

/// One side of a replication pair in a running estate: its engine, and what it keeps on its devices.
struct ReplicationNode: Sendable {
  let site: SiteID
  /// That hold the node's volumes, in the group's order.
  let devices: [DeviceID]
  /// `nil` while nothing of the side runs.
  var engine: ReplicaEngine?
  /// What the engine begins again from after a crash.
  var stored: DurableState
  /// States that were to be stored so far, and the last of them that was.
  var recordsEver = 0
  var recordsStored = 0
  /// The engine's snapshot of its volumes.
  var snapshot: [PagedImage]?
  /// By volume: what was written since its last flush.
  var unflushed: [ByteCount]
  /// By timer: what stands in the event queue.
  var alarms: [EventID?] = ReplicationTimer.allCases.map { _ in nil }
  /// Messages that wait for the link, oldest first.
  var outbox: [Message] = []
  var isSending = false
  /// Grows with every crash.
  var generation = 0

  init(site: SiteID, devices: [DeviceID], stored: DurableState) {
    self.site = site
    self.devices = devices
    self.stored = stored
    unflushed = devices.map { _ in .zero }
  }
}

/// An engine in any of its roles; to move it is cheap.
enum ReplicaEngine: Sendable {
  case source(CopyOnWrite<BlockSource>)
  case mirror(CopyOnWrite<MirrorTarget>)
  case journal(CopyOnWrite<JournalTarget>)

  var durableState: DurableState {
    switch self {
    case .source(let engine): engine.value.durableState
    case .mirror(let engine): engine.value.durableState
    case .journal(let engine): engine.value.durableState
    }
  }

  var state: PairState {
    switch self {
    case .source(let engine): engine.value.state
    case .mirror(let engine): engine.value.state
    case .journal(let engine): engine.value.state
    }
  }

  /// The engine after the event; moved in and out, so that nothing of it is copied.
  static func handle(
    _ event: ReplicationEvent, _ engine: consuming ReplicaEngine, at now: Instant,
    into effects: inout [ReplicationEffect]
  ) -> ReplicaEngine {
    switch consume engine {
    case .source(var engine):
      engine.value.handle(event, at: now, into: &effects)
      return .source(engine)
    case .mirror(var engine):
      engine.value.handle(event, at: now, into: &effects)
      return .mirror(engine)
    case .journal(var engine):
      engine.value.handle(event, at: now, into: &effects)
      return .journal(engine)
    }
  }
}
