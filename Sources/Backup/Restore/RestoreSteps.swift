import Storage
import Units

/// The stages of a restore: manifest, catalog, block lists, then blocks from the vault to the targets.
struct RestoreSteps: Steps {
  enum Purpose: Sendable {
    case manifest
    case configuration
    case catalog(CatalogLoader.Step)
    case list(BlockFetcher.Step)
    case prepare
    case block(BlockFetcher.Step)
    case write(ByteCount)
    case flush
  }

  private enum Stage: Sendable {
    case opening
    /// Determines whether a manifest that does not open is damaged or has another key.
    case diagnosing(JobFailure)
    case cataloguing
    /// Reads the block lists.
    case listing
    case preparing
    case restoring
    case flushing
  }

  private(set) var outcome: RestoreJob.Outcome?

  private let id: PointID
  private let master: MasterKey
  private let selection: RestoreJob.Selection
  private let target: RestoreJob.Target
  private let options: JobOptions

  private var stage = Stage.opening
  private var requests: [(Purpose, Request)] = []
  private var unanswered = 0
  private var loader: CatalogLoader
  private var catalog = Catalog()
  private var restoration: Restoration?
  private var lists: StreamLists?
  private var fetcher: BlockFetcher?
  private var zeros: [(stream: Int, extent: Extent)] = []
  /// The blocks that the present fetcher could not read.
  private var lost: [BlockUse] = []
  /// The stage to resume after the catalog was loaded again; `nil` before that.
  private var resumption: Stage?
  private var damage = DamageCollector()

  init(
    _ point: PointID, key: MasterKey, selection: RestoreJob.Selection, target: RestoreJob.Target,
    catalog: Catalog?, options: JobOptions
  ) {
    id = point
    master = key
    self.selection = selection
    self.target = target
    self.options = options
    loader = CatalogLoader(catalog ?? Catalog(), key: key, options: options)
    requests = [(.manifest, .vault(.get(point.key, range: nil)))]
  }

  /// Creates the stages of reading an open point. They begin with the block lists that are still unread.
  init(_ opened: OpenPoint, _ selection: RestoreJob.Selection, key: MasterKey, options: JobOptions) {
    let point = opened.point
    self.init(
      point.id, key: key, selection: selection, target: .fresh, catalog: opened.catalog, options: options)
    requests = []
    catalog = opened.catalog
    restoration = Restoration(point: point)
    do throws(JobFailure) {
      lists = StreamLists(
        opened.manifest, try selected(point), extents: extents, known: opened.segments)
    } catch {
      outcome = .failed(error)
      return
    }
    stage = .listing
    fetch(lists?.segmentUses ?? [])
    if fetcher?.isFinished == true { finishListing() }
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    if let request = requests.popLast() {
      unanswered += 1
      return request
    }
    switch stage {
    case .opening, .diagnosing, .preparing, .flushing: return nil
    case .cataloguing: return loader.next().map { (.catalog($0), $1) }
    case .listing: return fetcher?.next().map { (.list($0), $1) }
    case .restoring: return nextZeros() ?? fetcher?.next().map { (.block($0), $1) }
    }
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
    case .manifest: try open(try answer.reply().bytes)
    case .configuration: throw diagnosis(answer)
    case .catalog(let step):
      try loader.receive(answer, for: step)
      if let loaded = loader.loaded { take(loaded) }
    case .list(let step):
      for fetched in try fetcher?.receive(answer, for: step) ?? [] { takeSegment(fetched) }
      if fetcher?.isFinished == true { finishListing() }
    case .prepare, .write, .flush:
      _ = try answer.reply()
      unanswered -= 1
      if case .write(let count) = purpose { restoration?.written += count }
      advance()
    case .block(let step):
      takeBlocks(try fetcher?.receive(answer, for: step) ?? [])
      advance()
    }
  }

  // MARK: The manifest

  private mutating func open(_ object: Bytes) throws(JobFailure) {
    unanswered -= 1
    let manifest: Manifest
    do throws(JobFailure) {
      let (kind, contents) = try SealedObject.open(object, as: id.key, key: master)
      guard kind != .pending else {
        throw .storage(StorageError(.notFound, "\(id.key) is not acknowledged"))
      }
      guard kind == .point else { throw .damaged("\(id.key) is of another kind") }
      manifest = try Manifest(contents)
    } catch {
      if case .storage = error { throw error }
      stage = .diagnosing(error)
      requests = [(.configuration, .vault(.get(VaultFolder.configuration, range: nil)))]
      return
    }
    restoration = Restoration(point: manifest.point)
    lists = StreamLists(manifest, try selected(manifest.point), extents: extents)
    stage = .cataloguing
  }

  private var extents: [Extent]? {
    if case .extents(let extents, _) = selection { extents } else { nil }
  }

  private func selected(_ point: RecoveryPoint) throws(JobFailure) -> [Int] {
    switch selection {
    case .all: return Array(point.streams.indices)
    case .extents(_, let name): return try selected(point, [name])
    case .named(let names): return try selected(point, names)
    }
  }

  private func selected(_ point: RecoveryPoint, _ names: [String]) throws(JobFailure) -> [Int] {
    var indices: [Int] = []
    for name in names {
      guard let index = point.streams.firstIndex(where: { $0.name == name }) else {
        throw .storage(StorageError(.notFound, "the point \(id) has no stream '\(name)'"))
      }
      indices.append(index)
    }
    return indices
  }

  /// Returns the failure: if the configuration opens, the key is right and the manifest is damaged.
  private func diagnosis(_ answer: Answer) -> JobFailure {
    guard case .diagnosing(let failure) = stage else { preconditionFailure("a diagnosis has a cause") }
    if case .success(let reply) = answer, failure == .wrongKey,
      (try? VaultGate.check(reply.bytes, key: master)) != nil
    {
      return .damaged("\(id.key)")
    }
    return failure
  }

  // MARK: Fetching

  private mutating func take(_ loaded: LoadedCatalog) {
    catalog = loaded.catalog
    for object in loaded.damaged { damage.note(object.key, "\(object.failure)") }
    switch resumption {
    case .restoring:
      stage = .restoring
      fetch(lost)
      advance()
    default:
      stage = .listing
      fetch(resumption == nil ? lists?.segmentUses ?? [] : lost)
      if fetcher?.isFinished == true { finishListing() }
    }
  }

  private mutating func fetch(_ uses: consuming [BlockUse]) {
    collectFetcher()
    let plan = FetchPlan(consume uses, in: catalog)
    lost = plan.unlisted
    fetcher = BlockFetcher(plan, catalog: catalog, key: master, options: options)
  }

  /// Whether to load the catalog again, because a prune may have moved the missing blocks.
  private mutating func looksAgain() -> Bool {
    guard !lost.isEmpty, resumption == nil else { return false }
    resumption = stage
    stage = .cataloguing
    loader = CatalogLoader(Catalog(), key: master, options: options)
    return true
  }

  private mutating func collectFetcher() {
    guard let fetcher else { return }
    restoration?.read += fetcher.read
    for object in fetcher.damaged { damage.note(object.key, object.problem) }
    self.fetcher = nil
  }

  // MARK: Block lists

  private mutating func takeSegment(_ fetched: BlockFetcher.Fetched) {
    guard let plan = fetcher?.plan else { return }
    let digest = plan.digest(of: fetched.item)
    let segment = fetched.bytes.flatMap { try? Segment($0, digest: digest) }
    for use in plan.uses(of: fetched.item) {
      if let segment, lists?.put(segment, use) == true { continue }
      lost.append(use)
    }
  }

  private mutating func finishListing() {
    if looksAgain() { return }
    for use in lost { lists?.lose(use, into: &damage) }
    stage = .preparing
    guard let lists, let restoration else { return }
    requests = lists.selected.reversed().map { stream in
      (.prepare, .stream(stream, .prepare(restoration.point.streams[stream])))
    }
    if requests.isEmpty { advance() }
  }

  // MARK: Blocks

  private mutating func advance() {
    guard unanswered == 0, requests.isEmpty else { return }
    switch stage {
    case .preparing: beginRestoring()
    case .restoring where fetcher?.isFinished == true && zeros.isEmpty: finishRestoring()
    case .flushing: finish()
    default: break
    }
  }

  private mutating func beginRestoring() {
    stage = .restoring
    guard let lists else { return }
    fetch(lists.blockUses(besides: target.present))
    if !target.isZero {
      zeros = lists.zeroExtents(besides: target.present, step: options.transferSize).reversed()
    }
    advance()
  }

  private mutating func takeBlocks(_ fetched: [BlockFetcher.Fetched]) {
    guard let plan = fetcher?.plan else { return }
    var fragments: [(stream: Int, fragment: Fragment)] = []
    for block in fetched {
      let uses = plan.uses(of: block.item)
      guard let bytes = block.bytes else {
        lost += uses
        continue
      }
      for use in uses {
        fragments.append((use.owner, Fragment(offset: ByteCount(use.position), bytes: bytes)))
      }
    }
    fragments.sort { ($0.stream, $0.fragment.offset) < ($1.stream, $1.fragment.offset) }
    for group in fragments.chunked(by: { $0.stream == $1.stream }) {
      let count = group.reduce(0) { $0 + $1.fragment.bytes.count }
      let write = StreamOperation.write(group.map(\.fragment))
      requests.append((.write(ByteCount(count)), .stream(group[group.startIndex].stream, write)))
    }
  }

  private mutating func nextZeros() -> (Purpose, Request)? {
    guard let (stream, extent) = zeros.popLast() else { return nil }
    unanswered += 1
    let bytes = Bytes.zeros(Int(extent.length.bytes))
    return (.write(extent.length), .stream(stream, .write([Fragment(offset: extent.offset, bytes: bytes)])))
  }

  private mutating func finishRestoring() {
    if looksAgain() { return }
    collectFetcher()
    if let lists { for use in lost { damage.lose(use, length: lists.length(of: use)) } }
    stage = .flushing
    requests = (lists?.selected ?? []).map { (.flush, .stream($0, .flush)) }
    if requests.isEmpty { finish() }
  }

  private mutating func finish() {
    guard var restoration else { return }
    restoration.catalog = catalog
    restoration.opened = lists?.opened(catalog)
    // Objects that are damaged without a consequence for the streams asked for are verify's to report.
    if damage.hasLosses {
      outcome = .damaged(restoration, damage.report(of: restoration.point))
    } else {
      restoration.contents = lists.map { RestoredContents(lists: $0) }
      outcome = .restored(restoration)
    }
  }
}

extension RestoreJob.Target {
  fileprivate var isZero: Bool { if case .fresh = self { true } else { false } }
  fileprivate var present: StreamLists? {
    if case .restored(let contents) = self { contents.lists } else { nil }
  }
}

extension RestoreSteps {
  /// Traps unless requests are counted, and blocks are read by lists that were opened.
  func checkInvariants() {
    precondition(unanswered >= 0, "a request is answered once")
    fetcher?.checkInvariants()
    switch stage {
    case .opening, .diagnosing: precondition(lists == nil && fetcher == nil, "lists follow the manifest")
    case .cataloguing, .preparing: precondition(lists != nil, "a manifest has its lists")
    case .listing, .restoring:
      precondition(lists != nil && fetcher != nil && restoration != nil, "blocks are read by lists")
    case .flushing:
      precondition(fetcher == nil && zeros.isEmpty, "a target is flushed when everything is written")
    }
  }
}
