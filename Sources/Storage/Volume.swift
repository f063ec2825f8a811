import Units

/// A block device: a fixed number of bytes that are read, written and flushed.
///
/// The contract, which `VolumeConformance` in the tests holds every implementation to:
/// - a read returns what was last written, flushed or not; bytes never written are zero;
/// - a write is durable only when a later `flush` has returned; a crash may lose, tear at any sector (512 bytes) or
///   reorder what was not flushed, each write on its own, and never touches what was;
/// - an extent outside the volume is refused as `invalid` and changes nothing.
public protocol Volume {
  var size: ByteCount { get }
  func read(_ extent: Extent) throws(StorageError) -> Bytes
  mutating func write(_ bytes: Bytes, at offset: ByteCount) throws(StorageError)
  mutating func flush() throws(StorageError)
}

extension Volume {
  /// Throws `invalid` unless the extent is within the volume.
  public func check(_ extent: Extent) throws(StorageError) {
    guard extent.offset >= .zero, extent.length >= .zero, extent.offset <= size,
      extent.length <= size - extent.offset
    else {
      throw StorageError(
        .invalid,
        "\(extent.length.bytes) bytes at \(extent.offset.bytes) do not lie within a volume of \(size.bytes) bytes"
      )
    }
  }
}
