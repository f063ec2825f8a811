import Storage
import Units

/// A piece of an application's log: opaque bytes at positions `first ... last`.
public struct LogRecord: Hashable, Sendable {
  /// The first position, one more than the previous record's `last`. A log begins at 1.
  public var first: UInt64
  public var last: UInt64
  public var bytes: Bytes
  /// The `Checksum` of the bytes, seeded with `first`.
  public var checksum: UInt64

  public init(first: UInt64, last: UInt64, bytes: Bytes) {
    self.first = first
    self.last = last
    self.bytes = bytes
    checksum = Checksum.of(bytes, seed: first)
  }

  init(first: UInt64, last: UInt64, bytes: Bytes, checksum: UInt64) {
    self.first = first
    self.last = last
    self.bytes = bytes
    self.checksum = checksum
  }

  /// Whether the bytes are undamaged.
  public var isIntact: Bool { first <= last && checksum == Checksum.of(bytes, seed: first) }
}
