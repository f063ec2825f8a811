/// The least of a set of keys in numbered slots, as a binary tree of winners in flat memory.
///
/// Every node holds the lesser of its two children. Changing one slot means replaying the matches on its path
/// to the root. The path depends on the slot alone, so all rivals are fetched at once, and no branch depends
/// on a key. In a heap every step waits for the previous one and is mispredicted half the time, and keys
/// below the top are hard to find.
@usableFromInline
struct Tournament: Sendable {
  /// The nodes of the tree, with node 1 as the root. Nodes 2 i and 2 i + 1 are the children of node i, and
  /// the last `capacity` nodes are the leaves.
  @usableFromInline var nodes: [Int128]
  /// Half the number of matches from a leaf to the root. The number of slots is 4 to this power.
  private var height: Int

  /// The key of an empty slot, greater than any other.
  @inlinable static var vacant: Int128 { .max }

  init(height: Int = 1) {
    self.height = height
    nodes = Array(repeating: Self.vacant, count: 2 << (2 * height))
  }

  /// The number of slots.
  @inlinable var capacity: Int { nodes.count / 2 }

  /// The least key of all, `vacant` when there is none. Complexity: O(1).
  @inlinable var winner: Int128 { nodes[1] }

  @inlinable func key(inSlot slot: Int) -> Int128 { nodes[capacity + slot] }

  /// Replaces the key of a slot. Complexity: O(log capacity).
  @usableFromInline
  mutating func replace(slot: Int, by key: Int128) {
    precondition(slot < capacity, "a tournament has no such slot")
    var climb = Climb(node: capacity + slot, winner: key)
    let height = height
    var nodes = nodes.mutableSpan
    // Unrolled, because in a loop the compiler turns the choice of the winner into a branch on the keys.
    switch height {
    case 11: climb.twice(&nodes); fallthrough
    case 10: climb.twice(&nodes); fallthrough
    case 9: climb.twice(&nodes); fallthrough
    case 8: climb.twice(&nodes); fallthrough
    case 7: climb.twice(&nodes); fallthrough
    case 6: climb.twice(&nodes); fallthrough
    case 5: climb.twice(&nodes); fallthrough
    case 4: climb.twice(&nodes); fallthrough
    case 3: climb.twice(&nodes); fallthrough
    case 2: climb.twice(&nodes); fallthrough
    case 1: climb.twice(&nodes)
    default: preconditionFailure("a tournament has at most 4^11 slots")
    }
    nodes[1] = climb.winner
  }

  /// Returns the least key of all other slots. Complexity: O(log capacity).
  func winner(without slot: Int) -> Int128 {
    var node = capacity + slot
    var winner = Self.vacant
    while node > 1 {
      winner = min(winner, nodes[node ^ 1])
      node >>= 1
    }
    return winner
  }

  /// Multiplies the slots by four. Complexity: O(capacity).
  @usableFromInline
  mutating func grow() {
    var larger = Tournament(height: height + 1)
    for slot in 0..<capacity { larger.replace(slot: slot, by: nodes[capacity + slot]) }
    self = larger
  }
}

/// The path of a key from its leaf toward the root.
private struct Climb {
  var node: Int
  var winner: Int128

  @inline(__always)
  mutating func twice(_ nodes: inout MutableSpan<Int128>) {
    once(&nodes)
    once(&nodes)
  }

  @inline(__always)
  mutating func once(_ nodes: inout MutableSpan<Int128>) {
    nodes[unchecked: node] = winner
    let rival = nodes[unchecked: node ^ 1]
    winner = rival < winner ? rival : winner
    node >>= 1
  }
}
