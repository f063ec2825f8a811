import Storage
import Units

/// The stages of a backup. Each begins when everything requested by the previous one is durable.
struct BackupSteps: Steps {
  enum Purpose: Sendable {
    case configuration(VaultGate.Step)
    case claim
    case catalog(CatalogLoader.Step)
    case source(SourceReader.Step)
    case segments(Int)
    case pack(PackWriter.Step)
    case checkpoint
    case index
    case lock
    case commit
  }

  private enum Stage: Sendable {
    /// Checks that this is a vault of this key.
    case opening
    /// Stores the job's claim, so that prunes see the job before it refers to anything.
    case claiming
    case cataloguing
    /// Reads, divides, seals and stores blocks.
    case copying
    /// Seals and stores the block lists, and waits until all packs are durable.
    case listing
    case indexing
    /// Extends the locks of everything that the point needs.
    case locking
    case committing
  }

  private(set) var outcome: BackupJob.Outcome?

  private var snapshot: Snapshot
  private let point: PointID
  private let jobKey: JobKey
  private let lockedUntil: Instant?
  private let options: JobOptions
  private var latest: PointContents?

  private var stage = Stage.opening
  private var gate: VaultGate
  private var claimVersion: UInt64?
  private var isClaimAsked = false
  private var loader: CatalogLoader
  private var catalog = Catalog()
  private var reader: SourceReader?
  private var writer: PackWriter
  private var lists: [BlockList] = []
  /// The blocks carried forward after the last read of each stream.
  private var tails: [[Range<Int>]] = []
  private var carriers: [BlockCarrier?] = []
  private var fresh = DigestSet()
  private var statistics = BackupStatistics()
  private var segmentBatches: [SegmentBatch] = []
  private var nextSegmentBatch = 0
  private var storedSegmentBatches = 0
  private var storedSegmentBytes = 0
  /// The bytes of segments that are stored at once. More of them wait for room.
  private static let segmentBytesMinimum = 4 << 20
  private var openSegmentBatches = 0
  private var requests: [Request] = []
  private var unanswered = 0
  /// The indexes written so far, and the parts of their contents that are still needed.
  private var indexCount = 0
  private var indexes: [(id: ObjectID, contents: IndexContents)] = []
  private var openCheckpoints = 0
  /// The parts of the last index that are not sealed yet, each with its number.
  private var unsealed: [(Int, IndexContents)] = []
  private static let indexesAtOnce = 4

  init(
    _ snapshot: Snapshot, point: PointID, key: MasterKey, memory: AgentMemory?, lockedUntil: Instant?,
    salt: JobSalt, options: JobOptions
  ) {
    precondition(
      Set(snapshot.streams.map(\.description.name)).count == snapshot.streams.count,
      "the streams of a snapshot have different names")
    precondition(
      snapshot.streams.allSatisfy { $0.description.chunking.isValid }, "blocks have 512 bytes to 16 MiB")
    self.snapshot = snapshot
    self.point = point
    self.lockedUntil = lockedUntil
    self.options = options
    jobKey = key.derive(salt)
    latest = memory?.latest
    gate = VaultGate(key, jobKey: jobKey)
    loader = CatalogLoader(memory?.catalog ?? Catalog(), key: key, options: options)
    writer = PackWriter(key: jobKey, lockedUntil: lockedUntil, options: options)
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    switch stage {
    case .opening: return gate.next().map { (.configuration($0), $1) }
    case .claiming: return claim(at: now)
    case .cataloguing: return loader.next().map { (.catalog($0), $1) }
    case .copying: return nextCopy()
    case .listing: return nextSegments() ?? writer.next().map { (.pack($0), $1) }
    case .indexing: return nextIndex()
    case .locking: return popRequest(.lock)
    case .committing: return popRequest(.commit)
    }
  }

  private mutating func claim(at now: Instant) -> (Purpose, Request)? {
    if isClaimAsked { return nil }
    isClaimAsked = true
    let claim = PendingClaim(point: point, leaseEnd: now + options.lease)
    let object = SealedObject.seal(
      claim.encoded, .pending, as: point.key, key: jobKey, number: FrameNumber.of(.pending, 0))
    return (.claim, .vault(.put(point.key, object, if: .absent, lockedUntil: nil)))
  }

  private mutating func nextCopy() -> (Purpose, Request)? {
    if let request = checkpoint() { return (.checkpoint, request) }
    if let (step, request) = writer.next() { return (.pack(step), request) }
    return reader?.next(mayRead: writer.hasRoom).map { (.source($0), $1) }
  }

  private mutating func nextSegments() -> (Purpose, Request)? {
    guard nextSegmentBatch < segmentBatches.count else { return nil }
    defer { nextSegmentBatch += 1 }
    let batch = segmentBatches[nextSegmentBatch]
    return (
      .segments(nextSegmentBatch),
      .compute(.digest(Digesting(bytes: batch.encoded(from: lists), ends: batch.ends)))
    )
  }

  private mutating func popRequest(_ purpose: Purpose) -> (Purpose, Request)? {
    requests.popLast().map { (purpose, $0) }
  }

  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant) {
    do throws(JobFailure) {
      try take(answer, for: purpose)
    } catch {
      outcome = .failed(error)
    }
  }

  private mutating func take(
    _ answer: Answer, for purpose: Purpose
  ) throws(JobFailure) {
    switch purpose {
    case .configuration(let step):
      try gate.receive(answer, for: step)
      if gate.isOpen { stage = .claiming }
    case .claim:
      claimVersion = try answer.reply().version
      stage = .cataloguing
    case .catalog(let step):
      try loader.receive(answer, for: step)
      if let loaded = loader.loaded { beginCopying(loaded.catalog) }
    case .source(let step):
      try reader?.receive(try answer.reply(), for: step)
      while let run = reader?.popDigested() { take(run) }
      if reader?.isFinished == true { beginListing() }
    case .segments(let number):
      takeSegments(try answer.reply().output, batch: number)
    case .pack(let step):
      writer.receive(try answer.reply(), for: step)
      storeSegments()
      beginIndexingIfStored()
    case .checkpoint:
      _ = try answer.reply()
      openCheckpoints -= 1
      beginIndexingIfStored()
    case .index, .lock:
      _ = try answer.reply()
      unanswered -= 1
      if unanswered == 0 { advance() }
    case .commit: try commit(answer)
    }
  }

  private mutating func beginCopying(_ loaded: Catalog) {
    catalog = loaded
    let plan = ReadPlan(snapshot, latest: latest, catalog: catalog, transferSize: options.transferSize)
    (lists, tails, carriers) = (plan.lists, plan.tails, plan.carriers)
    // From here on the carriers hold what is needed of the last point.
    latest = nil
    for stream in snapshot.streams.indices { snapshot.streams[stream].pieces = nil }
    reader = SourceReader(snapshot.streams.map(\.description), plan: plan.reads, options: options)
    stage = .copying
    if plan.reads.isEmpty { beginListing() }
  }

  /// Adds the blocks of a run to their stream's list, and new ones to packs.
  private mutating func take(_ run: SourceReader.Run) {
    statistics.read += run.extent.length
    let chunking = snapshot.streams[run.stream].description.chunking
    carry(run.carried, stream: run.stream)
    var start = 0
    for (index, (end, digest)) in zip(run.ends, run.digests).enumerated() {
      let block = Block(digest: digest, length: end - start)
      switch chunking {
      case .fixed(let size):
        lists[run.stream].set(block, at: Int(run.extent.offset.bytes) / size + index)
      case .contentDefined:
        lists[run.stream].append(block)
      }
      if !block.isZero, store(run.bytes[start..<end], digest) { statistics.new += ByteCount(block.length) }
      start = end
    }
  }

  /// Whether the block had to be stored.
  private mutating func store(_ bytes: Bytes, _ digest: Digest) -> Bool {
    guard catalog.reusable(digest) == nil, fresh.insert(digest) else { return false }
    writer.add(bytes, digest)
    return true
  }

  private mutating func beginListing() {
    stage = .listing
    for (stream, tail) in tails.enumerated() { carry(tail, stream: stream) }
    (tails, carriers, reader) = ([], [], nil)
    segmentBatches = SegmentBatch.batches(of: lists, size: options.transferSize)
    openSegmentBatches = segmentBatches.count
    closeIfListed()
  }

  /// Appends blocks of the last point to a list.
  private mutating func carry(_ numbers: [Range<Int>], stream: Int) {
    guard let carrier = carriers[stream] else { return }
    for range in numbers { carrier.forEachBlock(in: range) { lists[stream].append($0) } }
  }

  private mutating func takeSegments(_ output: Computation.Output, batch number: Int) {
    guard case .digests(let digests) = output else { preconditionFailure("digesting gives digests") }
    segmentBatches[number].digests = digests
    openSegmentBatches -= 1
    closeIfListed()
  }

  private mutating func closeIfListed() {
    guard openSegmentBatches == 0 else { return }
    storeSegments()
    beginIndexingIfStored()
  }

  /// Stores listed segments while the writer has room, and closes the writer after the last one.
  private mutating func storeSegments() {
    guard stage == .listing, openSegmentBatches == 0, !writer.isClosing else { return }
    while storedSegmentBatches < segmentBatches.count {
      guard storedSegmentBytes < Self.segmentBytesMinimum || writer.hasRoom else { return }
      let batch = segmentBatches[storedSegmentBatches]
      for ((stream, segment), digest) in zip(batch.segments, batch.digests) {
        let bytes = lists[stream].segments[segment].encoded
        lists[stream].setDigest(digest, ofSegment: segment)
        _ = store(bytes, digest)
      }
      storedSegmentBytes += batch.ends.last ?? 0
      storedSegmentBatches += 1
    }
    (segmentBatches, nextSegmentBatch) = ([], 0)
    fresh = DigestSet()
    writer.close()
  }

  private mutating func beginIndexingIfStored() {
    guard stage == .listing, writer.isFinished, openCheckpoints == 0 else { return }
    stage = .indexing
    unsealed = IndexContents(roll: [point], packs: writer.takeEntries()).divided().map { part in
      defer { indexCount += 1 }
      return (indexCount, part)
    }
    unanswered = unsealed.count
  }

  /// Returns the put of the next index. Few are sealed at once, because each takes some megabytes.
  private mutating func nextIndex() -> (Purpose, Request)? {
    guard unanswered - unsealed.count < Self.indexesAtOnce, let (number, part) = unsealed.popLast() else {
      return nil
    }
    return (.index, put(part, number: number))
  }

  private mutating func put(_ index: IndexContents, number: Int) -> Request {
    let id = jobKey.salt.objectID(.index, number)
    if options.keepsMemory || lockedUntil != nil { indexes.append((id, index)) }
    let key = VaultFolder.index(id)
    let object = SealedObject.seal(
      index.encoded, .index, as: key, key: jobKey, number: FrameNumber.of(.index, UInt64(number)))
    return .vault(.put(key, object, if: .absent, lockedUntil: lockedUntil))
  }

  /// Returns an index of the packs that are durable so far. The index names no point, because the point may
  /// never be completed.
  private mutating func checkpoint() -> Request? {
    guard let least = options.checkpoint, writer.untakenBytes >= least,
      writer.untakenBytes >= ByteCount(writer.storedBytes.bytes / 8)
    else { return nil }
    openCheckpoints += 1
    defer { indexCount += 1 }
    return put(IndexContents(packs: writer.takeEntries()), number: indexCount)
  }

  /// Moves to the stage after the index: the locks if any, then the commit.
  private mutating func advance() {
    for (id, contents) in indexes { catalog.insert(contents, id) }
    indexes = []
    if stage == .indexing, let lockedUntil {
      stage = .locking
      requests = catalog.objects(behind: lists).map { .vault(.lock($0, until: lockedUntil)) }
      unanswered = requests.count
    } else {
      stage = .committing
      requests = [commitRequest()]
    }
  }

  private mutating func commitRequest() -> Request {
    guard let claimVersion else { preconditionFailure("a commit follows a claim") }
    statistics.stored = writer.storedBytes
    let manifest = Manifest(point: recoveryPoint, segments: lists.map(\.references))
    let object = SealedObject.seal(
      manifest.encoded, .point, as: point.key, key: jobKey, number: FrameNumber.of(.point, 0))
    return .vault(.put(point.key, object, if: .version(claimVersion), lockedUntil: lockedUntil))
  }

  private var recoveryPoint: RecoveryPoint {
    RecoveryPoint(
      id: point, consistency: snapshot.consistency, lockedUntil: lockedUntil,
      streams: snapshot.streams.map(\.description), statistics: statistics)
  }

  private mutating func commit(_ answer: Answer) throws(JobFailure) {
    if case .failure(let error) = answer, error.kind == .conditionFailed { throw .fenced }
    _ = try answer.reply()
    let memory = AgentMemory(catalog: catalog, latest: PointContents(point: recoveryPoint, lists: lists))
    outcome = .acknowledged(
      Acknowledgement(point: recoveryPoint, memory: options.keepsMemory ? memory : nil))
  }
}

extension BackupSteps {
  /// Traps unless the answers of every stage are counted and a stage begins when the one before it is complete.
  func checkInvariants() {
    writer.checkInvariants()
    precondition(unanswered >= 0 && openCheckpoints >= 0, "a request is answered once")
    precondition((0...segmentBatches.count).contains(openSegmentBatches), "a batch is digested once")
    precondition(nextSegmentBatch <= segmentBatches.count, "a batch is digested after it was made")
    switch stage {
    case .opening: precondition(claimVersion == nil && !isClaimAsked, "a claim follows the configuration")
    case .claiming: precondition(claimVersion == nil, "a claim has a version when it is stored")
    case .cataloguing, .copying: precondition(claimVersion != nil, "a job that reads has a claim")
    case .listing:
      precondition(lists.count == snapshot.streams.count && tails.isEmpty, "every stream has its list")
    case .indexing, .locking:
      precondition(writer.isFinished && openCheckpoints == 0, "an index names durable packs")
      precondition(
        unsealed.count + requests.count <= unanswered, "what is to be asked is not answered")
    case .committing:
      precondition(
        writer.isFinished && claimVersion != nil && unanswered == 0, "a commit is the last request")
    }
  }
}
