import Storage
import Units

/// A piece of an application's log: opaque bytes at positions `first ... last`.
public struct LogRecord: Hashable, Sendable {
  /// One more than the `last` of the record before; the first record of a log begins at 1.
  public var first: UInt64
  public var last: UInt64
  public var bytes: Bytes
  /// `Checksum` of the bytes, with `first` as its seed.
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

  /// Whether the bytes are those that were appended.
  public var isIntact: Bool { first <= last && checksum == Checksum.of(bytes, seed: first) }
}
