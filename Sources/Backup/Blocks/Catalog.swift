import HashTreeCollections
import Storage
import Units

/// The place of a stored block.
package struct BlockLocation: Hashable, Sendable {
  var pack: ObjectID
  /// The offset of the block's frame in the pack, in bytes.
  var offset: UInt32
  /// The length of the frame in bytes.
  var storedLength: UInt32
  /// The length of the block's contents in bytes.
  var length: UInt32

  package init(pack: ObjectID, offset: UInt32, storedLength: UInt32, length: UInt32) {
    self.pack = pack
    self.offset = offset
    self.storedLength = storedLength
    self.length = length
  }

  var range: Range<Int> { Int(offset)..<(Int(offset) + Int(storedLength)) }
}

/// The known facts about a pack that has not been read.
struct PackRecord: Hashable, Sendable {
  var salt: JobSalt
  /// The size of the whole object in bytes.
  var size: UInt32
}

/// The known state of a vault: its blocks and their places, its condemned packs and its indexes.
///
/// The catalog is a persistent value: a copy takes constant time and shares everything. An agent may keep it
/// between jobs. Every backup first checks that the vault's indexes are still those of the catalog.
public struct Catalog: Sendable {
  package var blocks = BlockTable()
  var packs: TreeDictionary<ObjectID, PackRecord> = [:]
  /// The packs that will soon be deleted, so that new points must not refer to them.
  var condemned: TreeDictionary<ObjectID, Bool> = [:]
  /// The packs that an index lists although they are missing.
  var lost: TreeDictionary<ObjectID, Bool> = [:]
  /// The packs that an index retracts. They are gone, or their intact blocks were stored elsewhere.
  var dropped: TreeDictionary<ObjectID, Bool> = [:]
  /// The index objects of the catalog, each with the packs that it lists.
  var indexes: TreeDictionary<ObjectID, [ObjectID]> = [:]
  /// The indexes that were listed when the catalog was last compared with its vault.
  var indexListing = IndexListing()
  /// The points for which an index was written.
  var roll: TreeDictionary<PointID, Bool> = [:]
  /// The expired points that a locked index still names.
  var forgotten: TreeDictionary<PointID, Bool> = [:]
  /// The known condemnations.
  var condemnations: TreeDictionary<ObjectID, CondemnationContents> = [:]

  /// Creates the catalog of an empty vault.
  public init() {}

  /// The number of different blocks in the vault.
  public var blockCount: Int { blocks.count }
  public var packCount: Int { packs.count }

  /// Returns the place of a block for a new point; `nil` when the block must be stored again.
  func reusable(_ digest: Digest) -> BlockLocation? {
    guard let location = blocks[digest] else { return nil }
    return stays(location.pack) ? location : nil
  }

  /// Whether a pack exists and will not be deleted.
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

  /// Whether a copy of a block is preferred to the known one. Copies that stay are preferred; otherwise the
  /// choice is fixed, independent of the order of indexes.
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

  /// Notes packs that a prune will delete, so that no new point refers to them.
  mutating func condemn(_ contents: CondemnationContents, _ id: ObjectID) {
    condemnations[id] = contents
    for pack in contents.packs { condemned[pack] = true }
  }
}

/// A listing of a vault's indexes, all of which are in a catalog.
struct IndexListing: Sendable {
  private var keys = KeyList()
  /// The number of listed indexes; keys of another form do not count.
  private(set) var count = 0

  /// Takes a newer listing and returns its indexes that are not in the catalog, ascending.
  ///
  /// Only the changes since the last listing are looked at, because everything else is known.
  mutating func update(to newer: KeyList, isKnown: (ObjectID) -> Bool) -> [ObjectID] {
    let (added, removed) = newer.changes(since: keys)
    let new = added.compactMap { ObjectID($0) }
    count += new.count - removed.count { ObjectID($0) != nil }
    keys = newer
    return new.filter { !isKnown($0) }
  }
}
