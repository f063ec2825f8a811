import HashTreeCollections
import Storage
import Units

/// Where one block is stored.
struct BlockLocation: Hashable, Sendable {
  var pack: ObjectID
  /// Bytes from the beginning of the pack to the block's frame.
  var offset: UInt32
  /// Bytes of the frame.
  var storedLength: UInt32
  /// Bytes of the block's contents.
  var length: UInt32

  var range: Range<Int> { Int(offset)..<(Int(offset) + Int(storedLength)) }
}

/// What is known of one pack without reading it.
struct PackRecord: Hashable, Sendable {
  var salt: JobSalt
  /// Bytes of the whole object.
  var size: UInt32
}

/// What is known of a vault: which blocks it holds and where, which packs are condemned, which indexes say so.
///
/// A persistent value: a copy takes constant time and shares everything. An agent may keep it from one job to the
/// next; every backup looks first whether the vault's indexes are still those that the catalog was made of.
public struct Catalog: Sendable {
  var blocks: TreeDictionary<Digest, BlockLocation> = [:]
  var packs: TreeDictionary<ObjectID, PackRecord> = [:]
  /// The packs that must not be deduplicated against, since they are about to be deleted.
  var condemned: TreeDictionary<ObjectID, Bool> = [:]
  /// The packs that an index lists and that are not there.
  var lost: TreeDictionary<ObjectID, Bool> = [:]
  /// The packs that an index takes back: they are gone, or damaged and what was whole in them is elsewhere.
  var dropped: TreeDictionary<ObjectID, Bool> = [:]
  /// The index objects that this was made of, and the packs that each of them lists.
  var indexes: TreeDictionary<ObjectID, [ObjectID]> = [:]
  /// The points that an index was written for.
  var roll: TreeDictionary<PointID, Bool> = [:]
  /// The points that a locked index names though they are expired.
  var forgotten: TreeDictionary<PointID, Bool> = [:]
  /// The condemnations known.
  var condemnations: TreeDictionary<ObjectID, CondemnationContents> = [:]

  /// The catalog of an empty vault.
  public init() {}

  /// How many different blocks the vault holds.
  public var blockCount: Int { blocks.count }
  public var packCount: Int { packs.count }

  /// Where a block is stored that a new point may refer to; `nil` when it has to be stored again.
  func reusable(_ digest: Digest) -> BlockLocation? {
    guard let location = blocks[digest] else { return nil }
    return stays(location.pack) ? location : nil
  }

  /// Whether a pack is there, and nobody is about to delete it.
  private func stays(_ pack: ObjectID) -> Bool {
    (condemned.isEmpty || condemned[pack] == nil) && (lost.isEmpty || lost[pack] == nil)
  }

  mutating func insert(_ pack: PackEntry) {
    packs[pack.id] = PackRecord(salt: pack.salt, size: pack.size)
    for block in pack.blocks {
      let location = BlockLocation(
        pack: pack.id, offset: block.offset, storedLength: block.storedLength, length: block.length)
      if let known = blocks[block.digest], !prefers(location, to: known) { continue }
      blocks[block.digest] = location
    }
  }

  /// Of two copies of a block the one that stays is preferred, then any, but always the same: a catalog does not
  /// depend on the order in which the indexes were read.
  private func prefers(_ new: BlockLocation, to known: BlockLocation) -> Bool {
    let (newStays, knownStays) = (stays(new.pack), stays(known.pack))
    if newStays != knownStays { return newStays }
    return (new.pack, new.offset) < (known.pack, known.offset)
  }

  mutating func insert(_ index: IndexContents, _ id: ObjectID) {
    indexes[id] = index.packs.map(\.id)
    for point in index.roll { roll[point] = true }
    for pack in index.packs { insert(pack) }
  }

  /// Takes note of packs that a prune is about to delete, so that no new point refers to them.
  mutating func condemn(_ contents: CondemnationContents, _ id: ObjectID) {
    condemnations[id] = contents
    for pack in contents.packs { condemned[pack] = true }
  }
}
