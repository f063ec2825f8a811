import Backup
import Replication
import Simulation
import Storage
import Units

/// A running estate at one instant: its state and its scheduled events.
///
/// The world is a value. `var branch = world` is another future: events in the branch leave the original
/// unchanged, and a branch costs only its changes. All time is virtual, and equal worlds have equal futures.
public struct World: Sendable {
  /// The plan of the estate, at full size.
  public let blueprint: Blueprint
  public let scale: Scale
  /// The write schedules, in the order of the blueprint's volumes.
  public let schedules: [WorkloadSchedule]
  let speeds: EngineSpeeds
  let seed: UInt64
  let work: ComputationMemory
  let rewinds: RewindMemory

  var events: EventQueue<Happening>
  var infrastructure: Infrastructure
  public internal(set) var volumes: [VolumeState]
  /// The databases, in the order of their services.
  var databases: [DatabaseState]
  var premises: Premises
  var backups: BackupService
  var fabric = ReplicationFabric()
  /// Whether hidden damage will cause an outage.
  var isOutageScheduled = false
  var jobs = RunningJobs()
  var damages: [GradualDamage] = []
  public internal(set) var ledger: Ledger
  public internal(set) var trace = TraceDigest()
  /// Whether every event is followed by a check of all invariants. Tests ask for it; a rehearsal need not pay for it.
  public var checksInvariants = false
  /// The number of events whose invariants were checked.
  var checks: UInt64 = 0
  /// The occurrences not yet returned to the caller of `step`, oldest first.
  var occurrences: [Occurrence] = []

  /// Creates an estate in good health at `start`, with filled volumes and without protection.
  public init(
    blueprint: Blueprint, scale: Scale, seed: UInt64, schedules: [WorkloadSchedule],
    databases: [DatabaseSchedule] = [], images: [PagedImage], speeds: EngineSpeeds, start: Instant
  ) {
    self.blueprint = blueprint
    self.scale = scale
    self.schedules = schedules
    self.speeds = speeds
    self.seed = seed
    work = ComputationMemory()
    rewinds = RewindMemory()
    events = EventQueue(startingAt: start)
    infrastructure = Infrastructure(blueprint, speeds: speeds, at: start)
    volumes = zip(blueprint.volumes, images).map { VolumeState(plan: $0, image: $1) }
    premises = Premises(blueprint)
    backups = BackupService(blueprint, scale: scale, at: start)
    self.databases = databases.map(DatabaseState.init)
    ledger = Ledger(volumes: blueprint.volumes.count, databases: databases.count)
    for (index, database) in databases.enumerated() {
      for volume in database.plan.volumes { volumes[volume].hold(DatabaseID(index)) }
      scheduleNextTransaction(of: DatabaseID(index))
    }
    for index in schedules.indices { scheduleNextArrival(VolumeID(index)) }
  }

  public var now: Instant { events.now }

  /// Whether a service answers: the service, its host, its volumes and all its dependencies are up.
  public func isUp(_ service: ServiceID) -> Bool {
    let plan = blueprint.services[service]
    return !premises.isBroken(service) && premises.isUp(plan.host)
      && premises.isUp(premises.site(of: plan.host))
      && plan.volumes.allSatisfy { !volumes[$0].isLost } && plan.dependencies.allSatisfy(isUp)
  }
}

/// A scheduled event.
enum Happening: Sendable {
  /// The application issues its next write.
  case arrival(VolumeID)
  case flush(VolumeID)
  /// A client requests a database's next transaction, or the database continues its current one.
  case transaction(DatabaseID, isAsked: Bool)
  /// A flow of the resource has ended.
  case transfer(ResourceID)
  /// The latency of an operation has passed.
  case operation(SlotID)
  case backupSlot(Int)
  case pruneSlot(Int)
  case replicaSlot(Int)
  /// The hold of a backup's newest point has ended.
  case holdEnds(Int)
  /// The media of the oldest shipment reach their vault.
  case shipmentArrives(Int)
  /// A backup window opens or closes for a running backup.
  case windowEdge(Int, ActivityID, isOpening: Bool)
  case snapshotSlot(Int)
  /// The open segment of a log archive is closed for its age.
  case logSwitch(Int)
  /// A segment of a log archive that could not be stored is sent again.
  case logRetry(Int)
  /// A restored database has applied its log.
  case replayed(ActivityID)
  case damage(Int)
  case outage([ServiceID])
  case timer(Int)
  case alarm(PairID, Int, ReplicationTimer)
  /// The power of a site returns.
  case powered(SiteID)
  /// A watching or watched site sends a heartbeat.
  case heartbeat
  /// The impairment of a device or link begins or ends.
  case impairment(Int, isActive: Bool)
  /// A failed copy for a standby is tried again.
  case standbyCopy(PairID)
}

/// An occurrence that the caller may want to handle.
public enum Occurrence: Sendable {
  case timer(Int)
  case restored(ActivityID, RestoreEnding)
  case replayed(ActivityID, LogReplayEnding)
  /// Services went down.
  case outage([ServiceID])
  /// The DR site's copy has become the primary.
  case promoted(PairID)
  /// The promotion of the copy was refused. The text gives the reason.
  case promotionRefused(PairID, String)
  /// The copy holds everything that was written before the fault.
  case protectedAgain(PairID)
  /// The peer holds all host writes.
  case drained(PairID)
  /// The copy is in sync, as requested.
  case protected(PairID)
  /// The standby site with automatic failover has missed production's heartbeats for too long.
  case productionIsLost(SiteID)
  /// The standby site has missed the witness's heartbeats too, and must not take over automatically.
  case quorumIsLost(SiteID)
  /// Production is lost, but the witness knows that the copy lacks acknowledged writes, so people must decide.
  case copyIsOutdated(SiteID)
  /// The old primary refuses its clients, because another site has taken over or will soon.
  case oldPrimaryIsFenced
  /// Whether both sides of a group hold the same bytes.
  case compared(PairID, isEqual: Bool)
}

/// The identifier of a running job in a world.
public typealias ActivityID = SlotID
