import Storage

/// XXH64 (Collet, xxHash specification 0.8), a checksum against damage, not against attacks.
public enum Checksum {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5
  )

  public static func of(_ bytes: Bytes, seed: UInt64 = 0) -> UInt64 {
    bytes.withUnsafeBytes { of($0, seed: seed) }
  }

  static func of(_ raw: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var position = 0
    var hash = stripes(raw, seed, &position) &+ UInt64(raw.count)
    while position + 8 <= raw.count {
      hash = rotate(hash ^ round(0, word(raw, position)), 27) &* primes.0 &+ primes.3
      position += 8
    }
    if position + 4 <= raw.count {
      let half = UInt64(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      hash = rotate(hash ^ half &* primes.0, 23) &* primes.1 &+ primes.2
      position += 4
    }
    while position < raw.count {
      hash = rotate(hash ^ UInt64(raw[position]) &* primes.4, 11) &* primes.0
      position += 1
    }
    return avalanche(hash)
  }

  /// Digests the part of the input that consists of rows of 32 bytes.
  private static func stripes(_ raw: UnsafeRawBufferPointer, _ seed: UInt64, _ position: inout Int) -> UInt64
  {
    guard raw.count >= 32 else { return seed &+ primes.4 }
    var lanes = (seed &+ primes.0 &+ primes.1, seed &+ primes.1, seed, seed &- primes.0)
    while position + 32 <= raw.count {
      lanes.0 = round(lanes.0, word(raw, position))
      lanes.1 = round(lanes.1, word(raw, position + 8))
      lanes.2 = round(lanes.2, word(raw, position + 16))
      lanes.3 = round(lanes.3, word(raw, position + 24))
      position += 32
    }
    var hash = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
    hash = merge(hash, lanes.0)
    hash = merge(hash, lanes.1)
    hash = merge(hash, lanes.2)
    return merge(hash, lanes.3)
  }

  private static func word(_ raw: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
    UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }

  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotate(lane &+ input &* primes.1, 31) &* primes.0
  }

  private static func merge(_ hash: UInt64, _ lane: UInt64) -> UInt64 {
    (hash ^ round(0, lane)) &* primes.0 &+ primes.3
  }

  private static func avalanche(_ hash: UInt64) -> UInt64 {
    var hash = (hash ^ hash >> 33) &* primes.1
    hash = (hash ^ hash >> 29) &* primes.2
    return hash ^ hash >> 32
  }
}
