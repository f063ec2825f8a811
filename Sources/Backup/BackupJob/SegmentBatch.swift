import Storage
import Units

/// Segments that are digested together. They are encoded when their bytes are needed.
struct SegmentBatch: Sendable {
  private(set) var segments: [(stream: Int, segment: Int)] = []
  /// The ends of the encoded segments.
  private(set) var ends: [Int] = []
  var digests: [Digest] = []

  /// Returns the segments that are not stored yet, in batches of about `size` bytes.
  static func batches(of lists: [BlockList], size: Int) -> [SegmentBatch] {
    var batches: [SegmentBatch] = []
    var open = SegmentBatch()
    func close() {
      guard !open.ends.isEmpty else { return }
      batches.append(open)
      open = SegmentBatch()
    }
    for (stream, list) in lists.enumerated() {
      for (index, segment) in list.segments.enumerated() where segment.digest == nil {
        let end = (open.ends.last ?? 0) + segment.encodedCount
        open.segments.append((stream, index))
        open.ends.append(end)
        if end >= size { close() }
      }
    }
    close()
    return batches
  }

  /// Returns the segments' stored form, one after the other.
  func encoded(from lists: [BlockList]) -> Bytes {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ends.last ?? 0)
    for (stream, segment) in segments { bytes += lists[stream].segments[segment].encoded.slice }
    return Bytes(bytes)
  }
}

extension BlockList {
  /// The references of a manifest to the list, whose segments are all stored.
  var references: [SegmentReference] {
    segments.map { segment in
      guard let digest = segment.digest else { preconditionFailure("a manifest follows its block lists") }
      return SegmentReference(
        digest: digest, blockCount: segment.blocks.count, length: ByteCount(segment.length))
    }
  }

  /// Calls `body` with the digests of the list's blocks and of its own segments.
  func forEachDigest(_ body: (Digest) -> Void) {
    for segment in segments {
      if let digest = segment.digest { body(digest) }
      for block in segment.blocks where !block.isZero { body(block.digest) }
    }
  }
}

extension Catalog {
  /// Returns the objects that a point with these lists needs, ascending: configuration, packs and the indexes
  /// that list them.
  func objects(behind lists: [BlockList]) -> [ObjectKey] {
    var needed: Set<ObjectID> = []
    for list in lists {
      list.forEachDigest { if let location = blocks[$0] { needed.insert(location.pack) } }
    }
    let listing = indexes.filter { _, packs in packs.contains { needed.contains($0) } }
    return ([VaultFolder.configuration] + needed.map(VaultFolder.pack) + listing.keys.map(VaultFolder.index))
      .sorted()
  }
}
