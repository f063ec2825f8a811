import Storage
import Units

/// Reads the block lists of many points, each distinct segment once.
struct SegmentLoader: Sendable {
  private var fetcher: BlockFetcher
  private(set) var segments: [Digest: Segment] = [:]

  init(_ manifests: [Manifest], catalog: Catalog, key: MasterKey, options: JobOptions) {
    var seen: Set<Digest> = []
    var wanted: [BlockUse] = []
    for manifest in manifests {
      for stream in manifest.segments {
        for segment in stream where seen.insert(segment.digest).inserted {
          wanted.append(BlockUse(digest: segment.digest, owner: 0, position: wanted.count))
        }
      }
    }
    fetcher = BlockFetcher(
      FetchPlan(wanted, in: catalog), catalog: catalog, key: key, options: options)
  }

  var isFinished: Bool { fetcher.isFinished }
  var read: ByteCount { fetcher.read }
  var damaged: [DamageReport.Object] { fetcher.damaged }

  mutating func next() -> (BlockFetcher.Step, Request)? { fetcher.next() }

  mutating func receive(_ answer: Answer, for step: BlockFetcher.Step) throws(JobFailure) {
    for fetched in try fetcher.receive(answer, for: step) {
      let digest = fetcher.plan.digest(of: fetched.item)
      segments[digest] = fetched.bytes.flatMap { try? Segment($0, digest: digest) }
    }
  }

  /// Collects the digests that some points need; throws `damaged` when a block list is unknown.
  func reachable(from manifests: [Manifest], into reached: inout Set<Digest>) throws(JobFailure) {
    for manifest in manifests {
      guard reach(from: manifest, into: &reached) else {
        throw .damaged("a block list of the point \(manifest.point.id)")
      }
    }
  }

  /// Collects the digests that a point needs, as far as known; returns `false` when a block list is unknown.
  @discardableResult
  func reach(from manifest: Manifest, into reached: inout Set<Digest>) -> Bool {
    var isKnown = true
    for reference in manifest.segments.joined() where reached.insert(reference.digest).inserted {
      guard let segment = segments[reference.digest] else {
        isKnown = false
        continue
      }
      for block in segment.blocks where !block.isZero { reached.insert(block.digest) }
    }
    return isKnown
  }
}
