import Replication
import Simulation
import Storage
import Units

/// Whichever engine runs at a side.
enum SideEngine {
  case source(BlockSource)
  case mirror(MirrorTarget)
  case journal(JournalTarget)
  /// Being told something.
  case busy

  var durableState: DurableState {
    switch self {
    case .source(let engine): engine.durableState
    case .mirror(let engine): engine.durableState
    case .journal(let engine): engine.durableState
    case .busy: preconditionFailure("an engine has no state while it is told something")
    }
  }

  var state: PairState {
    switch self {
    case .source(let engine): engine.state
    case .mirror(let engine): engine.state
    case .journal(let engine): engine.state
    case .busy: .idle
    }
  }

  func checkInvariants() {
    switch self {
    case .source(let engine): engine.checkInvariants()
    case .mirror(let engine): engine.checkInvariants()
    case .journal(let engine): engine.checkInvariants()
    case .busy: preconditionFailure("an engine is checked between two events")
    }
  }

  mutating func handle(_ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]) {
    switch self {
    case .source(var engine):
      self = .busy
      engine.handle(event, at: now, into: &effects)
      self = .source(engine)
    case .mirror(var engine):
      self = .busy
      engine.handle(event, at: now, into: &effects)
      self = .mirror(engine)
    case .journal(var engine):
      self = .busy
      engine.handle(event, at: now, into: &effects)
      self = .journal(engine)
    case .busy: preconditionFailure("an engine is told one thing at a time")
    }
  }
}

/// A site with its volumes, what an engine stored there, and the engine, when one runs.
struct Side {
  var volumes: [CachedVolume]
  var snapshot: [PagedImage]?
  var stored: DurableState
  var engine: SideEngine?
  /// Counts engines, so that answers for one that is gone find nobody.
  var incarnation = 0
  var alarms: [ReplicationTimer: EventID] = [:]
  var deviceLatency = Duration.microseconds(500)
  /// The instant at which the last requested record is stored.
  var lastRecord = Instant.epoch
  /// Whether a power cut happened since everything was last in sync.
  var wasCut = false
  /// Whether what was in its memory was lost since then.
  var lostMemory = false

  init(volumes sizes: [ByteCount], stored: DurableState) {
    volumes = sizes.map { CachedVolume(size: $0) }
    self.stored = stored
  }

  var images: [PagedImage] { volumes.map(\.image) }
  var isUp: Bool { engine != nil }

  var source: BlockSource? { if case .source(let engine) = engine { engine } else { nil } }
}
