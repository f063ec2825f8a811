import Units

/// A volume in memory with a volatile write cache. At a crash it behaves like a disk with its cache on, or a
/// host's page cache.
public struct CachedVolume: Volume, Sendable {
  public static let sectorSize = 512

  /// The contents as readers see them.
  public private(set) var image: PagedImage
  /// The writes since the last flush, in order.
  private var pending: [(offset: ByteCount, bytes: Bytes)] = []
  /// The former contents of pages before each write since the last flush, in order. A second image would cost
  /// a copy of its tree for each flush.
  public private(set) var replaced: [(page: Int, before: Bytes)] = []

  public init(size: ByteCount) { self.init(image: PagedImage(size: size)) }

  /// Creates a volume that holds `image` durably.
  public init(image: PagedImage) { self.image = image }

  /// The contents that are certain to survive a crash. Complexity: O(pages written since the last flush).
  public var durable: PagedImage {
    var durable = image
    for (page, before) in replaced.reversed() { durable[page: page] = before }
    return durable
  }

  public var size: ByteCount { image.size }
  public var unflushedWrites: Int { pending.count }

  public func read(_ extent: Extent) throws(StorageError) -> Bytes {
    try check(extent)
    return image.read(extent)
  }

  public mutating func write(_ bytes: Bytes, at offset: ByteCount) throws(StorageError) {
    try check(Extent(offset: offset, length: ByteCount(bytes.count)))
    let first = Int(offset.bytes) / PagedImage.pageSize
    let end = (Int(offset.bytes) + bytes.count + PagedImage.pageSize - 1) / PagedImage.pageSize
    for page in first..<max(first, end) { replaced.append((page, image[page: page])) }
    image.write(bytes, at: offset)
    pending.append((offset, bytes))
  }

  public mutating func flush() {
    pending.removeAll(keepingCapacity: true)
    replaced.removeAll(keepingCapacity: true)
  }

  /// Applies a power cut. The unflushed writes, in random order, are each kept, lost or torn; each sector of
  /// a torn one is kept or lost.
  public mutating func crash(using random: inout RandomStream) {
    var survivors = durable
    pending.shuffle(using: &random)
    for write in pending {
      switch random.below(3) {
      case 0: break
      case 1: survivors.write(write.bytes, at: write.offset)
      default:
        for range in Self.sectors(of: write) where random.below(2) == 0 {
          survivors.write(write.bytes[range], at: write.offset + ByteCount(range.lowerBound))
        }
      }
    }
    self = CachedVolume(image: survivors)
  }

  /// Returns the parts of a write in each sector of the device, as ranges of its bytes.
  private static func sectors(of write: (offset: ByteCount, bytes: Bytes)) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < write.bytes.count {
      let rest = sectorSize - (Int(write.offset.bytes) + start) % sectorSize
      let end = min(start + rest, write.bytes.count)
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }
}
