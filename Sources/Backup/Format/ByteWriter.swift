import Storage
import Units

/// Appends the vault format's fields to an array of bytes; integers are little-endian.
package struct ByteWriter {
  package private(set) var bytes: [UInt8]

  package init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package mutating func write(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ digest: Digest) {
    for word in 0..<4 { write(digest.words[word].byteSwapped) }
  }

  mutating func write(_ id: ObjectID) {
    write(id.high)
    write(id.low)
  }

  package mutating func write(_ instant: Instant) { write(instant.nanoseconds) }
  package mutating func write(_ count: ByteCount) { write(count.bytes) }

  package mutating func write(optional instant: Instant?) {
    write(UInt8(instant == nil ? 0 : 1))
    if let instant { write(instant) }
  }

  /// Appends bytes without a length.
  package mutating func write(raw bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }

  /// Appends the length in 16 bits and the UTF-8 bytes. A text of 64 KiB or more is a programmer error.
  package mutating func write(_ text: String) {
    precondition(text.utf8.count <= Int(UInt16.max), "a text in the vault is at most 65,535 bytes")
    write(UInt16(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends the number of elements in 32 bits, then each element.
  package mutating func write<C: Collection>(list: C, _ element: (inout ByteWriter, C.Element) -> Void) {
    write(UInt32(list.count))
    for item in list { element(&self, item) }
  }
}
