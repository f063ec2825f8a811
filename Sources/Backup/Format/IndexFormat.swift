import Storage

/// The entry of a pack in an index.
package struct PackEntry: Hashable, Sendable {
  var id: ObjectID
  var salt: JobSalt
  /// The size of the whole object in bytes.
  var size: UInt32
  var blocks: [PackedBlock]
}

/// The contents of an index object: the places of blocks, and the points they were written for. Byte table:
/// <doc:VaultFormat>.
package struct IndexContents: Hashable, Sendable {
  var roll: [PointID] = []
  var forgotten: [PointID] = []
  var dropped: [ObjectID] = []
  var packs: [PackEntry] = []

  /// The largest number of blocks in one index object. More blocks are divided over several objects.
  static let blockCountMaximum = 65_536

  init(roll: [PointID] = [], packs: [PackEntry] = []) {
    self.roll = roll
    self.packs = packs
  }

  package var encoded: [UInt8] {
    var writer = ByteWriter(
      capacity: packs.reduce(64) { $0 + 56 + $1.blocks.count * PackedBlock.encodedSize })
    writer.write(list: roll) { $0.write($1) }
    writer.write(list: forgotten) { $0.write($1) }
    writer.write(list: dropped) { $0.write($1) }
    writer.write(list: packs) { writer, pack in
      writer.write(pack.id)
      writer.write(pack.salt.digest)
      writer.write(pack.size)
      writer.write(list: pack.blocks) { $1.write(to: &$0) }
    }
    return writer.bytes
  }

  package init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    roll = try reader.readList(minimumSize: 16) { reader throws(JobFailure) in try reader.readPointID() }
    forgotten = try reader.readList(minimumSize: 16) { reader throws(JobFailure) in try reader.readPointID() }
    dropped = try reader.readList(minimumSize: 16) { reader throws(JobFailure) in try reader.readID() }
    packs = try reader.readList(minimumSize: 56) { reader throws(JobFailure) in
      PackEntry(
        id: try reader.readID(), salt: JobSalt(try reader.readDigest()), size: try reader.read(),
        blocks: try reader.readList(minimumSize: PackedBlock.encodedSize, PackedBlock.init(from:)))
    }
    try reader.end()
  }

  /// Returns the index in at least one part, each with a bounded number of blocks. Each part has all points
  /// and retractions.
  func divided() -> [IndexContents] {
    var empty = self
    empty.packs = []
    var parts = [empty]
    var count = 0
    for pack in packs {
      if count > 0, count + pack.blocks.count > Self.blockCountMaximum {
        parts.append(empty)
        count = 0
      }
      parts[parts.count - 1].packs.append(pack)
      count += pack.blocks.count
    }
    return parts
  }
}

/// The contents of a condemnation: the packs that a prune will delete. Byte table: <doc:VaultFormat>.
package struct CondemnationContents: Hashable, Sendable {
  var expired: [PointID] = []
  var packs: [ObjectID] = []
  var isCarriedOut = false

  init(expired: [PointID] = [], packs: [ObjectID] = []) {
    self.expired = expired
    self.packs = packs
  }

  package var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.write(list: expired) { $0.write($1) }
    writer.write(list: packs) { $0.write($1) }
    writer.write(UInt8(isCarriedOut ? 1 : 0))
    return writer.bytes
  }

  package init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    expired = try reader.readList(minimumSize: 16) { reader throws(JobFailure) in try reader.readPointID() }
    packs = try reader.readList(minimumSize: 16) { reader throws(JobFailure) in try reader.readID() }
    isCarriedOut = try reader.read(UInt8.self) != 0
    try reader.end()
  }
}

extension ByteWriter {
  mutating func write(_ point: PointID) {
    write(point.instant)
    write(point.tag)
  }
}

extension ByteReader {
  mutating func readPointID() throws(JobFailure) -> PointID {
    let instant = try readInstant()
    return PointID(instant: instant, tag: try read())
  }
}
