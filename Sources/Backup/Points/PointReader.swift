import Storage
import Units

/// Reads one point's manifest, the catalog, and the point's block lists.
struct PointReader: Sendable {
  enum Step: Sendable {
    case manifest
    case catalog(CatalogLoader.Step)
    case segment(BlockFetcher.Step)
  }

  private let id: PointID
  private let master: MasterKey
  private let options: JobOptions
  private var isManifestAsked = false
  private var manifest: Manifest?
  private var loader: CatalogLoader
  private var catalog: Catalog?
  private var segments: SegmentLoader?

  init(_ id: PointID, key: MasterKey, catalog: Catalog = Catalog(), options: JobOptions) {
    self.id = id
    self.options = options
    master = key
    loader = CatalogLoader(catalog, key: key, options: options)
  }

  mutating func next() -> (Step, Request)? {
    guard isManifestAsked else {
      isManifestAsked = true
      return (.manifest, .vault(.get(id.key, range: nil)))
    }
    guard manifest != nil else { return nil }
    if catalog == nil { return loader.next().map { (.catalog($0), $1) } }
    return segments?.next().map { (.segment($0), $1) }
  }

  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) {
    switch step {
    case .manifest:
      switch PointLoader.open(try answer.reply().bytes, id, master) {
      case .point(let manifest): self.manifest = manifest
      case .pending: throw .storage(StorageError(.notFound, "\(id.key) is not acknowledged"))
      case .damaged(let failure): throw failure
      }
    case .catalog(let step):
      try loader.receive(answer, for: step)
      guard let loaded = loader.loaded, let manifest else { return }
      catalog = loaded.catalog
      segments = SegmentLoader([manifest], catalog: loaded.catalog, key: master, options: options)
    case .segment(let step): try segments?.receive(answer, for: step)
    }
  }

  /// Returns the data read, once complete; throws `damaged` when part of a block list is missing.
  func memory() throws(JobFailure) -> AgentMemory? {
    guard let manifest, let catalog, let segments, segments.isFinished else { return nil }
    var lists: [BlockList] = []
    for references in manifest.segments {
      var list: [Segment] = []
      for reference in references {
        guard let segment = segments.segments[reference.digest], segment.blocks.count == reference.blockCount,
          segment.length == Int(reference.length.bytes)
        else { throw .damaged("a block list of the point \(id)") }
        list.append(segment)
      }
      lists.append(BlockList(segments: list))
    }
    return AgentMemory(catalog: catalog, latest: PointContents(point: manifest.point, lists: lists))
  }
}
