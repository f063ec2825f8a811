import HashTreeCollections
import Storage

/// The places of a vault's blocks, by digest.
///
/// The blocks that a load finds are in one compact table. Later ones are in a persistent tree, so a copy takes
/// constant time and shares everything.
package struct BlockTable: Sendable {
  private(set) var loaded = LoadedBlocks()
  private var later: TreeDictionary<Digest, BlockLocation> = [:]
  private var isLoading = false

  /// The number of different blocks.
  private(set) var count = 0

  /// Begins a load of at most `capacity` blocks into an empty table.
  package mutating func beginLoading(capacity: Int) {
    precondition(count == 0, "a load begins with an empty table")
    loaded = LoadedBlocks(capacity: capacity)
    isLoading = true
  }

  package mutating func endLoading() { isLoading = false }

  /// The place of a block; `nil` for an unknown one. Complexity: O(1) on average.
  package subscript(digest: Digest) -> BlockLocation? {
    get { (later.isEmpty ? nil : later[digest]) ?? loaded[digest] }
    set {
      guard let newValue else { preconditionFailure("a block's place is never forgotten") }
      if self[digest] == nil { count += 1 }
      if isLoading { loaded.insert(newValue, for: digest) } else { later[digest] = newValue }
    }
  }

  /// The blocks that are not in the compact table, or whose place there is outdated, ascending.
  var laterBlocks: [(pack: ObjectID, block: PackedBlock)] {
    later.sorted { $0.key < $1.key }.map { ($0.value.pack, PackedBlock($0.key, $0.value)) }
  }

  /// Whether the compact table's place of a block is outdated.
  func isOutdated(_ digest: Digest) -> Bool { !later.isEmpty && later[digest] != nil }
}

/// Places of blocks in open addressing, at 55 bytes each.
struct LoadedBlocks: Sendable {
  private struct Place: Sendable {
    var digest = Block.zeroDigest
    /// The position of the block's pack in `packs`.
    var pack: UInt32 = 0
    var offset: UInt32 = 0
    var storedLength: UInt32 = 0
    var length: UInt32 = 0
  }

  /// The places. The digest of zeros marks a free one, because zeros are not stored.
  private var places: [Place] = []
  private(set) var packs: [ObjectID] = []
  private var packNumbers: [ObjectID: UInt32] = [:]
  private var capacity = 0
  private var count = 0

  init(capacity: Int = 0) {
    self.capacity = capacity
    if capacity > 0 { places = Array(repeating: Place(), count: capacity + capacity / 7 + 1) }
  }

  /// The number of slots: of blocks and of free places.
  var slotCount: Int { places.count }

  subscript(digest: Digest) -> BlockLocation? { slot(of: digest).map(location) }

  /// Returns the slot of a block. Complexity: O(1) on average.
  func slot(of digest: Digest) -> Int? {
    guard !places.isEmpty, digest != Block.zeroDigest else { return nil }
    let slot = self.slot(for: digest)
    return places[slot].digest == digest ? slot : nil
  }

  /// Returns the block in a slot; `nil` for a free one.
  func block(in slot: Int) -> PackedBlock? {
    let digest = places[slot].digest
    return digest == Block.zeroDigest ? nil : PackedBlock(digest, location(in: slot))
  }

  /// Returns the position in `packs` of a slot's pack.
  func packNumber(in slot: Int) -> Int { Int(places[slot].pack) }

  func offset(in slot: Int) -> UInt32 { places[slot].offset }

  private func location(in slot: Int) -> BlockLocation {
    let place = places[slot]
    return BlockLocation(
      pack: packs[Int(place.pack)], offset: place.offset, storedLength: place.storedLength,
      length: place.length)
  }

  mutating func insert(_ location: BlockLocation, for digest: Digest) {
    precondition(digest != Block.zeroDigest, "blocks of zeros are not stored")
    let slot = self.slot(for: digest)
    if places[slot].digest != digest { count += 1 }
    precondition(count <= capacity, "a load has at most the announced number of blocks")
    places[slot] = Place(
      digest: digest, pack: number(of: location.pack), offset: location.offset,
      storedLength: location.storedLength, length: location.length)
  }

  private mutating func number(of pack: ObjectID) -> UInt32 {
    // Blocks arrive pack by pack.
    if let last = packs.last, last == pack { return UInt32(packs.count - 1) }
    if let known = packNumbers[pack] { return known }
    packs.append(pack)
    packNumbers[pack] = UInt32(packs.count - 1)
    return UInt32(packs.count - 1)
  }

  /// Returns the slot of a digest, or the free one for its insertion. A slot is free as long as `count` is at
  /// most `capacity`.
  private func slot(for digest: Digest) -> Int {
    var slot = Int(digest.words[0].multipliedFullWidth(by: UInt64(places.count)).high)
    while places[slot].digest != Block.zeroDigest, places[slot].digest != digest {
      slot = slot + 1 == places.count ? 0 : slot + 1
    }
    return slot
  }
}

extension PackedBlock {
  init(_ digest: Digest, _ location: BlockLocation) {
    self.init(
      digest: digest, offset: location.offset, storedLength: location.storedLength, length: location.length)
  }
}
