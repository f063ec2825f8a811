import Backup
import Simulation
import Storage
import Units

/// A running job of the backup engine, with its vaults, its site and its streams.
struct Activity: Sendable {
  /// The object in the world that a stream of a job reads or writes.
  enum Stream: Sendable {
    /// The stream reads a snapshot of a volume.
    case snapshot(VolumeID, PagedImage)
    /// The stream reads a volume while it is written.
    case live(VolumeID)
    /// The stream writes a volume that is being restored.
    case target(VolumeID)
  }

  var vault: VaultID?
  var replica: VaultID?
  /// The site at which the job runs.
  var site: SiteID
  var streams: [Stream] = []
  /// The service whose volumes are restored.
  var service: ServiceID?
  /// The share of the moved bytes that counts at full size. A backup of a partly changed page is charged for
  /// that part.
  var share = Ratio.one
  /// Whether the bytes count as they are, also in a scaled run. One block on demand is one block at any scale.
  var isExact = false
  /// Whether requests wait because the backup's window is closed.
  var isPaused = false
  /// The waiting requests, in order.
  var held: [(ticket: RequestID, request: Request)] = []
  /// The transfers that wait too.
  var suspended: [Operation.SuspendedTransfer] = []

  func vault(_ role: VaultRole) -> VaultID? { role == .primary ? vault : replica }
}

extension World {
  /// Starts a job.
  @discardableResult
  mutating func begin(_ engine: RunningJobs.Engine, _ activity: Activity) -> ActivityID {
    let id = jobs.add(engine, activity)
    tell(id, .begin)
    return id
  }

  /// Passes an event to a job and performs the job's effects. A cancelled job receives nothing.
  mutating func tell(_ id: ActivityID, _ event: JobEvent) {
    guard jobs.contains(id) else { return }
    switch jobs.handle(event, by: id, at: now) {
    case .restore(let effects): carryOut(effects, of: id) { $0.restoreEnded(id, of: $1, $2) }
    case .backup(let effects, let agent):
      carryOut(effects, of: id) { world, _, outcome in world.backupEnded(agent, outcome) }
    case .replication(let effects, let agent):
      carryOut(effects, of: id) { world, _, outcome in world.replicationEnded(agent, outcome) }
    case .prune(let effects, let agent):
      carryOut(effects, of: id) { world, activity, outcome in
        world.pruneEnded(agent, in: activity.vault, outcome)
      }
    }
  }

  private mutating func carryOut<Outcome>(
    _ effects: [JobEffect<Outcome>], of id: ActivityID, finish: (inout World, Activity, Outcome) -> Void
  ) {
    for effect in effects {
      switch effect {
      case .perform(let ticket, let request): start(request, ticket: ticket, of: id)
      case .finish(let outcome):
        guard let activity = jobs.end(id) else { preconditionFailure("a job ends once") }
        finish(&self, activity, outcome)
      }
    }
  }

  // MARK: Requests

  mutating func start(_ request: Request, ticket: RequestID, of id: ActivityID) {
    guard let site = jobs[id]?.site else { return }
    if jobs.isPaused(id) { return jobs.hold(request, ticket: ticket, of: id) }
    let path = path(of: request, for: id, at: site)
    // The device, the link and the processors work on one read of a restore at the same time.
    start(
      .request(id, ticket, request), through: path.legs, latency: path.latency,
      streams: jobs.isRestore(id))
  }

  /// Returns the resources that a request passes and the total latency.
  private func path(
    of request: Request, for id: ActivityID, at site: SiteID
  ) -> (legs: [Operation.Leg], latency: Duration) {
    switch request {
    case .vault(let operation, let role):
      guard let vault = jobs[id]?.vault(role) else { return ([], .zero) }
      let device = blueprint.vaults[vault].device
      let isByHand = courier(of: vault) != nil
      switch operation {
      case .get(let key, let range):
        let size = size(ofGetting: key, range, from: vault, by: id)
        return way(from: device, to: site, carrying: size, isByHand: isByHand)
      case .put(let key, let bytes, _, _):
        let size = nominalSize(ofPutting: bytes, as: key, by: id)
        return way(from: device, to: site, carrying: size, outward: true, isByHand: isByHand)
      case .list, .attributes, .delete, .lock:
        return way(from: device, to: site, carrying: .zero, isByHand: isByHand)
      }
    case .stream(let index, let operation):
      guard let volume = jobs[id]?.streams[index].volume else { return ([], .zero) }
      let device = volumes[volume].device
      switch operation {
      case .read(let extent): return way(from: device, to: site, carrying: atFullSize(extent.length, of: id))
      case .write(let fragments):
        let size = fragments.reduce(ByteCount.zero) { $0 + ByteCount($1.bytes.count) }
        return way(from: device, to: site, carrying: atFullSize(size, of: id), outward: true)
      case .prepare, .flush: return way(from: device, to: site, carrying: .zero)
      }
    case .compute(let computation):
      let time = atFullSize(ByteCount(speeds.time(for: computation.work).nanoseconds), of: id)
      return ([Operation.Leg(resource: processors(of: site), amount: time)], .zero)
    }
  }

  /// Converts an amount that a job moves or computes to full size.
  private func atFullSize(_ amount: ByteCount, of id: ActivityID) -> ByteCount {
    if jobs[id]?.isExact == true { return amount }
    return (jobs[id]?.share ?? .one).of(scale.unscaled(amount))
  }

  /// Returns the size of an object, or a part of one, that a job reads.
  private func size(
    ofGetting key: ObjectKey, _ range: Range<Int>?, from vault: VaultID, by id: ActivityID
  ) -> ByteCount {
    guard jobs[id]?.isExact == true else {
      // A block is restored whole, although a backup of a partly changed page was charged for that part only.
      if jobs.isRestore(id), key.growsWithData, let range { return scale.unscaled(ByteCount(range.count)) }
      return backups[vault].nominalSize(of: key, range: range)
    }
    return range.map { ByteCount($0.count) } ?? backups[vault].store.attributes(of: key)?.size ?? .zero
  }

  /// Returns the size at full size of an object that a job stores.
  private func nominalSize(ofPutting bytes: Bytes, as key: ObjectKey, by id: ActivityID) -> ByteCount {
    let activity = jobs[id]
    // A copy of an object takes what the object does.
    if let source = activity?.vault, activity?.replica != nil,
      backups[source].store.attributes(of: key)?.size == ByteCount(bytes.count)
    {
      return backups[source].nominalSize(of: key, range: nil)
    }
    return backups.vaults[0].sizing.nominalSize(ofBytes: bytes.count, as: key, share: activity?.share ?? .one)
  }

  /// Returns the path from a device to a job and its processors, over the link when they are apart. With
  /// `outward`, the path is reversed. With `isByHand`, media were carried to the job's site, and no link is used.
  private func way(
    from device: DeviceID, to site: SiteID, carrying size: ByteCount, outward: Bool = false,
    isByHand: Bool = false
  ) -> (legs: [Operation.Leg], latency: Duration) {
    let plan = blueprint.devices[device]
    var legs = [Operation.Leg(resource: resource(device), amount: size)]
    var latency = plan.latency
    if plan.site != site, !isByHand {
      guard let link = blueprint.link(between: plan.site, and: site) else {
        preconditionFailure("no link joins \(plan.name) with the site that uses it")
      }
      legs.append(Operation.Leg(resource: resource(link), amount: size))
      latency += blueprint.links[link].latency * 2
    }
    if let rate = outward ? speeds.write : speeds.read {
      let time = rate.time(for: size)
      legs.append(Operation.Leg(resource: processors(of: site), amount: ByteCount(time.nanoseconds)))
    }
    return (outward ? legs.reversed() : legs, latency)
  }

  /// Performs a request now.
  mutating func perform(_ request: Request, ticket: RequestID, of id: ActivityID) {
    guard jobs.contains(id) else { return }
    do throws(StorageError) {
      tell(id, .completed(ticket, try reply(to: request, of: id)))
    } catch {
      tell(id, .failed(ticket, error))
    }
  }

  private mutating func reply(to request: Request, of id: ActivityID) throws(StorageError) -> Reply {
    switch request {
    case .vault(let operation, let role):
      guard let vault = jobs[id]?.vault(role), !backups[vault].isLost else {
        throw StorageError(.unavailable, "the vault is lost")
      }
      var size = ByteCount.zero
      switch operation {
      case .put(let key, let bytes, _, _): size = nominalSize(ofPutting: bytes, as: key, by: id)
      case .get(let key, let range): size = self.size(ofGetting: key, range, from: vault, by: id)
      case .delete(let key, _): size = backups[vault].nominalSize(of: key, range: nil)
      case .list, .attributes, .lock: break
      }
      return try backups[vault].perform(operation, nominalSize: size, at: now)
    case .stream(let index, let operation):
      guard let stream = jobs[id]?.streams[index] else {
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
  /// Returns the time that the work takes on one core.
  func time(for work: Computation.Work) -> Duration {
    divide.time(for: work.divided) + digest.time(for: work.digested) + compress.time(for: work.compressed)
      + decompress.time(for: work.decompressed) + encrypt.time(for: work.encrypted)
  }
}
