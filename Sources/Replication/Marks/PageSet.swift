import Storage
import Units

/// A set of 4 KiB pages of one volume, as one bit each.
public struct PageSet: Hashable, Sendable {
  public static let pageSize = 4_096
  public let pageCount: Int
  /// The bits; empty when all are zero.
  private var words: [UInt64] = []
  public private(set) var count = 0

  /// Creates an empty set for a volume of this size.
  public init(pagesOf size: ByteCount) {
    self.init(pageCount: (Int(size.bytes) + Self.pageSize - 1) / Self.pageSize)
  }

  public init(pageCount: Int) { self.pageCount = pageCount }

  init(pageCount: Int, words: [UInt64]) {
    self.pageCount = pageCount
    self.words = words
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  public var isEmpty: Bool { count == 0 }
  /// The bits as words of 64 pages, lowest page first; empty when the set is empty.
  var bitmap: [UInt64] { isEmpty ? [] : words }
  static func wordCount(pages: Int) -> Int { (pages + 63) / 64 }

  /// Whether a page is in the set; `false` for pages that the volume does not have.
  public func contains(_ page: Int) -> Bool {
    !words.isEmpty && page < pageCount && words[page >> 6] >> UInt64(page & 63) & 1 == 1
  }

  /// Whether all pages of a range are in the set, as those of an empty range are.
  func contains(_ pages: Range<Int>) -> Bool {
    for page in pages where !contains(page) { return false }
    return true
  }

  public mutating func insert(_ page: Int) {
    precondition(page < pageCount, "a page of the volume")
    if words.isEmpty { words = Array(repeating: 0, count: Self.wordCount(pages: pageCount)) }
    let bit: UInt64 = 1 << UInt64(page & 63)
    if words[page >> 6] & bit == 0 {
      words[page >> 6] |= bit
      count += 1
    }
  }

  public mutating func remove(_ page: Int) {
    guard contains(page) else { return }
    words[page >> 6] &= ~(1 << UInt64(page & 63))
    count -= 1
  }

  /// Inserts every page that an extent touches.
  public mutating func insert(_ extent: Extent) {
    for page in Self.pages(of: extent) { insert(page) }
  }

  public mutating func insertAll() {
    for page in 0..<pageCount { insert(page) }
  }

  /// Inserts the pages of another set. Complexity: O(words).
  public mutating func formUnion(_ other: PageSet) {
    precondition(pageCount == other.pageCount, "sets of one volume")
    guard !other.isEmpty else { return }
    guard !isEmpty else { return self = other }
    count = 0
    for index in words.indices {
      words[index] |= other.words[index]
      count += words[index].nonzeroBitCount
    }
  }

  public func union(_ other: PageSet) -> PageSet {
    var result = self
    result.formUnion(other)
    return result
  }

  public func isSuperset(of other: PageSet) -> Bool { union(other).count == count }

  /// Returns the first page of the set at or after `page`. Complexity: O(words passed).
  public func next(from page: Int) -> Int? {
    guard !isEmpty, page < pageCount else { return nil }
    var index = page >> 6
    var word = words[index] & (~0 << UInt64(page & 63))
    while word == 0 {
      index += 1
      guard index < words.count else { return nil }
      word = words[index]
    }
    return index << 6 | word.trailingZeroBitCount
  }

  /// The pages of the set, ascending.
  public var pages: [Int] {
    var list: [Int] = []
    var page = next(from: 0)
    while let found = page {
      list.append(found)
      page = next(from: found + 1)
    }
    return list
  }

  /// Returns the pages that an extent touches.
  static func pages(of extent: Extent) -> Range<Int> {
    let first = Int(extent.offset.bytes) / pageSize
    return extent.length == .zero ? first..<first : first..<((Int(extent.end.bytes) - 1) / pageSize + 1)
  }
}

extension [PageSet] {
  /// Creates empty sets for volumes of these sizes.
  init(volumes: [ByteCount]) { self = volumes.map { PageSet(pagesOf: $0) } }

  var pageTotal: Int { reduce(0) { $0 + $1.count } }

  mutating func formUnion(_ other: [PageSet]) {
    for index in indices { self[index].formUnion(other[index]) }
  }
}
