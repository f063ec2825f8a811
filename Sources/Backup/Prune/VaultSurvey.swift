import Storage
import Units

/// Reads the structure of a whole vault: points, then indexes, packs and attributes, then block lists.
///
/// The points come first, so that later listings include everything that they need. A vault with an
/// unreadable part is not surveyed, because the needed data is then unknown. An intact object with unknown
/// age and lock is treated as locked.
struct VaultSurvey: Sendable {
  enum Step: Sendable {
    case point(PointLoader.Step)
    case catalog(CatalogLoader.Step)
    case listPacks
    case attributes(ObjectKey)
    case segment(BlockFetcher.Step)
  }

  private enum Stage: Sendable {
    case points
    case cataloguing
    case measuring
    case segments
  }

  private let master: MasterKey
  private let options: JobOptions
  private var stage = Stage.points
  private var points: PointLoader
  private var loader: CatalogLoader
  private var todo: [Step] = []
  private var waiting = 0
  private var catalog = Catalog()
  private var attributes: [ObjectKey: ObjectAttributes] = [:]
  private var unattributed: [ObjectKey] = []
  private var segments: SegmentLoader?

  init(key: MasterKey, options: JobOptions) {
    master = key
    self.options = options
    points = PointLoader(key: key)
    loader = CatalogLoader(Catalog(), key: key, options: options)
  }

  mutating func next() -> (Step, Request)? {
    switch stage {
    case .points: return points.next().map { (.point($0), $1) }
    case .cataloguing: return loader.next().map { (.catalog($0), $1) }
    case .segments: return segments?.next().map { (.segment($0), $1) }
    case .measuring:
      guard let step = todo.popLast() else { return nil }
      waiting += 1
      if case .attributes(let key) = step { return (step, .vault(.attributes(key))) }
      return (step, .vault(.list(prefix: VaultFolder.packs)))
    }
  }

  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) {
    switch step {
    case .point(let step):
      try points.receive(answer, for: step)
      if points.isFinished { try beginCataloguing() }
    case .catalog(let step):
      try loader.receive(answer, for: step)
      if let loaded = loader.loaded { try beginMeasuring(loaded) }
    case .listPacks:
      waiting -= 1
      // Other files in the folder are no packs: verify names them.
      todo += try answer.reply().keys.reversed().filter { ObjectID($0) != nil }.map { .attributes($0) }
      beginSegmentsIfMeasured()
    case .attributes(let key):
      waiting -= 1
      if case .failure(let error) = answer, error.kind == .damaged {
        unattributed.append(key)
      } else {
        attributes[key] = try answer.reply().attributes
      }
      beginSegmentsIfMeasured()
    case .segment(let step): try segments?.receive(answer, for: step)
    }
  }

  private mutating func beginCataloguing() throws(JobFailure) {
    for stored in points.points {
      if case .damaged(let failure) = stored.state { throw failure }
    }
    stage = .cataloguing
  }

  private mutating func beginMeasuring(_ loaded: LoadedCatalog) throws(JobFailure) {
    if let damaged = loaded.damaged.first { throw .damaged("\(damaged.key): \(damaged.failure)") }
    catalog = loaded.catalog
    stage = .measuring
    let others =
      catalog.indexes.keys.sorted().map(VaultFolder.index)
      + catalog.condemnations.keys.sorted().map(VaultFolder.condemned)
    todo = others.map { .attributes($0) } + [.listPacks]
  }

  private mutating func beginSegmentsIfMeasured() {
    guard waiting == 0, todo.isEmpty else { return }
    stage = .segments
    segments = SegmentLoader(
      points.points.compactMap(\.manifest), catalog: catalog, key: master, options: options)
  }

  /// Returns the view at `now`, for the removal of the given points, once everything was read.
  func view(
    expiring expired: [PointID], void: VoidClaims, at now: Instant
  ) throws(JobFailure) -> VaultView? {
    guard stage == .segments, let segments, segments.isFinished else { return nil }
    let points = points.points
    let blank = points.filter { $0.damagedAttributes != nil }.map(\.id.key)
    return try VaultView(
      points: points, catalog: catalog, attributes: attributes,
      unattributed: (unattributed + blank).sorted(), segments: segments, expiring: expired, void: void,
      at: now)
  }
}
