import Storage
import Units

/// Appends the fields of a message to an array of bytes; integers are little-endian.
struct FieldWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func write(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ run: Bytes) { bytes.append(contentsOf: run.slice) }
}

/// Reads the fields of a message from untrusted bytes. The reader never traps and never reserves more memory
/// than there are bytes.
struct FieldReader {
  private let bytes: Bytes
  private var position = 0

  init(_ bytes: Bytes) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  mutating func read<T: FixedWidthInteger>(_: T.Type = T.self) throws(Refusal) -> T {
    let size = MemoryLayout<T>.size
    guard remaining >= size else { throw .truncated }
    defer { position += size }
    let start = position
    return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: T.self)) }
  }

  mutating func readFlag() throws(Refusal) -> Bool {
    switch try read(UInt8.self) {
    case 0: false
    case 1: true
    default: throw .malformed
    }
  }

  mutating func readBytes(_ count: Int) throws(Refusal) -> Bytes {
    guard count >= 0, count <= remaining else { throw .truncated }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func readList<T>(
    elementMinimum: Int, _ element: (inout FieldReader) throws(Refusal) -> T
  ) throws(Refusal) -> [T] {
    let count = Int(try read(UInt32.self))
    guard count <= remaining / elementMinimum else { throw .truncated }
    var list: [T] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try element(&self)) }
    return list
  }
}
