import Storage
import Units

/// Collects damage in any order and reports it in a fixed order.
struct DamageCollector: Sendable {
  private var objects: [ObjectKey: String] = [:]
  private var losses: [(stream: Int, extent: Extent)] = []

  var hasLosses: Bool { !losses.isEmpty }

  /// Notes a problem. Only the first one of an object is reported.
  mutating func note(_ key: ObjectKey, _ problem: String) {
    if objects[key] == nil { objects[key] = problem }
  }

  mutating func lose(stream: Int, _ extent: Extent) { losses.append((stream, extent)) }

  mutating func lose(_ use: BlockUse, length: ByteCount) {
    lose(stream: use.owner, Extent(offset: ByteCount(use.position), length: length))
  }

  var damagedObjects: [DamageReport.Object] {
    objects.sorted { $0.key < $1.key }.map { DamageReport.Object(key: $0.key, problem: $0.value) }
  }

  /// Returns the damaged streams of a point.
  func streams(of point: RecoveryPoint) -> [DamageReport.Stream] {
    let sorted = losses.sorted { ($0.stream, $0.extent.offset) < ($1.stream, $1.extent.offset) }
    return sorted.chunked(by: { $0.stream == $1.stream }).map { group in
      var extents: [Extent] = []
      for (_, extent) in group {
        if let last = extents.last, extent.offset <= last.end {
          extents[extents.count - 1].length = max(last.end, extent.end) - last.offset
        } else {
          extents.append(extent)
        }
      }
      let stream = group[group.startIndex].stream
      return DamageReport.Stream(point: point.id, name: point.streams[stream].name, extents: extents)
    }
  }

  func report(of point: RecoveryPoint) -> DamageReport {
    var report = DamageReport()
    report.objects = damagedObjects
    report.streams = streams(of: point)
    return report
  }
}

extension Array {
  /// Returns consecutive elements that belong together, as slices.
  func chunked(by belong: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
    var chunks: [ArraySlice<Element>] = []
    var start = startIndex
    for index in indices where index > start && !belong(self[index - 1], self[index]) {
      chunks.append(self[start..<index])
      start = index
    }
    if start < endIndex { chunks.append(self[start...]) }
    return chunks
  }
}
