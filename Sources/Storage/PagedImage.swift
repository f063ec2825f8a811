import Glibc
import Units

/// The contents of a volume as a persistent value: pages of 4 KiB in a tree. A leaf has 64 pages, and a group
/// has 64 leaves.
///
/// A copy takes constant time; the first write after it copies one group and one leaf (128 references) and the root.
/// Pages never written take no memory and read as zeros.
public struct PagedImage: Sendable {
  public static let pageSize = 4_096
  private static let leafPages = 64
  private static let groupLeaves = 64

  /// The size, a whole number of pages.
  public let size: ByteCount
  /// The tree. An empty array represents a subtree of zeros, and empty `Bytes` a page of zeros.
  private var groups: [[[Bytes]]]

  /// Creates an image of zeros; the size is rounded up to whole pages.
  public init(size: ByteCount) {
    let pages = (Int(size.bytes) + Self.pageSize - 1) / Self.pageSize
    self.size = ByteCount(pages * Self.pageSize)
    let groupPages = Self.leafPages * Self.groupLeaves
    groups = Array(repeating: [], count: (pages + groupPages - 1) / groupPages)
  }

  public var pageCount: Int { Int(size.bytes) / Self.pageSize }

  /// The bytes of one page; empty for a page of zeros. Complexity: O(1).
  public subscript(page index: Int) -> Bytes {
    get {
      let group = groups[index >> 12]
      if group.isEmpty { return Bytes() }
      let leaf = group[index >> 6 & 63]
      return leaf.isEmpty ? Bytes() : leaf[index & 63]
    }
    set {
      precondition(index < pageCount && (newValue.isEmpty || newValue.count == Self.pageSize))
      if groups[index >> 12].isEmpty {
        groups[index >> 12] = Array(repeating: [], count: Self.groupLeaves)
      }
      if groups[index >> 12][index >> 6 & 63].isEmpty {
        groups[index >> 12][index >> 6 & 63] = Array(repeating: Bytes(), count: Self.leafPages)
      }
      groups[index >> 12][index >> 6 & 63][index & 63] = newValue
    }
  }

  /// Returns the bytes of an extent within the image. Single whole pages are shared, and everything else is
  /// copied.
  public func read(_ extent: Extent) -> Bytes {
    let start = Int(extent.offset.bytes)
    let count = Int(extent.length.bytes)
    if count == Self.pageSize, start % Self.pageSize == 0 {
      let page = self[page: start / Self.pageSize]
      return page.isEmpty ? Self.zeroPage : page
    }
    let copied = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      copy(from: extent.offset, into: UnsafeMutableRawBufferPointer(target))
      initialized = count
    }
    return Bytes(copied)
  }

  /// Fills memory with the bytes from an offset, all within the image.
  public func copy(from offset: ByteCount, into target: UnsafeMutableRawBufferPointer) {
    let start = Int(offset.bytes)
    var done = 0
    while done < target.count {
      let inPage = (start + done) % Self.pageSize
      let step = min(target.count - done, Self.pageSize - inPage)
      let page = self[page: (start + done) / Self.pageSize]
      let out = UnsafeMutableRawBufferPointer(rebasing: target[done..<(done + step)])
      if page.isEmpty {
        _ = out.initializeMemory(as: UInt8.self, repeating: 0)
      } else {
        page.withUnsafeBytes {
          out.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[inPage..<(inPage + step)]))
        }
      }
      done += step
    }
  }

  /// Writes bytes at an offset, both within the image. Whole pages share the memory of `bytes`.
  public mutating func write(_ bytes: Bytes, at offset: ByteCount) {
    let start = Int(offset.bytes)
    var done = 0
    while done < bytes.count {
      let page = (start + done) / Self.pageSize
      let inPage = (start + done) % Self.pageSize
      let step = min(bytes.count - done, Self.pageSize - inPage)
      let part = bytes[done..<(done + step)]
      if step == Self.pageSize {
        self[page: page] = part.areSharedZeros ? Bytes() : part
      } else {
        var whole = Array((self[page: page].isEmpty ? Self.zeroPage : self[page: page]).slice)
        whole.replaceSubrange(inPage..<(inPage + step), with: part.slice)
        self[page: page] = Bytes(whole)
      }
      done += step
    }
  }

  /// Returns the pages that may differ from an older version of the volume, ascending. These are the pages
  /// without shared memory.
  ///
  /// This is changed-block tracking: what two snapshots share was not written between them. Complexity: O(groups)
  /// plus 64 for each changed leaf and group.
  public func pagesChanged(since older: PagedImage) -> [Int] {
    precondition(size == older.size, "two versions of one volume have one size")
    var changed: [Int] = []
    for group in groups.indices where !groups[group].sharesMemory(with: older.groups[group]) {
      for leaf in 0..<Self.groupLeaves {
        let new = groups[group].isEmpty ? [] : groups[group][leaf]
        let old = older.groups[group].isEmpty ? [] : older.groups[group][leaf]
        if new.sharesMemory(with: old) { continue }
        Self.forEachChange(from: old, to: new) { changed.append(group << 12 | leaf << 6 | $0) }
      }
    }
    return changed
  }

  /// Calls a closure for each page of a leaf that shares no memory with the older one's.
  private static func forEachChange(from old: [Bytes], to new: [Bytes], _ body: (Int) -> Void) {
    guard !old.isEmpty, !new.isEmpty else {
      let pages = old.isEmpty ? new : old
      for page in pages.indices where !pages[page].isEmpty { body(page) }
      return
    }
    old.withUnsafeBytes { old in
      new.withUnsafeBytes { new in
        for page in 0..<leafPages {
          // Equal references first: they are compared where they stand, and most are equal.
          let place = page * MemoryLayout<Bytes>.stride
          guard let a = old.baseAddress, let b = new.baseAddress,
            memcmp(a + place, b + place, MemoryLayout<Bytes>.size) != 0
          else { continue }
          let (before, after) = (
            old.assumingMemoryBound(to: Bytes.self)[page], new.assumingMemoryBound(to: Bytes.self)[page]
          )
          let same =
            before.isEmpty == after.isEmpty && (before.isEmpty || before.identity == after.identity)
          if !same { body(page) }
        }
      }
    }
  }

  /// The number of pages that are not zeros by absence. Complexity: O(pages).
  public var usedPageCount: Int { (0..<pageCount).count { !self[page: $0].isEmpty } }

  /// Whether nothing was written between two versions of a volume, judged by shared memory alone.
  ///
  /// Complexity: O(groups).
  public func sharesMemory(with other: PagedImage) -> Bool {
    size == other.size
      && groups.indices.allSatisfy { groups[$0].sharesMemory(with: other.groups[$0]) }
  }

  /// Whether both images hold the same bytes. Complexity: O(groups), and O(bytes) of the pages not shared.
  public func holdsSame(as other: PagedImage) -> Bool {
    guard size == other.size else { return false }
    return pagesChanged(since: other).allSatisfy { page in
      let (a, b) = (self[page: page], other[page: page])
      return (a.isEmpty ? Self.zeroPage : a) == (b.isEmpty ? Self.zeroPage : b)
    }
  }

  /// A page of zeros.
  public static let zeroPage = Bytes.zeros(pageSize)
}

extension Array {
  /// Whether two arrays share memory, as two empty ones do.
  fileprivate func sharesMemory(with other: [Element]) -> Bool {
    count == other.count
      && (isEmpty
        || withUnsafeBufferPointer { a in other.withUnsafeBufferPointer { a.baseAddress == $0.baseAddress } })
  }
}
