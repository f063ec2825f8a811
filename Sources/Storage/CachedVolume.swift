import Units

/// A volume in memory with a volatile write cache: what a disk with its cache on, or a host's page cache, does at a crash.
public struct CachedVolume: Volume, Sendable {
  public static let sectorSize = 512

  /// What a reader sees.
  public private(set) var image: PagedImage
  /// What survives a crash for certain.
  public private(set) var durable: PagedImage
  /// Writes since the last flush, in order.
  private var pending: [(offset: ByteCount, bytes: Bytes)] = []

  public init(size: ByteCount) { self.init(image: PagedImage(size: size)) }

  /// A volume that holds `image`, all of it durable.
  public init(image: PagedImage) {
    self.image = image
    durable = image
  }

  public var size: ByteCount { image.size }
  public var unflushedWrites: Int { pending.count }

  public func read(_ extent: Extent) throws(StorageError) -> Bytes {
    try check(extent)
    return image.read(extent)
  }

  public mutating func write(_ bytes: Bytes, at offset: ByteCount) throws(StorageError) {
    try check(Extent(offset: offset, length: ByteCount(bytes.count)))
    image.write(bytes, at: offset)
    pending.append((offset, bytes))
  }

  public mutating func flush() {
    durable = image
    pending.removeAll(keepingCapacity: true)
  }

  /// A power cut: of the unflushed writes each is kept, lost or torn at a sector boundary, in a random order.
  public mutating func crash(using random: inout RandomStream) {
    var survivors = durable
    pending.shuffle(using: &random)
    for write in pending {
      switch random.below(3) {
      case 0: break
      case 1: survivors.write(write.bytes, at: write.offset)
      default:
        let sectors = UInt64((write.bytes.count + Self.sectorSize - 1) / Self.sectorSize)
        let kept = min(write.bytes.count, Int(random.below(sectors + 1)) * Self.sectorSize)
        survivors.write(write.bytes[0..<kept], at: write.offset)
      }
    }
    self = CachedVolume(image: survivors)
  }
}
