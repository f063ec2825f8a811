import Storage
import Units

/// One element of the ordered stream from source to target.
public struct Entry: Hashable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A write of the host.
    case write
    /// A flush of the host. Nothing after the barrier may reach the devices before everything in front of it.
    case barrier
    /// A point of the group, identified by `number`.
    case point
    /// The contents of pages of a resync at this stream position.
    case page
    /// The end of a resync. From here on the copy is a prefix of the source again.
    case end
  }

  /// The stream position, one more than the previous entry's.
  public var position: UInt64
  /// The number of the last host write at or before the entry, or the number of a point.
  public var number: UInt64
  public var kind: Kind
  public var volume: UInt32
  public var offset: ByteCount
  public var bytes: Bytes
  /// The size that the entry is charged for. The size is not sent, because a real entry is charged for its
  /// contents.
  public var nominalSize: ByteCount
  /// The time of the host's write; for points and ends, the instant of the state.
  public var instant: Instant

  public init(
    _ kind: Kind, position: UInt64, number: UInt64, volume: Int = 0, offset: ByteCount = .zero,
    bytes: Bytes = Bytes(), nominalSize: ByteCount? = nil, instant: Instant
  ) {
    self.kind = kind
    self.position = position
    self.number = number
    self.volume = UInt32(volume)
    self.offset = offset
    self.bytes = bytes
    self.nominalSize = nominalSize ?? ByteCount(bytes.count)
    self.instant = instant
  }

  /// The bytes of the entry's head in a message.
  static let overhead = 41
  var encodedSize: Int { Self.overhead + bytes.count }
  /// The number of real entries of the same length that this one represents.
  public var representedCount: Int64 {
    bytes.isEmpty ? 1 : max(1, (nominalSize.bytes + Int64(bytes.count) - 1) / Int64(bytes.count))
  }
  /// The size that buffers, journals and links are charged for: the encoded size of all entries that this one represents.
  public var chargedSize: ByteCount {
    nominalSize + ByteCount(Int64(Self.overhead) * representedCount)
  }
  /// Whether the entry writes bytes to a volume.
  var changesVolume: Bool { kind == .write || kind == .page }
  var extent: Extent { Extent(offset: offset, length: ByteCount(bytes.count)) }
}

extension Entry {
  /// The effect that puts the entry's bytes into its volume.
  var asWrite: ReplicationEffect {
    .write(volume: Int(volume), offset: offset, bytes: bytes, nominalSize: nominalSize)
  }
}
