import Storage
import Units

/// Content-defined chunking by a gear hash (Xia et al., "FastCDC", USENIX ATC 2016, sections 3.2 to 3.4).
/// Below the average size a cut must match two more bits than the average needs, and above it two fewer.
struct GearHash: Sendable {
  private let minimum: Int
  private let average: Int
  private let maximum: Int
  private let strictMask: UInt64
  private let looseMask: UInt64

  init(minimum: Int, average: Int, maximum: Int) {
    self.minimum = minimum
    self.average = average
    self.maximum = maximum
    let bits = average.trailingZeroBitCount
    strictMask = Self.mask(bits + 2)
    looseMask = Self.mask(max(1, bits - 2))
  }

  /// Returns a mask of the highest bits, which depend on the most bytes (up to 64).
  private static func mask(_ bits: Int) -> UInt64 { ~0 << (64 - UInt64(bits)) }

  /// A random word for each byte. The words are part of the format, because others cut elsewhere.
  private static let table: [UInt64] = (0..<256).map { index in
    var stream = RandomStream(seed: 0, stream: "gear", entity: UInt32(index))
    return stream.next()
  }

  func ends(in bytes: Bytes, isLast: Bool) -> [Int] {
    var ends: [Int] = []
    bytes.withUnsafeBytes { raw in
      Self.table.withUnsafeBufferPointer { table in
        var start = 0
        while start < raw.count {
          let rest = UnsafeRawBufferPointer(rebasing: raw[start...])
          guard let size = cut(rest, table, isLast: isLast) else { break }
          start += size
          ends.append(start)
        }
      }
    }
    return ends
  }

  /// Returns the size of the first block; `nil` when its end is not within the bytes.
  private func cut(
    _ bytes: UnsafeRawBufferPointer, _ table: UnsafeBufferPointer<UInt64>, isLast: Bool
  ) -> Int? {
    let end = min(bytes.count, maximum)
    var hash: UInt64 = 0
    // The hash depends on the last 64 bytes only: begin where they begin.
    var index = max(0, min(minimum, end) - 64)
    while index < min(minimum, end) {
      hash = (hash &<< 1) &+ table[Int(bytes[index])]
      index += 1
    }
    for (limit, mask) in [(min(average, end), strictMask), (end, looseMask)] {
      if let size = scan(bytes, table, mask, from: &index, to: limit, &hash) { return size }
    }
    return end == maximum || isLast ? end : nil
  }

  @inline(__always)
  private func scan(
    _ bytes: UnsafeRawBufferPointer, _ table: UnsafeBufferPointer<UInt64>, _ mask: UInt64,
    from index: inout Int, to limit: Int, _ hash: inout UInt64
  ) -> Int? {
    guard let base = bytes.baseAddress, let words = table.baseAddress else { return nil }
    var position = index
    var rolling = hash
    defer {
      index = position
      hash = rolling
    }
    // Four bytes at once: each hash follows from the last group's directly, not from the one before it.
    while position &+ 4 <= limit {
      let first = words[Int(base.load(fromByteOffset: position, as: UInt8.self))]
      let second = words[Int(base.load(fromByteOffset: position &+ 1, as: UInt8.self))] &+ (first &<< 1)
      let third = words[Int(base.load(fromByteOffset: position &+ 2, as: UInt8.self))] &+ (second &<< 1)
      let fourth = words[Int(base.load(fromByteOffset: position &+ 3, as: UInt8.self))] &+ (third &<< 1)
      let hash = (rolling &<< 4) &+ fourth
      if ((rolling &<< 1) &+ first) & mask == 0 || ((rolling &<< 2) &+ second) & mask == 0
        || ((rolling &<< 3) &+ third) & mask == 0 || hash & mask == 0
      {
        break
      }
      rolling = hash
      position &+= 4
    }
    while position < limit {
      let byte = base.load(fromByteOffset: position, as: UInt8.self)
      rolling = (rolling &<< 1) &+ words[Int(byte)]
      position += 1
      if rolling & mask == 0 { return position }
    }
    return nil
  }
}
