import Storage

/// The entry of a block in a pack's table and in an index.
struct PackedBlock: Hashable, Sendable {
  var digest: Digest
  var offset: UInt32
  var storedLength: UInt32
  var length: UInt32

  static let encodedSize = 44

  func write(to writer: inout ByteWriter) {
    writer.write(digest)
    writer.write(offset)
    writer.write(storedLength)
    writer.write(length)
  }

  init(digest: Digest, offset: UInt32, storedLength: UInt32, length: UInt32) {
    self.digest = digest
    self.offset = offset
    self.storedLength = storedLength
    self.length = length
  }

  init(from reader: inout ByteReader) throws(JobFailure) {
    digest = try reader.readDigest()
    offset = try reader.read()
    storedLength = try reader.read()
    length = try reader.read()
    guard length <= Chunking.sizeMaximum, storedLength <= Chunking.sizeMaximum + Frame.overhead,
      offset <= Int32.max
    else { throw .damaged("a block of impossible size") }
  }

  /// Returns the data to which a block's frame is bound: the block's digest.
  static func binding(_ digest: Digest) -> [UInt8] {
    var writer = ByteWriter(capacity: 33)
    writer.write(ObjectKind.block.rawValue)
    writer.write(digest)
    return writer.bytes
  }
}

/// A pack object with blocks and a table of them. Byte table: <doc:VaultFormat>.
package enum Pack {
  /// The largest size of a pack. Every offset fits 32 bits with room to spare.
  static let sizeMaximum = 1 << 30

  static func assemble(
    _ id: ObjectID, key: JobKey, frames: [Bytes], blocks: [PackedBlock], tableNumber: UInt64
  ) -> Bytes {
    let frameBytes = frames.reduce(0) { $0 + $1.count }
    let header = ObjectHeader(.pack, key: key).bytes
    var output: [UInt8] = []
    output.reserveCapacity(header.count + frameBytes + blocks.count * 46 + 256)
    output += header
    for frame in frames { output += frame.slice }
    var writer = ByteWriter(capacity: 4 + blocks.count * PackedBlock.encodedSize)
    writer.write(list: blocks) { writer, block in block.write(to: &writer) }
    let table = Frame.seal(
      Bytes(writer.bytes), key: key, number: tableNumber, binding: binding(header, id), level: 1)
    output += table
    withUnsafeBytes(of: UInt32(table.count).littleEndian) { output.append(contentsOf: $0) }
    return Bytes(output)
  }

  /// Reads the table of a whole pack object.
  package static func table(of pack: Bytes, _ id: ObjectID, key master: MasterKey) throws(JobFailure)
    -> PackEntry
  {
    let header = try ObjectHeader(pack)
    guard header.kind == .pack, pack.count >= ObjectHeader.size + 4, pack.count <= sizeMaximum else {
      throw .damaged("no pack")
    }
    let key = try header.key(master)
    var trailer = ByteReader(pack[(pack.count - 4)..<pack.count])
    let length = Int(try trailer.read(UInt32.self))
    let end = pack.count - 4
    guard length <= end - ObjectHeader.size else { throw .damaged("a pack without its table") }
    let table = try Frame.open(pack[(end - length)..<end], key: key, binding: binding(header.bytes, id))
    var reader = ByteReader(table)
    let blocks = try reader.readList(minimumSize: PackedBlock.encodedSize, PackedBlock.init(from:))
    try reader.end()
    // Frames follow each other without a gap, so that no byte of a pack escapes a check.
    var position = ObjectHeader.size
    for block in blocks {
      guard Int(block.offset) == position else { throw .damaged("a gap in a pack") }
      position += Int(block.storedLength)
    }
    guard position == end - length else { throw .damaged("a table that is not that of its pack") }
    return PackEntry(id: id, salt: header.salt, size: UInt32(pack.count), blocks: blocks)
  }

  private static func binding(_ header: [UInt8], _ id: ObjectID) -> [UInt8] {
    [ObjectKind.packTable.rawValue] + header + VaultFolder.pack(id).name.utf8
  }
}
