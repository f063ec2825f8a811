import Storage
import Units

/// The stages of copying a vault: listings, then packs, indexes and points from the primary to the replica.
struct ReplicateSteps: Steps {
  enum Purpose: Sendable {
    case configuration
    case found
    case claim
    case list(Listing)
    case condemnation(ObjectID)
    case condemnationAttributes(ObjectID)
    case pardon
    case get(ObjectKey)
    case put(ObjectKey, ByteCount)
    case lock
    case release
  }

  /// The listings. The points of the primary are first, so that later listings include everything that they
  /// need.
  enum Listing: Int, CaseIterable, Sendable {
    case points
    case indexes
    case packs
    case heldPoints
    case heldIndexes
    case heldPacks
    case condemned

    var request: Request {
      switch self {
      case .points: .vault(.list(prefix: VaultFolder.points))
      case .indexes: .vault(.list(prefix: VaultFolder.indexes))
      case .packs: .vault(.list(prefix: VaultFolder.packs))
      case .heldPoints: .vault(.list(prefix: VaultFolder.points), on: .replica)
      case .heldIndexes: .vault(.list(prefix: VaultFolder.indexes), on: .replica)
      case .heldPacks: .vault(.list(prefix: VaultFolder.packs), on: .replica)
      case .condemned: .vault(.list(prefix: VaultFolder.condemned), on: .replica)
      }
    }
  }

  private enum Stage: Sendable {
    case opening
    case founding
    case claiming
    case listing
    /// Takes packs that will be needed again out of the replica's condemnations.
    case judging
    case packs
    case indexes
    case points
    case locking
    case releasing
  }

  private(set) var outcome: ReplicateJob.Outcome?
  private let master: MasterKey
  private let jobKey: JobKey
  private let lockedUntil: Instant?
  /// The points that the replica has removed and must not receive again.
  private let excluded: Set<ObjectKey>
  private let options: JobOptions

  private var stage = Stage.opening
  private var requests: [(Purpose, Request)] = []
  private var waiting = 0
  /// The number of objects being read, which have a window of their own.
  private var getting = 0
  private var passes = 0
  private var hasVanished = false
  private var listed: [KeyList] = []
  private var versions: [ObjectID: UInt64] = [:]
  /// The number of condemnations written anew.
  private var narrowed = UInt64(0)
  private var claim: ObjectKey?
  private var result = Replication()

  init(
    key: MasterKey, excluding: [PointID], lockedUntil: Instant?, salt: JobSalt, options: JobOptions
  ) {
    excluded = Set(excluding.map(\.key))
    master = key
    jobKey = key.derive(salt)
    self.lockedUntil = lockedUntil
    self.options = options
    requests = [(.configuration, .vault(.get(VaultFolder.configuration, range: nil)))]
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    // One listing after the other, so that each is at least as new as the one before.
    if stage == .listing, waiting > 0 { return nil }
    if case .get = requests.last?.0 {
      guard getting < options.window else { return nil }
      getting += 1
    }
    guard let request = requests.popLast() else { return nil }
    waiting += 1
    return request
  }

  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant) {
    waiting -= 1
    do throws(JobFailure) {
      try take(answer, for: purpose)
      while waiting == 0, requests.isEmpty, outcome == nil { try advance(at: now) }
    } catch {
      outcome = .failed(error)
    }
  }

  private mutating func take(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .configuration:
      let bytes = try answer.reply().bytes
      try VaultGate.check(bytes, key: master)
      let put = VaultOperation.put(
        VaultFolder.configuration, bytes, if: .absent, lockedUntil: lockedUntil)
      requests.append((.found, .vault(put, on: .replica)))
    case .found:
      if case .failure(let error) = answer, error.kind == .conditionFailed { return }
      _ = try answer.reply()
    case .list(let listing): listed[listing.rawValue] = try answer.reply().keys
    case .condemnationAttributes(let id):
      guard let attributes = try answer.reply().attributes else { return }
      versions[id] = attributes.version
      requests.append((.condemnation(id), .vault(.get(VaultFolder.condemned(id), range: nil), on: .replica)))
    case .condemnation(let id): try judge(answer, id)
    case .pardon:
      if case .failure(let error) = answer, error.kind == .notFound { return }
      _ = try answer.reply()
    case .get(let key):
      getting -= 1
      try takeObject(answer, key)
    case .put(let key, let size): try takePut(answer, key, size)
    case .claim, .lock, .release: _ = try answer.reply()
    }
  }

  private mutating func advance(at now: Instant) throws(JobFailure) {
    switch stage {
    case .opening: stage = .founding
    case .founding: beginClaiming(at: now)
    case .claiming: try beginListing()
    case .listing: beginJudging()
    case .judging: copy(.packs, missing(.packs, .heldPacks))
    case .packs: copy(.indexes, missing(.indexes, .heldIndexes))
    case .indexes where hasVanished: try beginListing()
    case .indexes: copy(.points, missing(.points, .heldPoints).filter { !excluded.contains($0) })
    case .points: beginLocking()
    case .locking: beginReleasing()
    case .releasing:
      result.points.sort()
      outcome = .replicated(result)
    }
  }

  // MARK: Fences

  private mutating func beginClaiming(at now: Instant) {
    stage = .claiming
    let point = PointID(instant: now, tag: jobKey.salt.objectID(.point, 0).high)
    let contents = PendingClaim(point: point, leaseEnd: now + options.lease)
    let object = SealedObject.seal(
      contents.encoded, .pending, as: point.key, key: jobKey, number: FrameNumber.of(.pending, 0))
    claim = point.key
    requests.append((.claim, .vault(.put(point.key, object, if: .absent, lockedUntil: nil), on: .replica)))
  }

  private mutating func beginJudging() {
    stage = .judging
    requests = listed[Listing.condemned.rawValue].compactMap { ObjectID($0) }.map { id in
      (.condemnationAttributes(id), .vault(.attributes(VaultFolder.condemned(id)), on: .replica))
    }
  }

  /// Takes packs of the primary out of a condemnation, because future points may need them.
  ///
  /// The other packs stay condemned, and their grace begins anew: a primary that is pruned too always has some packs
  /// that are about to go.
  private mutating func judge(_ answer: Answer, _ id: ObjectID) throws(JobFailure) {
    if case .failure(let error) = answer, error.kind == .notFound { return }
    let key = VaultFolder.condemned(id)
    let opened = try SealedObject.open(try answer.reply().bytes, .condemnation, as: key, key: master)
    var contents = try CondemnationContents(opened)
    let needed = Set(listed[Listing.packs.rawValue])
    let rest = contents.packs.filter { !needed.contains(VaultFolder.pack($0)) }
    guard rest.count < contents.packs.count else { return }
    guard !contents.isCarriedOut else {
      throw .storage(
        StorageError(.conditionFailed, "the replica is being pruned: replicate when that is done"))
    }
    contents.packs = rest
    guard let version = versions[id], contents != CondemnationContents() else {
      requests.append((.pardon, .vault(.delete(key, if: versions[id]), on: .replica)))
      return
    }
    let object = SealedObject.seal(
      contents.encoded, .condemnation, as: key, key: jobKey,
      number: FrameNumber.of(.condemnation, narrowed))
    narrowed += 1
    requests.append(
      (.pardon, .vault(.put(key, object, if: .version(version), lockedUntil: nil), on: .replica)))
  }

  private mutating func beginReleasing() {
    stage = .releasing
    if let claim { requests.append((.release, .vault(.delete(claim, if: nil), on: .replica))) }
  }

  // MARK: Copying

  private mutating func beginListing() throws(JobFailure) {
    passes += 1
    guard passes <= 4 else { throw .damaged("the primary's objects vanish while they are copied") }
    stage = .listing
    hasVanished = false
    listed = Array(repeating: KeyList(), count: Listing.allCases.count)
    requests = Listing.allCases.reversed().map { (.list($0), $0.request) }
  }

  /// Returns the keys of one list that the other one lacks. Stores list in ascending order.
  private func missing(_ there: Listing, _ here: Listing) -> [ObjectKey] {
    listed[there.rawValue].subtracting(listed[here.rawValue])
  }

  private mutating func copy(_ next: Stage, _ keys: [ObjectKey]) {
    stage = next
    requests = keys.reversed().map { (.get($0), .vault(.get($0, range: nil))) }
  }

  private mutating func takeObject(_ answer: Answer, _ key: ObjectKey) throws(JobFailure) {
    if case .failure(let error) = answer, error.kind == .notFound {
      // A prune of the primary was faster. Points may go without a trace; what else goes has been replaced.
      if stage != .points { hasVanished = true }
      return
    }
    let bytes = try answer.reply().bytes
    if stage == .points, (try? ObjectHeader(bytes))?.kind != .point { return }
    let put = VaultOperation.put(key, bytes, if: .absent, lockedUntil: lockedUntil)
    requests.append((.put(key, ByteCount(bytes.count)), .vault(put, on: .replica)))
  }

  private mutating func takePut(_ answer: Answer, _ key: ObjectKey, _ size: ByteCount) throws(JobFailure) {
    if case .failure(let error) = answer, error.kind == .conditionFailed { return }
    _ = try answer.reply()
    result.objects += 1
    result.copied += size
    if let point = PointID(key) { result.points.append(point) }
  }

  private mutating func beginLocking() {
    guard let lockedUntil else { return beginReleasing() }
    stage = .locking
    let held = [Listing.heldPacks, .heldIndexes].flatMap { listed[$0.rawValue] }
    let copied = Set([Listing.packs, .indexes].flatMap { listed[$0.rawValue] })
    let old = [VaultFolder.configuration] + held.filter { copied.contains($0) }
    requests = old.map { (.lock, .vault(.lock($0, until: lockedUntil), on: .replica)) }
  }
}

extension ReplicateSteps {
  /// Traps unless requests are counted, and a replica is changed only under a claim.
  func checkInvariants() {
    precondition(waiting >= 0, "a request is answered once")
    precondition(
      (0...options.window).contains(getting) && getting <= waiting, "reads have a window of their own")
    precondition((0...4).contains(passes), "a vault is listed a few times")
    precondition(result.points.count <= result.objects, "a point that was copied is an object")
    switch stage {
    case .opening, .founding: precondition(claim == nil, "a claim follows the configuration")
    case .claiming: precondition(claim != nil, "a claim has its name")
    case .listing, .judging, .packs, .indexes, .points, .locking, .releasing:
      precondition(claim != nil && listed.count == Listing.allCases.count, "what is copied was listed")
    }
  }
}
