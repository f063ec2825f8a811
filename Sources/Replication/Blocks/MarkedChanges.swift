import Storage
import Units

/// The sizes and the age of changes that are only marked.
struct MarkedChanges: Sendable {
  /// The nominal sizes of the marked pages.
  private var nominal: NominalPages
  private let weight: Int64
  /// The issue time of the oldest write that is marked and not sent.
  private(set) var since: Instant?

  init(weight: Int64) {
    self.weight = weight
    nominal = NominalPages(weight: weight)
  }

  /// Notes the size of a write to pages, before they are marked.
  mutating func note(_ size: ByteCount, to extent: Extent, of volume: Int, in marks: PageSet) {
    nominal.note(size, to: PageSet.pages(of: extent), of: volume, in: marks)
  }

  /// Returns the nominal size of some pages and counts them as whole from now on.
  mutating func take(_ pages: Range<Int>, of volume: Int) -> ByteCount { nominal.take(pages, of: volume) }

  /// Notes the age of a change; an earlier one that is known counts.
  mutating func begin(at instant: Instant) { since = since ?? instant }

  /// Notes the age of a change that may be older than those that are known.
  mutating func include(_ instant: Instant) { since = min(since ?? instant, instant) }

  /// Sets the age of changes that an earlier engine or a snapshot left.
  mutating func set(since instant: Instant?) { since = instant }

  /// Forgets the age, because nothing is marked any more.
  mutating func settle() { since = nil }

  /// Moves the sizes into a snapshot, and starts with none.
  mutating func freeze() -> NominalPages {
    defer { (nominal, since) = (NominalPages(weight: weight), nil) }
    return nominal
  }
}

/// The snapshot of the volumes that a source sends.
struct SnapshotInTransit: Sendable {
  /// The pages to send.
  private(set) var pages: [PageSet]
  private var nominal: NominalPages
  /// The point that the snapshot represents.
  let point: ReplicaPoint
  /// The issue time of the oldest write in the snapshot.
  let since: Instant?

  init(_ pages: [PageSet], _ nominal: NominalPages, as point: ReplicaPoint, since: Instant?) {
    (self.pages, self.nominal, self.point, self.since) = (pages, nominal, point, since)
  }

  mutating func add(_ more: [PageSet]) { pages.formUnion(more) }

  /// Returns the nominal size of some pages and counts them as whole from now on.
  mutating func take(_ pages: Range<Int>, of volume: Int) -> ByteCount { nominal.take(pages, of: volume) }
}
