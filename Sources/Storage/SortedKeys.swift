/// The keys of a store, ascending and in chunks. A change after a copy costs one chunk, not the list.
struct SortedKeys: Sendable {
  private static let chunkMaximum = 256
  /// The chunks, each ascending, not empty, and completely below the next.
  private var chunks: [[ObjectKey]] = []

  /// Inserts a key. Complexity: O(log n) comparisons, and one chunk's moves.
  mutating func insert(_ key: ObjectKey) {
    guard !chunks.isEmpty else { return chunks.append([key]) }
    let chunk = max(0, chunks.firstPlace { $0[0] > key } - 1)
    let place = chunks[chunk].firstPlace { $0 >= key }
    if place < chunks[chunk].count, chunks[chunk][place] == key { return }
    chunks[chunk].insert(key, at: place)
    if chunks[chunk].count > Self.chunkMaximum {
      let half = Self.chunkMaximum / 2
      chunks.insert(Array(chunks[chunk][half...]), at: chunk + 1)
      chunks[chunk].removeSubrange(half...)
    }
  }

  mutating func remove(_ key: ObjectKey) {
    let chunk = chunks.firstPlace { $0[0] > key } - 1
    guard chunk >= 0 else { return }
    let place = chunks[chunk].firstPlace { $0 >= key }
    guard place < chunks[chunk].count, chunks[chunk][place] == key else { return }
    chunks[chunk].remove(at: place)
    if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
  }

  /// Returns the keys that begin with `prefix`, ascending. Complexity: O(log n) plus the chunks of the result.
  func beginning(with prefix: String) -> KeyList {
    var found = KeyList()
    var chunk = max(0, chunks.firstPlace { $0[0].name >= prefix } - 1)
    while chunk < chunks.count {
      let keys = chunks[chunk]
      chunk += 1
      // Most chunks belong to one prefix entirely, as their first and last keys show.
      if keys[0].begins(with: prefix), keys[keys.count - 1].begins(with: prefix) {
        found.append(keys[...])
        continue
      }
      let start = keys.firstPlace { $0.name >= prefix }
      let end = keys.firstPlace { $0.name >= prefix && !$0.begins(with: prefix) }
      found.append(keys[start..<end])
      if end < keys.count { break }
    }
    return found
  }
}

extension Array {
  /// Returns the first index whose element satisfies a monotone predicate; the count when none does.
  fileprivate func firstPlace(where isBeyond: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension ObjectKey {
  fileprivate func begins(with prefix: String) -> Bool { name.utf8.starts(with: prefix.utf8) }
}
