import Backup
import Storage
import Units

/// The running jobs of the backup engine and of recovery, with their state in the estate.
///
/// Invariants: every running job has an engine of exactly one kind, and a slot without a job has none; nothing waits for
/// a job that is not paused.
struct RunningJobs: Sendable {
  /// The job itself, of exactly one kind. Events are handled in place, because moving or copying a job is
  /// expensive.
  struct Engine: Sendable {
    fileprivate var backup: BackupJob?
    fileprivate var replication: ReplicateJob?
    fileprivate var prune: PruneJob?
    fileprivate var restore: RestoreJob?
    /// The images of a revert to a snapshot on the volumes' own device.
    fileprivate var revert: [(volume: VolumeID, image: PagedImage)]?
    /// The log that is applied to a restored database.
    fileprivate var replay: LogReplayPlan?
    /// The index of the agent that the job belongs to.
    fileprivate var agent = 0
    /// The number of chains of portions still being copied back from a DR site.
    fileprivate var chainsLeft = 0

    static func backup(_ job: BackupJob, agent: Int) -> Engine { Engine(backup: job, agent: agent) }
    static func replicate(_ job: ReplicateJob, agent: Int) -> Engine {
      Engine(replication: job, agent: agent)
    }
    static func prune(_ job: PruneJob, agent: Int) -> Engine { Engine(prune: job, agent: agent) }
    static func restore(_ job: RestoreJob) -> Engine { Engine(restore: job) }
    static func revert(_ images: [(volume: VolumeID, image: PagedImage)]) -> Engine { Engine(revert: images) }
    static func replay(_ plan: LogReplayPlan) -> Engine { Engine(replay: plan) }
    /// A placeholder for a job that has ended.
    fileprivate static let none = Engine()

    /// Whether the job recovers a service's data.
    fileprivate var isRecovery: Bool { restore != nil || revert != nil || replay != nil }

    /// Traps unless the engine is of one kind and its state is possible.
    fileprivate func checkInvariants() {
      precondition(kinds == 1, "a job is of exactly one kind")
      precondition(chainsLeft >= 0, "a chain ends once")
      precondition((replay?.partsLeft ?? 0) >= 0, "a part of a replay ends once")
      backup?.checkInvariants()
      replication?.checkInvariants()
      prune?.checkInvariants()
      restore?.checkInvariants()
    }

    /// The number of kinds that the engine is of: one, or none after its end.
    fileprivate var kinds: Int {
      [backup != nil, replication != nil, prune != nil, restore != nil, revert != nil, replay != nil].count {
        $0
      }
    }
  }

  /// The effects of one event, by the kind of the job and its agent.
  enum Effects {
    case restore([JobEffect<RestoreJob.Outcome>])
    case backup([JobEffect<BackupJob.Outcome>], agent: Int)
    case replication([JobEffect<ReplicateJob.Outcome>], agent: Int)
    case prune([JobEffect<PruneJob.Outcome>], agent: Int)
  }

  private var activities = SlotTable<Activity>()
  /// The engine of each job, by its slot.
  private var engines: [Engine] = []

  func contains(_ id: ActivityID) -> Bool { activities.contains(id) }

  /// The state of a job; `nil` after its end.
  subscript(id: ActivityID) -> Activity? {
    @inline(__always) _read { yield activities[id] }
  }

  /// Whether a running job restores from a vault.
  func isRestore(_ id: ActivityID) -> Bool { contains(id) && engines[Int(id.index)].restore != nil }

  /// Registers a job that has not begun.
  mutating func add(_ engine: Engine, _ activity: Activity) -> ActivityID {
    let id = activities.insert(activity)
    while engines.count <= Int(id.index) { engines.append(.none) }
    engines[Int(id.index)] = engine
    return id
  }

  /// Removes a job and returns its state; `nil` when it has ended before. Its requests on their way have no effect.
  @discardableResult
  mutating func end(_ id: ActivityID) -> Activity? {
    guard let activity = activities.remove(id) else { return nil }
    engines[Int(id.index)] = .none
    return activity
  }

  /// Ends all jobs that recover a service's data.
  mutating func endRecoveries() {
    for id in activities.names where engines[Int(id.index)].isRecovery { end(id) }
  }

  /// Passes an event to the engine of a running job.
  mutating func handle(_ event: JobEvent, by id: ActivityID, at now: Instant) -> Effects {
    let place = Int(id.index)
    let agent = engines[place].agent
    if engines[place].restore != nil {
      var effects: [JobEffect<RestoreJob.Outcome>] = []
      engines[place].restore?.handle(event, at: now, into: &effects)
      return .restore(effects)
    } else if engines[place].backup != nil {
      var effects: [JobEffect<BackupJob.Outcome>] = []
      engines[place].backup?.handle(event, at: now, into: &effects)
      return .backup(effects, agent: agent)
    } else if engines[place].replication != nil {
      var effects: [JobEffect<ReplicateJob.Outcome>] = []
      engines[place].replication?.handle(event, at: now, into: &effects)
      return .replication(effects, agent: agent)
    } else if engines[place].prune != nil {
      var effects: [JobEffect<PruneJob.Outcome>] = []
      engines[place].prune?.handle(event, at: now, into: &effects)
      return .prune(effects, agent: agent)
    }
    preconditionFailure("a copy back and a replay hear no events of the backup engine")
  }

  // MARK: Windows

  func isPaused(_ id: ActivityID) -> Bool { activities[id]?.isPaused ?? false }

  /// Keeps a request until the job continues.
  mutating func hold(_ request: Request, ticket: RequestID, of id: ActivityID) {
    activities[id]?.held.append((ticket, request))
  }

  /// Pauses a job, with the transfers that were taken from their resources.
  mutating func pause(_ id: ActivityID, with suspended: [Operation.SuspendedTransfer]) {
    activities[id]?.isPaused = true
    activities[id]?.suspended += suspended
  }

  /// Continues a paused job and returns what waited, in order.
  mutating func unpause(_ id: ActivityID) -> (
    transfers: [Operation.SuspendedTransfer], requests: [(ticket: RequestID, request: Request)]
  ) {
    let waiting = (activities[id]?.suspended ?? [], activities[id]?.held ?? [])
    activities[id]?.isPaused = false
    activities[id]?.held = []
    activities[id]?.suspended = []
    return waiting
  }

  // MARK: Recovery

  /// The images that a job reverts to; `nil` for other jobs.
  func revertedImages(of id: ActivityID) -> [(volume: VolumeID, image: PagedImage)]? {
    activities.contains(id) ? engines[Int(id.index)].revert : nil
  }

  /// The log that a job applies; `nil` for other jobs.
  func replay(of id: ActivityID) -> LogReplayPlan? {
    activities.contains(id) ? engines[Int(id.index)].replay : nil
  }

  /// Adds parts of a replay that must end before it is complete.
  mutating func addParts(_ count: Int, ofReplay id: ActivityID) {
    engines[Int(id.index)].replay?.partsLeft += count
  }

  /// Counts an ended part of a replay, and returns whether it was the last.
  mutating func endPart(ofReplay id: ActivityID) -> Bool {
    engines[Int(id.index)].replay?.partsLeft -= 1
    return engines[Int(id.index)].replay?.partsLeft == 0
  }

  /// Sets the number of chains in which a job copies data back.
  mutating func setChains(_ count: Int, of id: ActivityID) { engines[Int(id.index)].chainsLeft = count }

  /// Counts an ended chain, and returns whether it was the last.
  mutating func endChain(of id: ActivityID) -> Bool {
    engines[Int(id.index)].chainsLeft -= 1
    return engines[Int(id.index)].chainsLeft == 0
  }

  // MARK: Invariants

  /// The agents with a running backup, copy of a vault or prune. A prune has the vault that it prunes.
  struct Census {
    var backups: [ActivityID: Int] = [:]
    var copies: [Int] = []
    var prunes: [(agent: Int, vault: VaultID?)] = []
  }

  /// Traps unless every job is of one kind, and returns the jobs of the agents.
  func checkInvariants() -> Census {
    activities.checkInvariants()
    var census = Census()
    let running = activities.names
    precondition(engines.count { $0.kinds > 0 } == running.count, "a job that has ended has no engine")
    for id in running {
      let engine = engines[Int(id.index)]
      engine.checkInvariants()
      guard let activity = activities[id] else { preconditionFailure("a running job has a state") }
      precondition(
        activity.isPaused || activity.held.isEmpty && activity.suspended.isEmpty, "only a paused job waits")
      if engine.backup != nil { census.backups[id] = engine.agent }
      if engine.replication != nil { census.copies.append(engine.agent) }
      if engine.prune != nil { census.prunes.append((engine.agent, activity.vault)) }
    }
    return census
  }
}
