import Storage

/// The listed blocks of each pack. A block of the compact table takes four bytes here.
struct PackContents: Sendable {
  private let blocks: BlockTable
  /// The slots of the compact table, by pack and offset.
  private var slots: [UInt32] = []
  private var ranges: [ObjectID: Range<Int>] = [:]
  /// The other blocks of each pack, by offset.
  private var later: [ObjectID: [PackedBlock]] = [:]

  /// Creates the contents of a catalog's packs. Complexity: O(blocks).
  init(_ catalog: Catalog) {
    blocks = catalog.blocks
    sortLoaded()
    later = Dictionary(grouping: blocks.laterBlocks, by: \.pack).mapValues { blocks in
      blocks.map(\.block).sorted { $0.offset < $1.offset }
    }
  }

  private mutating func sortLoaded() {
    let loaded = blocks.loaded
    var ends = [Int](repeating: 0, count: loaded.packs.count)
    for slot in 0..<loaded.slotCount where isCurrent(slot) { ends[loaded.packNumber(in: slot)] += 1 }
    var total = 0
    for (number, pack) in loaded.packs.enumerated() where ends[number] > 0 {
      ranges[pack] = total..<(total + ends[number])
      (ends[number], total) = (total, total + ends[number])
    }
    slots = Array(repeating: 0, count: total)
    for slot in 0..<loaded.slotCount where isCurrent(slot) {
      let number = loaded.packNumber(in: slot)
      slots[ends[number]] = UInt32(slot)
      ends[number] += 1
    }
    for pack in loaded.packs {
      guard let range = ranges[pack] else { continue }
      slots[range].sort { loaded.offset(in: Int($0)) < loaded.offset(in: Int($1)) }
    }
  }

  private func isCurrent(_ slot: Int) -> Bool {
    blocks.loaded.block(in: slot).map { !blocks.isOutdated($0.digest) } ?? false
  }

  /// Whether any block of a pack is listed.
  func lists(_ pack: ObjectID) -> Bool { ranges[pack] != nil || later[pack] != nil }

  /// The listed blocks of a pack, by offset. Complexity: O(blocks of the pack).
  subscript(pack: ObjectID) -> [PackedBlock] {
    let added = later[pack] ?? []
    guard let range = ranges[pack] else { return added }
    let known = slots[range].compactMap { blocks.loaded.block(in: Int($0)) }
    return added.isEmpty ? known : (known + added).sorted { $0.offset < $1.offset }
  }
}
