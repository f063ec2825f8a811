/// The version of every page of a group's volumes, in chunks. Pages that were never written take no memory.
public struct StampTable: Sendable {
  private static var chunkSize: Int { 256 }
  /// The chunks of each volume; an empty chunk means all zeros.
  private var chunks: [[[UInt64]]]

  init(pages: [Int]) {
    chunks = pages.map { Array(repeating: [], count: ($0 + Self.chunkSize - 1) / Self.chunkSize) }
  }

  /// The version of a page; 0 for none. Complexity: O(1).
  subscript(volume: Int, page: Int) -> UInt64 {
    get {
      let chunk = chunks[volume][page / Self.chunkSize]
      return chunk.isEmpty ? 0 : chunk[page % Self.chunkSize]
    }
    set {
      if chunks[volume][page / Self.chunkSize].isEmpty {
        chunks[volume][page / Self.chunkSize] = Array(repeating: 0, count: Self.chunkSize)
      }
      chunks[volume][page / Self.chunkSize][page % Self.chunkSize] = newValue
    }
  }
}
