import Storage
import Units

/// One element of the ordered stream from source to target.
public struct Entry: Hashable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A write of the host.
    case write
    /// The host flushed: nothing behind may reach the devices before everything in front.
    case barrier
    /// A point of the group; `number` is its number.
    case point
    /// Pages of a resynchronisation as they are at this place in the stream.
    case page
    /// The end of a resynchronisation: from here on the copy is a prefix of the source again.
    case end
  }

  /// One more than that of the entry before.
  public var position: UInt64
  /// The number of the last host write at or before the entry; for a point the point's number.
  public var number: UInt64
  public var kind: Kind
  public var volume: UInt32
  public var offset: ByteCount
  public var bytes: Bytes
  /// When the host wrote it; for points and ends the instant of the state.
  public var instant: Instant

  public init(
    _ kind: Kind, position: UInt64, number: UInt64, volume: Int = 0, offset: ByteCount = .zero,
    bytes: Bytes = Bytes(), instant: Instant
  ) {
    self.kind = kind
    self.position = position
    self.number = number
    self.volume = UInt32(volume)
    self.offset = offset
    self.bytes = bytes
    self.instant = instant
  }

  /// What the entry takes in a message.
  static let overhead = 41
  var encodedSize: Int { Self.overhead + bytes.count }
  /// Whether it puts bytes into a volume.
  var changesVolume: Bool { kind == .write || kind == .page }
  var extent: Extent { Extent(offset: offset, length: ByteCount(bytes.count)) }
}
