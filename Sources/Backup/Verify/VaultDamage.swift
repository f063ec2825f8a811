import Storage
import Units

/// The damage found by a verification, and its effect on the points.
struct VaultDamage: Sendable {
  private var objects = DamageCollector()
  private var lostPoints: [PointID] = []
  /// The blocks and segments that cannot be restored.
  var bad: Set<Digest> = []

  mutating func note(_ key: ObjectKey, _ problem: String) { objects.note(key, problem) }

  /// Compares points with indexes. Every point of an index must exist unless expired, and every point needs
  /// its index.
  mutating func compareRoll(_ points: [StoredPoint], _ catalog: Catalog, isReplica: Bool) {
    var known: Set<PointID> = []
    for point in points {
      known.insert(point.id)
      switch point.state {
      case .point:
        if let damage = point.damagedAttributes { note(point.id.key, "\(damage)") }
        if catalog.roll[point.id] == nil { note(point.id.key, "has no index: that is lost or damaged") }
      case .pending: break
      case .damaged(let failure):
        note(point.id.key, "\(failure)")
        lostPoints.append(point.id)
      }
    }
    if isReplica { return }
    for condemnation in catalog.condemnations.values { known.formUnion(condemnation.expired) }
    for point in catalog.roll.keys.sorted() where !known.contains(point) {
      note(point.key, "is lost")
      lostPoints.append(point)
    }
  }

  /// Returns the blocks that points refer to. Blocks in no index are bad.
  mutating func reach(
    _ manifests: [Manifest], _ segments: [Digest: Segment], _ catalog: Catalog
  ) -> ReachedBlocks {
    var reached = ReachedBlocks(catalog)
    for manifest in manifests {
      for reference in manifest.segments.joined() where reached.insert(reference.digest) {
        guard let segment = segments[reference.digest] else {
          bad.insert(reference.digest)
          continue
        }
        if catalog.blocks[reference.digest] == nil { bad.insert(reference.digest) }
        for block in segment.blocks where !block.isZero && reached.insert(block.digest) {
          if catalog.blocks[block.digest] == nil { bad.insert(block.digest) }
        }
      }
    }
    return reached
  }

  func report(_ points: [StoredPoint], _ segments: [Digest: Segment]) -> DamageReport {
    var report = DamageReport()
    report.objects = objects.damagedObjects
    report.points = lostPoints.sorted()
    guard !bad.isEmpty else { return report }
    for manifest in points.compactMap(\.manifest) {
      var losses = DamageCollector()
      var lists = StreamLists(manifest, Array(manifest.point.streams.indices))
      for use in lists.segmentUses {
        if let segment = segments[use.digest], !bad.contains(use.digest), lists.put(segment, use) { continue }
        lists.lose(use, into: &losses)
      }
      for use in lists.blockUses(besides: nil) where bad.contains(use.digest) {
        losses.lose(use, length: lists.length(of: use))
      }
      report.streams += losses.streams(of: manifest.point)
    }
    return report
  }
}
