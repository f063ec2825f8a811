import Units

/// A run of bytes on a volume or in a stream.
public struct Extent: Hashable, Sendable {
  public var offset: ByteCount
  public var length: ByteCount

  @inlinable
  public init(offset: ByteCount, length: ByteCount) {
    self.offset = offset
    self.length = length
  }

  @inlinable public var end: ByteCount { offset + length }
}
