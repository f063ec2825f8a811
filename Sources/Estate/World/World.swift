import Backup
import Replication
import Simulation
import Storage
import Units

/// A running estate at one instant: everything that it is made of and everything that is going to happen.
///
/// The world is a value. `var branch = world` is another future: what befalls the branch leaves the original alone,
/// and costs what it changes. All time is virtual, and equal worlds take equal courses.
public struct World: Sendable {
  /// At full size.
  public let blueprint: Blueprint
  public let scale: Scale
  /// In the order of the blueprint's volumes.
  public let schedules: [WorkloadSchedule]
  let speeds: EngineSpeeds
  let seed: UInt64
  let work: ComputationMemory

  var events: EventQueue<Happening>
  var resources: [Resource]
  public internal(set) var volumes: [VolumeState]
  /// In the order of their services.
  var databases: [DatabaseState]
  var premises: Premises
  var vaults: [VaultState]
  /// The content that the last restore of each service wrote to its volumes.
  var restoredVolumes: [RestoredVolumes?]
  var backupAgents: [BackupAgent] = []
  var snapshotAgents: [SnapshotAgent] = []
  var pairs: [ReplicationPair] = []
  var watch: Watch?
  /// Since it heard nobody production has stopped by itself.
  public internal(set) var hasProductionGivenUp = false
  /// How often a standby site that did not hear production was told that it serves.
  public internal(set) var falseAlarms = 0
  var splitBrain: SplitBrain?
  /// Damage that does not show yet will.
  var isOutageScheduled = false
  var protectionIsSuspended = false
  var activities = SlotTable<Activity>()
  /// The job of each activity, by its slot.
  var engines: [Activity.Engine] = []
  var operations = SlotTable<Operation>()
  var damages: [GradualDamage] = []
  var impairments: [ActiveImpairment] = []
  public internal(set) var ledger: Ledger
  /// Without what quiet pairs of replication would have sent meanwhile.
  var meter: Meters
  public internal(set) var trace = TraceDigest()
  /// Memory for what a replication engine asks for, kept from one event to the next.
  var spareEffects: [ReplicationEffect] = []
  /// What the caller of `step` has not been told yet, oldest first.
  var occurrences: [Occurrence] = []

  /// An estate in good health at `start`, its volumes filled, without protection.
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
    events = EventQueue(startingAt: start)
    resources = Resource.all(of: blueprint, speeds: speeds, at: start)
    volumes = zip(blueprint.volumes, images).map { VolumeState(plan: $0, image: $1) }
    premises = Premises(blueprint)
    vaults = blueprint.vaults.map { VaultState(plan: $0, scale: scale, at: start) }
    restoredVolumes = blueprint.services.map { _ in nil }
    self.databases = databases.map(DatabaseState.init)
    ledger = Ledger(volumes: blueprint.volumes.count, databases: databases.count)
    meter = Meters(blueprint)
    for (index, database) in databases.enumerated() {
      for volume in database.plan.volumes { volumes[volume].database = DatabaseID(index) }
      scheduleNextTransaction(of: DatabaseID(index))
    }
    for index in schedules.indices { scheduleNextArrival(VolumeID(index)) }
  }

  public var now: Instant { events.now }

  /// Whether a service answers: it, its host, its volumes and everything that it depends on.
  public func isUp(_ service: ServiceID) -> Bool {
    let plan = blueprint.services[service]
    return !premises.isBroken(service) && premises.isUp(plan.host)
      && premises.isUp(premises.site(of: plan.host))
      && plan.volumes.allSatisfy { !volumes[$0].isLost } && plan.dependencies.allSatisfy(isUp)
  }
}

/// An event that is due at some instant.
enum Happening: Sendable {
  /// The application issues its next write.
  case arrival(VolumeID)
  case flush(VolumeID)
  /// A client asks a database for its next transaction, or the database goes on with the one that it is at.
  case transaction(DatabaseID, isAsked: Bool)
  /// A flow of the resource is done.
  case transfer(ResourceID)
  /// The latency of an operation is over.
  case operation(SlotID)
  case backupSlot(Int)
  case pruneSlot(Int)
  case replicaSlot(Int)
  case snapshotSlot(Int)
  case damage(Int)
  case outage([ServiceID])
  case timer(Int)
  case alarm(PairID, Int, ReplicationTimer)
  /// A site has its power back.
  case powered(SiteID)
  /// Whoever watches production, or is watched, gives a sign of life.
  case heartbeat
  /// What hampers a device or link begins or ends.
  case impairment(Int, isActive: Bool)
  /// A copy for a standby that failed is tried again.
  case standbyCopy(PairID)
}

/// An occurrence that the caller may want to act on.
public enum Occurrence: Sendable {
  case timer(Int)
  case restored(ActivityID, RestoreEnding)
  /// Services went down.
  case outage([ServiceID])
  /// The DR site's copy is the primary.
  case promoted(PairID)
  /// The copy must not become the primary, and why.
  case promotionRefused(PairID, String)
  /// The copy holds everything that was written before the fault that was awaited.
  case protectedAgain(PairID)
  /// The peer holds everything that the hosts wrote.
  case drained(PairID)
  /// The copy is in sync, after that was asked for.
  case protected(PairID)
  /// The site that takes over by itself has heard nothing of production for too long.
  case productionIsLost(SiteID)
  /// It has heard nothing of the witness either, and must not take over by itself.
  case quorumIsLost(SiteID)
  /// The old primary refuses its clients: another site has taken over, or is about to.
  case oldPrimaryIsFenced
  /// Whether both sides of a group hold the same bytes.
  case compared(PairID, isEqual: Bool)
}

/// Names a piece of work of a job in a world.
public typealias ActivityID = SlotID
