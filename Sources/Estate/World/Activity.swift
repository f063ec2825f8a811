import Backup
import Storage
import Units

/// What a job of the backup engine works on in the world: which vaults it uses, where it runs, which streams it moves.
struct Activity: Sendable {
  /// The job itself.
  enum Engine: Sendable {
    case backup(BackupJob, agent: Int)
    case replicate(ReplicateJob, agent: Int)
    case prune(PruneJob, agent: Int)
    case restore(RestoreJob)
    /// A volume group goes back to a snapshot on its own device.
    case revert([(volume: VolumeID, image: PagedImage)])
    /// The job is being told something.
    case busy
  }

  /// What a stream of a job is here.
  enum Stream: Sendable {
    /// A snapshot of a volume.
    case snapshot(VolumeID, PagedImage)
    /// A volume while it is written.
    case live(VolumeID)
    /// A volume to be restored.
    case target(VolumeID)
  }

  var vault: VaultID?
  var replica: VaultID?
  /// Where the job runs.
  var site: SiteID
  var streams: [Stream] = []
  /// Whose volumes are restored.
  var service: ServiceID?

  func vault(_ role: VaultRole) -> VaultID? { role == .primary ? vault : replica }
}

extension World {
  /// Begins a job.
  @discardableResult
  mutating func begin(_ engine: consuming Activity.Engine, _ activity: Activity) -> ActivityID {
    let id = place(engine, activity)
    tell(id, .begin)
    return id
  }

  /// Gives an engine and what it works on a name.
  mutating func place(_ engine: consuming Activity.Engine, _ activity: Activity) -> ActivityID {
    let id = activities.insert(activity)
    while engines.count <= Int(id.index) { engines.append(.busy) }
    engines[Int(id.index)] = engine
    return id
  }

  private mutating func takeEngine(_ id: ActivityID) -> Activity.Engine {
    var engine = Activity.Engine.busy
    swap(&engine, &engines[Int(id.index)])
    return engine
  }

  /// Tells a job what happened, and does what it asks for.
  mutating func tell(_ id: ActivityID, _ event: JobEvent) {
    // The job is moved out and back, never copied: a copy would make each of its arrays be copied as it changes.
    guard activities[id] != nil else { return }
    let engine = takeEngine(id)
    switch consume engine {
    case .backup(let job, let agent):
      tell(id, event, job, { .backup($0, agent: agent) }, end: { $0.backupEnded(agent, $1) })
    case .replicate(let job, let agent):
      tell(id, event, job, { .replicate($0, agent: agent) }, end: { $0.replicationEnded(agent, $1) })
    case .prune(let job, let agent):
      tell(id, event, job, { .prune($0, agent: agent) }, end: { $0.pruneEnded(agent, $1) })
    case .restore(let job):
      let activity = activities[id]
      tell(id, event, job, { .restore($0) }, end: { $0.restoreEnded(id, of: activity, $1) })
    case .revert, .busy: preconditionFailure("only a job that is not at work can be told something")
    }
  }

  private mutating func tell<J: Job>(
    _ id: ActivityID, _ event: JobEvent, _ idle: consuming J, _ engine: (consuming J) -> Activity.Engine,
    end: (inout World, J.Outcome) -> Void
  ) {
    var job = idle
    var effects: [JobEffect<J.Outcome>] = []
    job.handle(event, at: now, into: &effects)
    engines[Int(id.index)] = engine(job)
    carryOut(effects, of: id, finish: end)
  }

  private mutating func carryOut<Outcome>(
    _ effects: [JobEffect<Outcome>], of id: ActivityID, finish: (inout World, Outcome) -> Void
  ) {
    for effect in effects {
      switch effect {
      case .perform(let ticket, let request): start(request, ticket: ticket, of: id)
      case .finish(let outcome):
        activities.remove(id)
        finish(&self, outcome)
      }
    }
  }

  // MARK: Requests

  private mutating func start(_ request: Request, ticket: Ticket, of id: ActivityID) {
    guard let site = activities[id]?.site else { return }
    let path = path(of: request, for: id, at: site)
    start(.request(id, ticket, request), through: path.legs, latency: path.latency)
  }

  /// What a request passes on its way, and the latencies of it all.
  private func path(
    of request: Request, for id: ActivityID, at site: SiteID
  ) -> (legs: [Operation.Leg], latency: Duration) {
    switch request {
    case .vault(let operation, let role):
      guard let vault = activities[id]?.vault(role) else { return ([], .zero) }
      let device = blueprint.vaults[vault].device
      switch operation {
      case .get(let key, let range):
        let size = range.map { ByteCount($0.count) } ?? vaults[vault].store.attributes(of: key)?.size ?? .zero
        return way(from: device, to: site, carrying: size)
      case .put(_, let bytes, _, _):
        return way(from: device, to: site, carrying: ByteCount(bytes.count), outward: true)
      case .list, .attributes, .delete, .lock: return way(from: device, to: site, carrying: .zero)
      }
    case .stream(let index, let operation):
      guard let volume = activities[id]?.streams[index].volume else { return ([], .zero) }
      let device = volumes[volume].device
      switch operation {
      case .read(let extent): return way(from: device, to: site, carrying: extent.length)
      case .write(let fragments):
        let size = fragments.reduce(ByteCount.zero) { $0 + ByteCount($1.bytes.count) }
        return way(from: device, to: site, carrying: size, outward: true)
      case .prepare, .flush: return way(from: device, to: site, carrying: .zero)
      }
    case .compute(let computation):
      let time = speeds.time(for: computation.work)
      return (
        [Operation.Leg(resource: processors(of: site), amount: ByteCount(time.nanoseconds))], .zero
      )
    }
  }

  /// From a device to a job, through the link when they are apart; outward the other way round.
  private func way(
    from device: DeviceID, to site: SiteID, carrying size: ByteCount, outward: Bool = false
  ) -> (legs: [Operation.Leg], latency: Duration) {
    let plan = blueprint.devices[device]
    var legs = [Operation.Leg(resource: resource(device), amount: size)]
    var latency = plan.latency
    if plan.site != site {
      guard let link = blueprint.link(between: plan.site, and: site) else {
        preconditionFailure("no link joins \(plan.name) with the site that uses it")
      }
      legs.append(Operation.Leg(resource: resource(link), amount: size))
      latency += blueprint.links[link].latency * 2
    }
    return (outward ? legs.reversed() : legs, latency)
  }

  /// The request takes effect, now.
  mutating func perform(_ request: Request, ticket: Ticket, of id: ActivityID) {
    guard activities[id] != nil else { return }
    do throws(StorageError) {
      tell(id, .completed(ticket, try reply(to: request, of: id)))
    } catch {
      tell(id, .failed(ticket, error))
    }
  }

  private mutating func reply(to request: Request, of id: ActivityID) throws(StorageError) -> Reply {
    switch request {
    case .vault(let operation, let role):
      guard let vault = activities[id]?.vault(role), !vaults[vault].isLost else {
        throw StorageError(.unavailable, "the vault is lost")
      }
      vaults[vault].meterStorage(until: now)
      if case .put(_, let bytes, _, _) = operation { vaults[vault].makeRoom(for: ByteCount(bytes.count)) }
      let reply = try operation.perform(on: &vaults[vault].store, at: now)
      meters.vaults[vault].count(operation, answeredBy: reply)
      return reply
    case .stream(let index, let operation):
      guard let stream = activities[id]?.streams[index] else {
        throw StorageError(.invalid, "no stream \(index)")
      }
      return try reply(to: operation, on: stream)
    case .compute(let computation): return .computed(work.run(computation))
    }
  }

  private mutating func reply(
    to operation: StreamOperation, on stream: Activity.Stream
  ) throws(StorageError) -> Reply {
    let volume = stream.volume
    guard !volumes[volume].isLost else {
      throw StorageError(.unavailable, "volume \(blueprint.volumes[volume].name) is lost")
    }
    switch operation {
    case .read(let extent):
      if case .snapshot(_, let image) = stream { return .bytes(image.read(extent)) }
      return .bytes(try volumes[volume].disk.read(extent))
    case .prepare(let description):
      guard description.length == volumes[volume].disk.size else {
        throw StorageError(.invalid, "\(description.name) has another size than its target")
      }
    case .write(let fragments):
      for fragment in fragments { try volumes[volume].disk.write(fragment.bytes, at: fragment.offset) }
    case .flush: volumes[volume].disk.flush()
    }
    return .done
  }
}

extension Activity.Stream {
  var volume: VolumeID {
    switch self {
    case .snapshot(let volume, _), .live(let volume), .target(let volume): volume
    }
  }
}

extension EngineSpeeds {
  /// The time of one core.
  func time(for work: Computation.Work) -> Duration {
    divide.time(for: work.divided) + digest.time(for: work.digested) + compress.time(for: work.compressed)
      + decompress.time(for: work.decompressed) + encrypt.time(for: work.encrypted)
  }
}
