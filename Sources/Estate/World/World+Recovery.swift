import Backup
import Storage
import Units

/// A source of a service's data for recovery.
public enum RecoverySource: Codable, Hashable, Sendable {
  case snapshot
  case vault(VaultID)
  /// A checkpoint in the journal at a DR site.
  case journal(SiteID)
  /// An earlier snapshot that an interval copy kept at a DR site.
  case remoteSnapshot(SiteID)
}

/// A recovery point from which a service can be restored now.
public struct RecoveryOption: Sendable {
  /// The instant whose state the point holds.
  public let instant: Instant
  public let source: RecoverySource
  let origin: Origin

  enum Origin: Sendable {
    case snapshot(agent: Int, point: Int)
    case vault(VaultID, PointID)
    case copy(CopyPoint)
  }
}

extension World {
  // MARK: What is there

  /// Whether a service is down, or hidden damage will take it down.
  public var hasOutageAhead: Bool {
    isOutageScheduled || !occurrences.isEmpty || blueprint.services.indices.contains { !isUp(ServiceID($0)) }
  }
  public func isUp(_ site: SiteID) -> Bool { premises.isUp(site) }
  /// Returns the time at which a site's power returns; `nil` when power is not the problem.
  public func powerReturn(of site: SiteID) -> Instant? { premises.powerReturn(of: site) }
  public func isUp(_ host: HostID) -> Bool { premises.isUp(host) }
  /// Whether too few of a host's servers are intact, with or without power.
  public func isLost(_ host: HostID) -> Bool { premises.isLost(host) }
  /// Returns the present site of a host.
  public func site(of host: HostID) -> SiteID { premises.site(of: host) }

  /// Returns the points from which a service can be restored, oldest first. Of simultaneous points the
  /// nearest is last.
  ///
  /// - Parameter place: the site of the service after its recovery; `nil` for its present site.
  public func recoveryOptions(for service: ServiceID, at place: SiteID? = nil) -> [RecoveryOption] {
    var options: [(distance: Int, option: RecoveryOption)] = []
    let wanted = blueprint.services[service].volumes
    for (index, agent) in backups.snapshots.enumerated() {
      for (place, point) in agent.points.enumerated() where wanted.allSatisfy({ point.images[$0] != nil }) {
        let origin = RecoveryOption.Origin.snapshot(agent: index, point: place)
        options.append((0, RecoveryOption(instant: point.instant, source: .snapshot, origin: origin)))
      }
    }
    let home = place ?? premises.site(of: blueprint.services[service].host)
    for agent in backups.agents {
      let places =
        [(agent.policy.vault, agent.points)]
        + (agent.policy.replica.map { [($0, agent.replica.points)] } ?? [])
      for (vault, points) in places where canReach(vault, from: home) {
        for point in points
        where backups[vault].holds(point.id)
          && isAtHand(point.id, in: vault, of: agent, from: home)
        {
          options.append(
            (
              site(of: vault) == home ? 1 : 2,
              RecoveryOption(instant: point.instant, source: .vault(vault), origin: .vault(vault, point.id))
            ))
        }
      }
    }
    options += rewindOptions(for: service).map { (3, $0) }
    return options.sorted { ($0.option.instant, $1.distance) < ($1.option.instant, $0.distance) }.map(
      \.option)
  }

  /// Whether a site can read a vault now.
  func canReach(_ vault: VaultID, from home: SiteID) -> Bool {
    guard !backups[vault].isLost, isUp(blueprint.vaults[vault].device) else { return false }
    let place = site(of: vault)
    if place == home || backups[vault].media?.site == home { return true }
    if courier(of: vault) != nil { return false }
    return blueprint.link(between: place, and: home).map(isUp) ?? false
  }

  /// Returns the number of a service's pages that its application would refuse to read.
  public func damagedPages(of service: ServiceID, reader: StampReader) -> Int {
    if let database = database(of: service) { return damagedPages(of: database, reader: reader) }
    return blueprint.services[service].volumes.reduce(0) { $0 + damagedPages(of: $1, reader: reader) }
  }

  // MARK: What is done

  /// Starts to restore a service's volumes from a recovery point; `restored` occurs at the end.
  public mutating func startRestore(of service: ServiceID, from option: RecoveryOption) -> ActivityID {
    let wanted = blueprint.services[service].volumes
    let home = premises.site(of: blueprint.services[service].host)
    if case .copy(let copy) = option.origin {
      let images = images(of: wanted, at: copy)
      disableReplication()
      return copyBack(images, from: copy.pair, to: home)
    }
    disableReplication()
    switch option.origin {
    case .copy: preconditionFailure("a copy's point is copied back")
    case .snapshot(let agent, let place):
      let images = wanted.compactMap { id in
        backups.snapshots[agent].points[place].images[id].map { (volume: id, image: $0) }
      }
      return revert(images, at: home)
    case .vault(let vault, let point):
      let job = RestoreJob(
        point, key: BackupService.masterKey, selection: .named(wanted.map { blueprint.volumes[$0].name }),
        target: target(service), catalog: backups[vault].knownCatalog, options: Self.restoreOptions)
      backups[restored: service] = nil
      for id in wanted {
        volumes[id].beginRestore(isWhole: true)
      }
      return begin(
        .restore(job),
        Activity(
          vault: vault, site: home,
          streams: volumes.indices.map { .target(VolumeID($0)) }, service: service))
    }
  }

  /// Returns the assumptions that a restore may make about its target volumes.
  private func target(_ service: ServiceID) -> RestoreJob.Target {
    let wanted = blueprint.services[service].volumes
    if let restored = backups[restored: service],
      zip(wanted, restored.images).allSatisfy({ volumes[$0].image.pagesChanged(since: $1).isEmpty })
    {
      return .restored(restored.contents)
    }
    return wanted.allSatisfy { volumes[$0].isNew } ? .fresh : .used
  }

  /// Reverts volumes to a snapshot. Pages that differ are read and written on the device that holds both.
  private mutating func revert(_ images: [(volume: VolumeID, image: PagedImage)], at site: SiteID)
    -> ActivityID
  {
    let id = jobs.add(.revert(images), Activity(site: site))
    let legs = images.map { volume, image in
      let pages = volumes[volume].image.pagesChanged(since: image).count
      return Operation.Leg(
        resource: resource(volumes[volume].device),
        amount: scale.unscaled(ByteCount(2 * pages * PagedImage.pageSize)))
    }
    let latency = images.map { blueprint.devices[volumes[$0.volume].device].latency }.max() ?? .zero
    start(.revert(id), through: legs, latency: latency)
    return id
  }

  mutating func finishRevert(_ id: ActivityID, succeeded: Bool) {
    guard let images = jobs.revertedImages(of: id) else { return }
    jobs.end(id)
    guard succeeded else { return occurrences.append(.restored(id, .failed("its device is down"))) }
    for (volume, image) in images {
      volumes[volume].revert(to: image)
    }
    occurrences.append(.restored(id, .complete))
  }

  mutating func restoreEnded(_ id: ActivityID, of activity: Activity, _ outcome: RestoreJob.Outcome) {
    // The catalog and the volumes' contents are kept for the next restore.
    if let vault = activity.vault, let catalog = outcome.restoration?.catalog {
      backups[vault].remember(catalog)
    }
    if let service = activity.service, let contents = outcome.restoration?.contents {
      let images = blueprint.services[service].volumes.map { volumes[$0].image }
      backups[restored: service] = RestoredVolumes(images: images, contents: contents)
    }
    occurrences.append(.restored(id, RestoreEnding(outcome)))
  }

  /// Cancels all running restores.
  public mutating func cancelRestores() { jobs.endRecoveries() }

  /// Replaces a lost server by a new one.
  public mutating func replace(_ host: HostID) { premises.start(host) }

  /// Starts the hosts of a site with restored power.
  public mutating func powerUp(_ site: SiteID) { premises.startHosts(at: site) }

  /// Replaces a lost device by a new one with empty volumes.
  public mutating func replace(_ device: DeviceID) {
    infrastructure.bringUp(resource(device))
    for index in volumes.indices where volumes[index].device == device { volumes[index].makeAnew() }
  }

  /// Rebuilds a lost site at another one, with new hosts and empty volumes on a device there.
  public mutating func rebuild(_ lost: SiteID, at site: SiteID, on device: DeviceID) {
    premises.moveHosts(from: lost, to: site)
    for index in volumes.indices where blueprint.devices[volumes[index].device].site == lost {
      volumes[index].rebuild(on: device)
    }
  }

  /// Starts a service's application, which repairs torn pages and then answers.
  public mutating func resume(_ service: ServiceID) {
    for id in blueprint.services[service].volumes { mendTornPages(of: id) }
    premises.start(service)
  }

  /// Resumes all applications from the next scheduled write. A new course of the ledger begins.
  public mutating func goOn(reader: StampReader) {
    fabric.forgetEndedSplitBrain()
    for id in volumes.indices.map(VolumeID.init) where volumes[id].database != nil {
      volumes[id].resume()
    }
    for id in databases.indices.map(DatabaseID.init) { goOn(id, reader: reader) }
    for id in volumes.indices.map(VolumeID.init) where volumes[id].database == nil {
      if let arrival = volumes[id].takeArrival() { events.cancel(arrival) }
      let next = schedules[id].firstWrite(after: now)
      ledger.beginCourse(
        of: id, withWrite: next, on: reader.writes(in: volumes[id].image, of: schedules[id]))
      volumes[id].resume(withWrite: next)
      scheduleNextArrival(id)
    }
  }

  /// Repairs pages that a crash left half written, from the application's journal.
  mutating func mendTornPages(of id: VolumeID) {
    let maker = schedules[id].maker
    volumes[id].mendTornPages { maker.stamp(of: $0) != nil }
  }

  /// Returns the bytes that one restore reads at once, in whole requests and in requests for single blocks.
  public static func restorePieces(
    of chunking: Chunking, at scale: Scale
  ) -> (inFlight: ByteCount, inSmallRequests: ByteCount) {
    let options = restoreOptions
    let whole = max(options.transferSize, chunking.maximum)
    return (
      scale.unscaled(ByteCount(options.window * whole)),
      scale.unscaled(ByteCount(options.window * chunking.usualSize))
    )
  }

  /// The options of a restore, which knows nothing of the vault at first.
  static var restoreOptions: JobOptions {
    var options = JobOptions()
    options.looksForPacks = false
    options.transferSize = 128 << 10
    options.gapMaximum = 16 << 10
    return options
  }
}

/// The volumes that a restore of a service has written.
struct RestoredVolumes: Sendable {
  /// The images at the end of the restore.
  let images: [PagedImage]
  let contents: RestoredContents
}

/// The result of a restore.
public enum RestoreEnding: Hashable, Sendable {
  case complete
  case failed(String)

  init(_ outcome: RestoreJob.Outcome) {
    switch outcome {
    case .restored: self = .complete
    case .damaged(_, let report): self = .failed("\(report.objects.count) damaged objects")
    case .failed(let failure): self = .failed("\(failure)")
    }
  }
}
