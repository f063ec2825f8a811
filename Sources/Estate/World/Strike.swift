import Backup
import Storage
import Units

/// A disaster at the moment of its strike.
public struct Strike: Sendable {
  public var cause: Cause
  public var target: Target
  /// The time from the strike to the outage.
  public var dwell: Duration
  /// The share of the target volumes' used pages that is damaged.
  public var share: Ratio
  /// The duration of a power outage or of a fault of a link or device.
  public var lasting: Duration
  /// The fault's impairments of a link or device. An empty list cuts the link for the duration of the fault.
  public var course: [Impairment]
  /// The random stream for the choice of pages and the results of a crash.
  public var random: RandomStream
  /// Whether a database's files are damaged instead of running a mistaken statement.
  public var harmsFiles = false
  /// The number of servers of the target host that fail; `nil` for all.
  public var servers: Int?

  public init(
    cause: Cause, target: Target, dwell: Duration, share: Ratio, lasting: Duration = .zero,
    course: [Impairment] = [], random: RandomStream
  ) {
    self.cause = cause
    self.target = target
    self.dwell = dwell
    self.share = share
    self.lasting = lasting
    self.course = course
    self.random = random
  }
}

extension Strike {
  fileprivate var courseOrCut: [Impairment] {
    course.isEmpty ? [Impairment(begin: .zero, end: lasting, effect: .down)] : course
  }
}

/// Damage that spreads over pages of volumes in equal steps.
struct GradualDamage: Sendable {
  var kind: PageDamage
  /// The pages in the order of damage: one after the other, as a program walks through files.
  var pages: [(volume: VolumeID, page: Int)]
  var next = 0
  var stepPages: Int
  var stepTime: Duration
}

/// The kind of damage to a page's bytes.
enum PageDamage: Sendable {
  case deleted
  case encrypted(key: UInt64)
  case corrupted(key: UInt64)

  func applied(to page: Bytes, place: Int) -> Bytes {
    switch self {
    case .deleted: return Bytes()
    case .encrypted(let key):
      return page.masked(key: key ^ UInt64(place), words: 0..<(PagedImage.pageSize / 8))
    // The software still writes a head that looks right: eight words in the body are wrong.
    case .corrupted(let key): return page.masked(key: key ^ UInt64(place), words: 64..<72)
    }
  }
}

extension World {
  /// Strikes now. Services that lose their host or volumes go down at once. Hidden damage is not noticed
  /// until the end of the dwell time.
  public mutating func strike(_ strike: Strike) {
    var strike = strike
    trace.record(
      at: now, kind: 2, entity: UInt32(Cause.allCases.firstIndex(of: strike.cause) ?? 0), amount: 0)
    switch (strike.cause, strike.target) {
    case (.accidentalDeletion, .volumes(let ids)): damage(.deleted, ids, &strike)
    case (.applicationUpdateError, .volumes(let ids)):
      damage(.corrupted(key: strike.random.next()), ids, &strike)
    case (.virusAttack, .volumes(let ids)): damage(.encrypted(key: strike.random.next()), ids, &strike)
    case (.virusAttack, .host(let host)):
      damage(.encrypted(key: strike.random.next()), volumes(of: host), &strike)
    case (.vaultAttack, .volumesAndVaults(let ids, let credentials)):
      emptyVaults(openedBy: credentials)
      damage(.deleted, ids, &strike)
    case (.failSlow, .device(let device)): impair(resource(device), strike.course)
    case (_, .host(let host)): lose(host, servers: strike.servers, &strike.random)
    case (_, .device(let device)):
      lose(device)
      reportOutage()
    case (.powerOutage, .site(let site)): cutPower(of: site, for: strike.lasting, &strike.random)
    case (_, .site(let site)):
      lose(site)
      reportOutage()
    case (_, .sites(let sites)):
      for site in sites { lose(site) }
      reportOutage()
    case (_, .link(let link)): impair(resource(link), strike.courseOrCut)
    case (_, .connections(let site)):
      for link in links(of: site) { impair(resource(link), strike.courseOrCut) }
    default: preconditionFailure("\(strike.cause) cannot befall \(strike.target)")
    }
  }

  /// Returns the volumes of all services on a host.
  public func volumes(of host: HostID) -> [VolumeID] {
    blueprint.services.filter { $0.host == host }.flatMap(\.volumes)
  }

  // MARK: Damage to bytes

  private mutating func damage(_ kind: PageDamage, _ ids: [VolumeID], _ strike: inout Strike) {
    var pages: [(volume: VolumeID, page: Int)] = []
    for id in makeMistakes(on: ids, by: strike) where !volumes[id].isLost {
      noteLogDamage(on: id)
      let used = schedules[id].usedPages
      let count = Int((Int64(used) * strike.share.billionths + 999_999_999) / 1_000_000_000)
      // A run of pages from a random place: a directory, a table, an index.
      let first = Int(strike.random.below(UInt64(used)))
      for offset in 0..<min(count, used) { pages.append((id, (first + offset) % used)) }
    }
    let steps = strike.dwell > .zero ? min(64, max(1, pages.count)) : 1
    damages.append(
      GradualDamage(
        kind: kind, pages: pages, stepPages: (pages.count + steps - 1) / steps,
        stepTime: strike.dwell / Int64(steps)))
    spreadDamage(damages.count - 1)
    let services = ids.map { blueprint.volumes[$0].service }
    let distinct = blueprint.services.indices.map(ServiceID.init).filter { services.contains($0) }
    if strike.dwell > .zero {
      isOutageScheduled = true
      events.schedule(.outage(distinct), at: now + strike.dwell)
    } else {
      beginOutage(of: distinct)
    }
  }

  /// Performs one step of gradual damage and schedules the next.
  mutating func spreadDamage(_ index: Int) {
    let damage = damages[index]
    let end = min(damage.pages.count, damage.next + damage.stepPages)
    for (id, page) in damage.pages[damage.next..<end] where !volumes[id].isLost {
      let before = volumes[id].disk.image[page: page]
      guard !before.isEmpty else { continue }
      let after = damage.kind.applied(to: before, place: page)
      write(after.isEmpty ? PagedImage.zeroPage : after, onto: page, of: id)
    }
    for index in volumes.indices where !volumes[index].isLost {
      if !hostFlush(VolumeID(index), through: nil) { volumes[index].disk.flush() }
    }
    damages[index].next = end
    if end < damage.pages.count { events.schedule(.damage(index), at: now + damage.stepTime) }
  }

  /// Writes damaged bytes like any program, so replication copies the damage.
  private mutating func write(_ bytes: Bytes, onto page: Int, of id: VolumeID) {
    guard volumes[id].copies.isEmpty else {
      let size = scale.unscaled(ByteCount(bytes.count))
      return hostWrite(PageWrite(bytes: bytes, nominalSize: size), to: id, at: page)
    }
    mustSucceed { () throws(StorageError) in
      try volumes[id].disk.write(bytes, at: ByteCount(page * PagedImage.pageSize))
    }
  }

  mutating func beginOutage(of services: [ServiceID]) {
    for service in services { premises.stop(service) }
    report(blueprint.services.indices.map(ServiceID.init).filter { !isUp($0) })
  }

  /// Deletes everything unlocked that the stolen credentials can reach, including snapshots. Media that a
  /// courier carries are out of reach.
  private mutating func emptyVaults(openedBy credentials: String) {
    let opened = blueprint.vaults.indices.map(VaultID.init).filter {
      blueprint.vaults[$0].credentials == credentials && courier(of: $0) == nil
    }
    backups.empty(opened, at: now)
    backups.deleteSnapshots(openedBy: credentials)
  }

  // MARK: Loss of things

  private mutating func lose(_ host: HostID, servers: Int?, _ random: inout RandomStream) {
    premises.stop(host, servers: servers)
    // The remaining servers serve on, and none of them has data of its own.
    guard !premises.isUp(host) else { return }
    crashReplication(on: host)
    for id in volumes(of: host) where !volumes[id].isLost {
      volumes[id].crash(using: &random)
      if volumes[id].sharing != nil { mendTornPages(of: id) }
    }
    reportOutage()
  }

  private mutating func lose(_ device: DeviceID) {
    takeDown(resource(device))
    crashReplication(on: device, isLost: true)
    for index in volumes.indices where volumes[index].device == device {
      volumes[index].lose()
      noteLogDamage(on: VolumeID(index))
    }
    for index in blueprint.vaults.indices where blueprint.vaults[index].device == device {
      backups[VaultID(index)].lose()
    }
    backups.loseSnapshots(on: device, of: volumes)
  }

  private mutating func lose(_ site: SiteID) {
    premises.stop(site)
    backups.loseMedia(at: site)
    for index in blueprint.devices.indices where blueprint.devices[index].site == site {
      lose(DeviceID(index))
    }
    takeDown(processors(of: site))
    for index in blueprint.links.indices where blueprint.links[index].ends.contains(site) {
      takeDown(resource(LinkID(index)))
    }
  }

  private mutating func reportOutage() {
    let down = blueprint.services.indices.map(ServiceID.init).filter { !isUp($0) }
    if !down.isEmpty { report(down) }
  }

  /// Cuts the power of a site. Durable data is still there when power returns.
  private mutating func cutPower(of site: SiteID, for time: Duration, _ random: inout RandomStream) {
    premises.stop(site, until: now + time)
    for index in volumes.indices where blueprint.devices[volumes[index].device].site == site {
      volumes[index].crash(using: &random)
      if volumes[index].sharing != nil { mendTornPages(of: VolumeID(index)) }
    }
    for index in blueprint.devices.indices where blueprint.devices[index].site == site {
      takeDown(resource(DeviceID(index)))
      crashReplication(on: DeviceID(index), isLost: false)
    }
    takeDown(processors(of: site))
    for index in blueprint.links.indices where blueprint.links[index].ends.contains(site) {
      takeDown(resource(LinkID(index)))
    }
    for pair in fabric.groups where fabric[pair].standingSite == site {
      fabric[pair].crashCopies(using: &random, schedules)
    }
    events.schedule(.powered(site), at: now + time)
    reportOutage()
  }

  mutating func restorePower(of site: SiteID) {
    connect(site)
    // Devices lost before the power cut do not come back with the power.
    for id in blueprint.devices.indices.map(DeviceID.init)
    where blueprint.devices[id].site == site && isLost(id) {
      takeDown(resource(id))
    }
    restartTargets(at: site)
  }

  private func isLost(_ device: DeviceID) -> Bool {
    volumes.contains { $0.device == device && $0.isLost }
      || backups.vaults.indices.contains {
        blueprint.vaults[$0].device == device && backups.vaults[$0].isLost
      }
  }

  private mutating func report(_ down: [ServiceID]) {
    for service in down {
      for volume in blueprint.services[service].volumes { volumes[volume].stop() }
    }
    endLogArchives(of: down)
    occurrences.append(.outage(down))
  }
}

extension Bytes {
  /// Returns the page with some of its 64-bit words combined with a key stream: SplitMix64 counted from the
  /// key.
  fileprivate func masked(key: UInt64, words: Range<Int>) -> Bytes {
    Bytes(
      [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
        let raw = UnsafeMutableRawBufferPointer(target)
        withUnsafeBytes { raw.copyMemory(from: $0) }
        for word in words {
          let old = raw.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
          raw.storeBytes(of: old ^ (key &+ UInt64(word)).mixed, toByteOffset: word * 8, as: UInt64.self)
        }
        initialized = count
      })
  }
}
