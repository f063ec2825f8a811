/// An append-only list in chunks. The first change after a copy costs one chunk instead of the whole list.
struct ChunkedArray<Element: Sendable>: Sendable {
  private static var chunkSize: Int { 256 }
  private var chunks: [[Element]] = []
  private(set) var count = 0

  mutating func append(_ element: Element) {
    if count % Self.chunkSize == 0 { chunks.append([]) }
    chunks[chunks.count - 1].append(element)
    count += 1
  }

  subscript(index: Int) -> Element {
    get { chunks[index / Self.chunkSize][index % Self.chunkSize] }
    set { chunks[index / Self.chunkSize][index % Self.chunkSize] = newValue }
  }

  var last: Element? { count == 0 ? nil : self[count - 1] }

  /// Returns the number of leading elements that satisfy a monotone predicate. Complexity: O(log n).
  func prefixCount(where belongs: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
