import Storage
import Units

/// The writer of a page, recorded at the page's head. A recovered image thus identifies its own writes.
public struct PageStamp: Hashable, Sendable {
  public var volume: VolumeID
  public var page: UInt32
  /// The number of the write among its volume's, from 1; 0 marks the initial contents.
  public var write: UInt32

  public init(volume: VolumeID, page: UInt32, write: UInt32) {
    self.volume = volume
    self.page = page
    self.write = write
  }
}

extension PageStamp {
  fileprivate static let magic: UInt32 = 0x6C64_7266

  /// Reads the stamp at the head of a page; `nil` when there is none. The rest of the page may still be
  /// damaged.
  init?(claimedBy page: Bytes) {
    guard page.count == PagedImage.pageSize else { return nil }
    let (first, second) = page.withUnsafeBytes { raw in
      (
        raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      )
    }
    guard UInt32(truncatingIfNeeded: first) == Self.magic, first >> 32 < 1 << 31 else { return nil }
    self.init(
      volume: VolumeID(Int(first >> 32)), page: UInt32(truncatingIfNeeded: second),
      write: UInt32(second >> 32))
  }
}

/// Makes and recognises the pages of a synthetic workload.
///
/// A page of 4 KiB is a head of 16 bytes (magic, volume, page, write; 32 bits each, little-endian), then random words
/// keyed by the head, then as many repeated words as the workload's compressibility asks for. Every byte follows from
/// the head and the key, so a page that differs in any bit from what was written is recognised as damaged.
public struct PageMaker: Sendable {
  private static let wordCount = PagedImage.pageSize / 8

  private let key: UInt64
  /// The number of random words in the page, counted from the third.
  private let randomWords: Int

  public init(seed: UInt64, compressibility: Ratio) {
    key = seed.mixed
    let share = min(max(Ratio.zero, compressibility), Ratio.one)
    randomWords = (Self.wordCount - 2) - Int(share.billionths) * (Self.wordCount - 2) / 1_000_000_000
  }

  public func page(_ stamp: PageStamp) -> Bytes {
    Bytes(
      [UInt8](unsafeUninitializedCapacity: PagedImage.pageSize) { target, initialized in
        fill(UnsafeMutableRawBufferPointer(target), stamp)
        initialized = PagedImage.pageSize
      })
  }

  /// Returns consecutive whole pages of one write.
  public func pages(_ first: PageStamp, count: Int) -> Bytes {
    Bytes(
      [UInt8](unsafeUninitializedCapacity: count * PagedImage.pageSize) { target, initialized in
        let raw = UnsafeMutableRawBufferPointer(target)
        for index in 0..<count {
          var stamp = first
          stamp.page += UInt32(index)
          let start = index * PagedImage.pageSize
          fill(UnsafeMutableRawBufferPointer(rebasing: raw[start..<(start + PagedImage.pageSize)]), stamp)
        }
        initialized = count * PagedImage.pageSize
      })
  }

  /// Returns the stamp of an undamaged page; `nil` when any byte differs from the written one.
  public func stamp(of page: Bytes) -> PageStamp? {
    guard let stamp = PageStamp(claimedBy: page) else { return nil }
    return page.withUnsafeBytes { raw in
      var words = Words(key: key, stamp: stamp)
      for index in 2..<Self.wordCount {
        let expected = index < randomWords + 2 ? words.next() : words.pattern
        if raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) != expected { return nil }
      }
      return stamp
    }
  }

  private func fill(_ target: UnsafeMutableRawBufferPointer, _ stamp: PageStamp) {
    target.storeBytes(
      of: UInt64(PageStamp.magic) | UInt64(stamp.volume.index) << 32, toByteOffset: 0, as: UInt64.self)
    target.storeBytes(of: UInt64(stamp.page) | UInt64(stamp.write) << 32, toByteOffset: 8, as: UInt64.self)
    var words = Words(key: key, stamp: stamp)
    for index in 2..<(randomWords + 2) {
      target.storeBytes(of: words.next(), toByteOffset: index * 8, as: UInt64.self)
    }
    for index in (randomWords + 2)..<Self.wordCount {
      target.storeBytes(of: words.pattern, toByteOffset: index * 8, as: UInt64.self)
    }
  }

  /// xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016), seeded once
  /// per page.
  private struct Words {
    private var state: UInt64
    let pattern: UInt64

    init(key: UInt64, stamp: PageStamp) {
      let start = (key ^ (UInt64(stamp.volume.index) << 48 ^ UInt64(stamp.page))).mixed ^ UInt64(stamp.write)
      state = start.mixed | 1
      pattern = 0x2020_2020_2020_2020 | (state & 0x0F0F_0F0F)
    }

    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }
  }
}
