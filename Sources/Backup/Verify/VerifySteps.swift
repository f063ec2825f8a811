import Storage
import Units

/// The stages of a verification: list the objects, resolve their references, verify their contents.
struct VerifySteps: Steps {
  enum Purpose: Sendable {
    case configuration
    case point(PointLoader.Step)
    case catalog(CatalogLoader.Step)
    case attributes(ObjectID)
    case segment(BlockFetcher.Step)
    case block(BlockFetcher.Step)
    case pack(PackChecker.Step)
  }

  private enum Stage: Sendable {
    case opening
    case points
    case cataloguing
    case measuringPacks
    case segments
    case blocks
  }

  private(set) var outcome: VerifyJob.Outcome?
  private let level: VerifyJob.Level
  private let isReplica: Bool
  private let master: MasterKey
  private let options: JobOptions

  private var stage = Stage.opening
  private var configurationFailure: JobFailure?
  private var points: PointLoader
  private var loader: CatalogLoader
  private var catalog = Catalog()
  private var segments: SegmentLoader?
  private var fetcher: BlockFetcher?
  private var checker: PackChecker?
  private var contents = PackContents(Catalog())
  private var todo: [ObjectID] = []
  private var waiting = 0
  private var verification = Verification()
  private var damage = VaultDamage()

  init(_ level: VerifyJob.Level, key: MasterKey, isReplica: Bool, options: JobOptions) {
    self.isReplica = isReplica
    self.level = level
    self.options = options
    master = key
    points = PointLoader(key: key)
    loader = CatalogLoader(Catalog(), key: key, options: options)
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    switch stage {
    case .opening:
      guard waiting == 0 else { return nil }
      waiting = 1
      return (.configuration, .vault(.get(VaultFolder.configuration, range: nil)))
    case .points: return points.next().map { (.point($0), $1) }
    case .cataloguing: return loader.next().map { (.catalog($0), $1) }
    case .measuringPacks:
      return popPack().map { (.attributes($0), .vault(.attributes(VaultFolder.pack($0)))) }
    case .segments: return segments?.next().map { (.segment($0), $1) }
    case .blocks:
      return checker?.next().map { (.pack($0), $1) } ?? fetcher?.next().map { (.block($0), $1) }
    }
  }

  private mutating func popPack() -> ObjectID? {
    guard let id = todo.popLast() else { return nil }
    waiting += 1
    return id
  }

  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant) {
    do throws(JobFailure) {
      try take(answer, for: purpose)
    } catch {
      outcome = .failed(error)
    }
  }

  private mutating func take(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .configuration:
      waiting = 0
      try takeConfiguration(answer)
      stage = .points
    case .point(let step):
      try points.receive(answer, for: step)
      if points.isFinished { try takePoints() }
    case .catalog(let step):
      try loader.receive(answer, for: step)
      if let loaded = loader.loaded { beginMeasuring(loaded) }
    case .attributes(let id):
      waiting -= 1
      if case .failure(let error) = answer, error.kind == .damaged {
        damage.note(VaultFolder.pack(id), "\(error)")
      } else {
        measure(id, try answer.reply().attributes)
      }
      if waiting == 0, todo.isEmpty { beginSegments() }
    case .segment(let step):
      try segments?.receive(answer, for: step)
      if segments?.isFinished == true { beginBlocks() }
    case .block(let step):
      for fetched in try fetcher?.receive(answer, for: step) ?? [] where fetched.bytes == nil {
        if let fetcher { damage.bad.insert(fetcher.plan.digest(of: fetched.item)) }
      }
      finishIfChecked()
    case .pack(let step):
      if let finding = try checker?.receive(answer, for: step) { take(finding) }
      finishIfChecked()
    }
  }

  private mutating func takeConfiguration(_ answer: Answer) throws(JobFailure) {
    do throws(JobFailure) {
      try VaultGate.check(try answer.reply().bytes, key: master)
    } catch {
      if case .storage(let error) = error, error.kind != .notFound, error.kind != .damaged {
        throw .storage(error)
      }
      configurationFailure = error
    }
  }

  private mutating func takePoints() throws(JobFailure) {
    let manifests = points.points.compactMap(\.manifest)
    if let failure = configurationFailure {
      // The key is right when it opens anything.
      if failure == .wrongKey, manifests.isEmpty { throw .wrongKey }
      damage.note(VaultFolder.configuration, "\(failure)")
    }
    verification.points = manifests.map(\.point.id)
    stage = .cataloguing
  }

  private mutating func beginMeasuring(_ loaded: LoadedCatalog) {
    catalog = loaded.catalog
    for object in loaded.damaged { damage.note(object.key, "\(object.failure)") }
    damage.compareRoll(points.points, catalog, isReplica: isReplica)
    contents = PackContents(catalog)
    todo = packs.sorted(by: >)
    verification.packs = todo.count
    stage = .measuringPacks
    if todo.isEmpty { beginSegments() }
  }

  /// The packs to check, without lost ones whose blocks are all elsewhere.
  private var packs: [ObjectID] {
    catalog.packs.keys.filter { catalog.lost[$0] == nil || contents.lists($0) }
  }

  private mutating func measure(_ id: ObjectID, _ attributes: ObjectAttributes?) {
    let expected = ByteCount(Int(catalog.packs[id]?.size ?? 0))
    let key = VaultFolder.pack(id)
    if attributes == nil {
      damage.note(key, "is lost")
    } else if let size = attributes?.size, size != expected {
      damage.note(key, "has \(size.bytes) bytes instead of \(expected.bytes)")
    }
    let size = Int(attributes?.size.bytes ?? 0)
    for block in contents[id] where Int(block.offset) + Int(block.storedLength) > size {
      damage.bad.insert(block.digest)
    }
  }

  private mutating func beginSegments() {
    stage = .segments
    let loader = SegmentLoader(
      points.points.compactMap(\.manifest), catalog: catalog, key: master, options: options)
    segments = loader
    if loader.isFinished { beginBlocks() }
  }

  private mutating func beginBlocks() {
    stage = .blocks
    guard let segments else { return }
    for object in segments.damaged { damage.note(object.key, object.problem) }
    verification.read += segments.read
    let reached = damage.reach(points.points.compactMap(\.manifest), segments.segments, catalog)
    verification.blocks = reached.count
    switch level {
    case .structure: break
    case .sample(let ratio, let salt):
      let chosen = reached.sorted { $0.isSampled(ratio, salt) }
      let uses = chosen.enumerated().map { BlockUse(digest: $1, owner: 0, position: $0) }
      fetcher = BlockFetcher(FetchPlan(uses, in: catalog), catalog: catalog, key: master, options: options)
    case .all:
      checker = PackChecker(
        packs, contents, catalog: catalog, key: master, heldMaximum: min(options.heldPacks, options.window))
    }
    finishIfChecked()
  }

  private mutating func take(_ finding: PackChecker.Finding) {
    damage.bad.formUnion(finding.damaged)
    if let problem = finding.problem { damage.note(VaultFolder.pack(finding.pack), problem) }
  }

  private mutating func finishIfChecked() {
    guard fetcher?.isFinished ?? true, checker?.isFinished ?? true else { return }
    verification.read += checker?.read ?? .zero
    if let fetcher {
      verification.read += fetcher.read
      for object in fetcher.damaged { damage.note(object.key, object.problem) }
    }
    let report = damage.report(points.points, segments?.segments ?? [:])
    outcome = report.isEmpty ? .intact(verification) : .damaged(verification, report)
  }
}

extension Digest {
  /// Whether a block belongs to a sample, decided by its digest and the salt alone.
  fileprivate func isSampled(_ ratio: Ratio, _ salt: UInt64) -> Bool {
    let draw = (words[0] ^ salt).mixed.multipliedFullWidth(by: 1_000_000_000).high
    return Int64(draw) < ratio.billionths
  }
}
