import Storage
import Units

/// Removes expired points and the data that only they needed, in two phases.
///
/// *Condemn*: a durable condemnation names the expired points and the packs that no visible point needs (or
/// hardly). Backups that begin later do not refer to those packs. Then the expired points are deleted, unless
/// they are locked.
///
/// *Collect*: a later prune acts when the condemnation is older than the grace and no earlier backup still
/// runs. It rewrites needed blocks of the packs, stores a new index, drops the old indexes and deletes the
/// packs. An interruption at any step loses nothing.
public struct PruneJob: Job {
  public enum Outcome: Sendable {
    case pruned(Pruning)
    /// The prune failed. Nothing needed by a visible point was removed.
    case failed(JobFailure)
  }

  private var pump: Pump<PruneSteps>

  /// - Parameters:
  ///   - expired: The points to remove. Locked ones stay.
  ///   - grace: The age at which a condemnation is carried out.
  ///   - repackBelow: A pack of which visible points need a smaller share than this is rewritten; zero rewrites none.
  ///   - void: The claims of jobs that are known to have ended although their lease has not.
  ///   - salt: New for every job.
  public init(
    expiring expired: [PointID], grace: Duration, repackBelow: Ratio = .percent(50),
    void: VoidClaims = .named([]), key: MasterKey, salt: JobSalt, options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(
      PruneSteps(
        expired: expired, grace: grace, repackBelow: repackBelow, void: void, freesAtOnce: false, key: key,
        salt: salt, options: options),
      window: options.windowOfAllStages)
  }

  /// Creates a prune for a full store. The prune writes nothing, and at once deletes the expired points and
  /// then the unneeded packs.
  ///
  /// No backup to the vault may begin meanwhile, because it could not learn which packs are removed. While a
  /// claim is alive nothing is removed. An ordinary prune for the same points must follow to update the
  /// index.
  public init(
    freeingAtOnce expired: [PointID], void: VoidClaims, key: MasterKey, salt: JobSalt,
    options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(
      PruneSteps(
        expired: expired, grace: .zero, repackBelow: .zero, void: void, freesAtOnce: true, key: key,
        salt: salt, options: options),
      window: options.windowOfAllStages)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The claims of jobs that have ended before the end of their lease.
public enum VoidClaims: Sendable {
  case named(Set<PointID>)
  /// Every claim, because no job is running.
  case all

  func contains(_ id: PointID) -> Bool {
    switch self {
    case .named(let ids): ids.contains(id)
    case .all: true
    }
  }
}

/// The results of a prune.
public struct Pruning: Hashable, Sendable {
  /// The points removed, ascending.
  public internal(set) var expired: [PointID] = []
  /// The points that should be removed but are locked, ascending.
  public internal(set) var locked: [PointID] = []
  /// The objects kept because the store no longer knows whether they are locked, ascending.
  public internal(set) var unattributed: [ObjectKey] = []
  /// The number of revoked claims of dead jobs.
  public internal(set) var revoked = 0
  /// The number of packs in this prune's condemnation.
  public internal(set) var condemnedPacks = 0
  /// The packs deleted, and their bytes.
  public internal(set) var deletedPacks = 0
  public internal(set) var freed = ByteCount.zero
  /// The bytes of rewritten packs.
  public internal(set) var rewritten = ByteCount.zero
  /// Whether a condemnation waits for its grace or for a running backup.
  public internal(set) var isDeferred = false

  /// Creates results without any work done.
  public init() {}

  /// Adds the results of a later prune.
  public mutating func add(_ later: Pruning) {
    expired = (expired + later.expired).sorted()
    locked = (locked + later.locked).sorted()
    unattributed = later.unattributed
    revoked += later.revoked
    condemnedPacks += later.condemnedPacks
    deletedPacks += later.deletedPacks
    freed += later.freed
    rewritten += later.rewritten
    isDeferred = later.isDeferred
  }
}
