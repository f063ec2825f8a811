import Replication
import Storage
import Units

/// An earlier state of a group's copy that the DR site keeps.
struct CopyPoint: Sendable {
  enum Place: Sendable {
    case journal(JournalPoint)
    /// The images of the group's volumes, in its order.
    case kept([PagedImage])
  }

  let pair: PairID
  let place: Place
}

/// A past state of a group's copy, kept at the DR site.
struct KeptCopy: Sendable {
  let instant: Instant
  /// The images of the volumes, in the group's order.
  let images: [PagedImage]
}

extension World {
  /// Returns the points of copies at other sites for rewinding a service: checkpoints of a journal and kept
  /// snapshots.
  func rewindOptions(for service: ServiceID) -> [RecoveryOption] {
    let wanted = blueprint.services[service].volumes
    let home = premises.site(of: blueprint.services[service].host)
    return protectionGroups.filter {
      isReadable($0, from: home) && wanted.allSatisfy(fabric[$0].volumes.contains)
    }
    .flatMap { journalOptions(of: $0) + keptOptions(of: $0) }
  }

  private func isReadable(_ pair: PairID, from home: SiteID) -> Bool {
    let node = fabric[pair][fabric[pair].standing]
    guard !node.isBlank, isUp(node.site), node.devices.allSatisfy(isUp) else { return false }
    if node.site == home { return true }
    return blueprint.link(between: node.site, and: home).map(isUp) ?? false
  }

  private func journalOptions(of pair: PairID) -> [RecoveryOption] {
    let site = fabric[pair].standingSite
    return states(of: pair).map { point in
      RecoveryOption(
        instant: point.point.instant, source: .journal(site),
        origin: .copy(CopyPoint(pair: pair, place: .journal(point))))
    }
  }

  /// Returns the recoverable states: after every write under synchronous replication, otherwise the
  /// checkpoints.
  private func states(of pair: PairID) -> [JournalPoint] {
    guard let journal = standingJournal(of: pair) else { return [] }
    return fabric[pair].policy.mode == .hostIO(.synchronous) ? journal.heldStates : journal.heldPoints
  }

  private func holds(_ point: JournalPoint, _ pair: PairID, _ journal: Journal) -> Bool {
    if journal.holds(point) { return true }
    return fabric[pair].policy.mode == .hostIO(.synchronous) && journal.heldStates.contains(point)
  }

  private func keptOptions(of pair: PairID) -> [RecoveryOption] {
    let site = fabric[pair].standingSite
    return fabric[pair].keptCopies.map { copy in
      RecoveryOption(
        instant: copy.instant, source: .remoteSnapshot(site),
        origin: .copy(CopyPoint(pair: pair, place: .kept(copy.images))))
    }
  }

  /// Keeps the state that an interval copy has just reached, and as many earlier ones as the policy states.
  mutating func keepCopy(_ pair: PairID, _ node: Int, _ point: ReplicaPoint) {
    let policy = fabric[pair].policy
    guard policy.keptSnapshots > 0, node == fabric[pair].standing,
      fabric[pair][node].engine?.holdsCopy ?? false
    else { return }
    fabric[pair].keep(KeptCopy(instant: point.instant, images: images(of: pair, at: node)))
  }

  // MARK: Copying back

  /// Returns the contents of volumes at a point of their copy; `nil` when the copy no longer holds the point.
  func images(of wanted: [VolumeID], at copy: CopyPoint) -> [(volume: VolumeID, image: PagedImage)]? {
    let pair = copy.pair
    let journal = standingJournal(of: pair)
    var images: [(volume: VolumeID, image: PagedImage)] = []
    for id in wanted {
      guard let place = fabric[pair].volumes.firstIndex(of: id) else { return nil }
      switch copy.place {
      case .kept(let kept): images.append((id, kept[place]))
      case .journal(let point):
        guard let journal, holds(point, pair, journal) else { return nil }
        let base = image(of: place, pair, fabric[pair].standing)
        images.append((id, rewinds.rewound(base, volume: place, to: point, of: journal)))
      }
    }
    return images
  }

  /// Copies the differences between the volumes and a point of their copy back. Reading, sending and writing
  /// overlap.
  mutating func copyBack(
    _ images: [(volume: VolumeID, image: PagedImage)]?, from pair: PairID, to home: SiteID
  )
    -> ActivityID
  {
    let id = jobs.add(.revert(images ?? []), Activity(site: home))
    guard let images else {
      occurrences.append(.restored(id, .failed("the copy gave up the point")))
      jobs.end(id)
      return id
    }
    let way = wayBack(of: images, from: pair, to: home)
    jobs.setChains(PortionChain.count, of: id)
    for place in 0..<PortionChain.count {
      let chain = PortionChain(legs: way.legs, latency: way.latency, place: place)
      start(.portion(id, chain), through: chain.portion, latency: way.latency)
    }
    for (volume, _) in images { volumes[volume].beginCopyBack() }
    return id
  }

  /// Returns the path of one portion from the copy's device over the link to the volumes' devices.
  private func wayBack(
    of images: [(volume: VolumeID, image: PagedImage)], from pair: PairID, to home: SiteID
  ) -> (legs: [Operation.Leg], latency: Duration) {
    let node = fabric[pair][fabric[pair].standing]
    let sizes = images.map { portion(of: differingBytes(of: $0.volume, from: $0.image)) }
    var legs = zip(images, sizes).map { image, size in
      Operation.Leg(resource: resource(deviceOfCopy(of: image.volume, in: pair)), amount: size)
    }
    var latency = node.devices.map { blueprint.devices[$0].latency }.max() ?? .zero
    if node.site != home, let link = blueprint.link(between: node.site, and: home) {
      legs.append(Operation.Leg(resource: resource(link), amount: sizes.reduce(.zero, +)))
      latency += blueprint.links[link].latency * 2
    }
    for (image, size) in zip(images, sizes) {
      legs.append(Operation.Leg(resource: resource(volumes[image.volume].device), amount: size))
    }
    return (legs, latency)
  }

  private func deviceOfCopy(of volume: VolumeID, in pair: PairID) -> DeviceID {
    let node = fabric[pair][fabric[pair].standing]
    return node.devices[fabric[pair].volumes.firstIndex(of: volume) ?? 0]
  }

  private func portion(of size: ByteCount) -> ByteCount {
    let portions = Int64(PortionChain.count * PortionChain.length)
    return ByteCount((size.bytes + portions - 1) / portions)
  }

  /// Returns the differing bytes at full size. Damaged pages count whole, and written pages count at their
  /// nominal size.
  private func differingBytes(of id: VolumeID, from image: PagedImage) -> ByteCount {
    let pages = volumes[id].image.differingPages(from: image)
    func atFullSize(_ count: Int) -> ByteCount { scale.unscaled(ByteCount(count * PagedImage.pageSize)) }
    guard volumes[id].database == nil else { return atFullSize(pages.count) }
    let maker = schedules[id].maker
    let numbers = pages.compactMap { maker.stamp(of: volumes[id].image[page: $0])?.write }
    let written = numbers.filter { $0 > 0 }.reduce(ByteCount.zero) {
      $0 + schedules[id].nominalSize(ofWrite: Int($1))
    }
    return atFullSize(pages.count - numbers.count) + min(atFullSize(numbers.count), written)
  }

  /// Handles a copied portion and starts the next one of its chain.
  mutating func finishPortion(_ id: ActivityID, _ chain: PortionChain, succeeded: Bool) {
    guard jobs.contains(id) else { return }
    if jobs.replay(of: id) != nil, !succeeded || chain.next == nil {
      return finishReplayPart(id, succeeded: succeeded)
    }
    guard succeeded else { return finishRevert(id, succeeded: false) }
    if let next = chain.next {
      return start(.portion(id, next), through: next.portion, latency: next.latency)
    }
    if jobs.endChain(of: id) { finishRevert(id, succeeded: true) }
  }
}

/// A chain of portions that are copied one after another. Several chains keep every device on the path busy.
///
/// Each chain begins with another fraction of a portion and ends with its rest. The chains thus do not stay
/// at one resource together.
struct PortionChain: Sendable {
  static let count = 4
  static let length = 16

  /// The legs of a whole portion.
  private let legs: [Operation.Leg]
  let latency: Duration
  private let place: Int
  private var number = 0

  init(legs: [Operation.Leg], latency: Duration, place: Int) {
    self.legs = legs
    self.latency = latency
    self.place = place
  }

  /// The legs of the present portion.
  var portion: [Operation.Leg] {
    switch number {
    case 0: parts(place + 1)
    case Self.length: parts(Self.count - place - 1)
    default: legs
    }
  }

  /// The chain after one more portion; `nil` after the last.
  var next: PortionChain? {
    guard number < Self.length else { return nil }
    var chain = self
    chain.number += 1
    return chain
  }

  /// Returns the legs for `count` fourths of a portion.
  private func parts(_ count: Int) -> [Operation.Leg] {
    legs.map { leg in
      var leg = leg
      leg.amount = ByteCount(leg.amount.bytes * Int64(count) / Int64(Self.count))
      return leg
    }
  }
}

extension PagedImage {
  /// Returns the pages whose bytes differ, whether or not the images share memory.
  fileprivate func differingPages(from other: PagedImage) -> [Int] {
    pagesChanged(since: other).filter { page in
      let (a, b) = (self[page: page], other[page: page])
      return (a.isEmpty ? Self.zeroPage : a) != (b.isEmpty ? Self.zeroPage : b)
    }
  }
}
