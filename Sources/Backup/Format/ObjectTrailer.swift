import Storage
import Units

/// The 40 bytes after an object's own bytes in a directory or bucket, with the store's attributes and a checksum.
///
/// | bytes | field |
/// |---|---|
/// | 8 | version |
/// | 8 | instant of the put, nanoseconds since 1970 |
/// | 8 | locked until, likewise; the lowest number for no lock |
/// | 8 | bytes of the object |
/// | 8 | first bytes of SHA-256 over the object's key and the 32 bytes before |
package struct ObjectTrailer: Hashable, Sendable {
  package static let size = 40
  private static let unlocked = Int64.min

  package var attributes: ObjectAttributes

  package func bytes(_ key: ObjectKey) -> [UInt8] {
    var writer = ByteWriter(capacity: Self.size)
    writer.write(attributes.version)
    writer.write(attributes.modified)
    writer.write(attributes.lockedUntil?.nanoseconds ?? Self.unlocked)
    writer.write(attributes.size)
    let check = Self.check(writer.bytes, key)
    writer.write(check)
    return writer.bytes
  }

  package init(_ attributes: ObjectAttributes) { self.attributes = attributes }

  /// Reads the trailer; throws `damaged` unless it belongs to the object in a file of `fileSize` bytes.
  package init(_ bytes: [UInt8], _ key: ObjectKey, fileSize: Int) throws(StorageError) {
    do throws(JobFailure) {
      var reader = ByteReader(Bytes(bytes))
      let version: UInt64 = try reader.read()
      let modified = try reader.readInstant()
      let locked: Int64 = try reader.read()
      let size = try reader.readByteCount()
      let check: UInt64 = try reader.read()
      guard check == Self.check(Array(bytes.prefix(32)), key), Int(size.bytes) == fileSize - Self.size else {
        throw .damaged("another's")
      }
      attributes = ObjectAttributes(
        size: size, version: version, modified: modified,
        lockedUntil: locked == Self.unlocked ? nil : Instant(nanoseconds: locked))
    } catch {
      throw StorageError(.damaged, "the end of \(key) is not as it was written")
    }
  }

  package static func check(_ bytes: [UInt8], _ key: ObjectKey) -> UInt64 {
    Digest(sha256: Bytes(Array(key.name.utf8) + bytes)).words[0]
  }
}
