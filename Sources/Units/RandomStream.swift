/// A counter-based random stream, keyed by (seed, stream name, entity, index).
///
/// The draws of a stream depend on its key alone: adding a strategy, an entity or an engine leaves every other
/// number bit-identical (common random numbers), and opening a stream in the middle of a run costs nothing.
///
/// The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
/// SC 2011): key = digest of seed and stream name, counter = (draw, index, entity).
public struct RandomStream: RandomNumberGenerator, Sendable {
  @usableFromInline var key: UInt64
  @usableFromInline var counter: SIMD4<UInt32>
  @usableFromInline var block: SIMD4<UInt32>
  @usableFromInline var used: Int

  public init(seed: UInt64, stream: String, entity: UInt32 = 0, index: UInt32 = 0) {
    self.init(key: seed.mixed(with: stream), entity: entity, index: index)
  }

  /// Returns the unused stream of the same seed and name for another entity and index.
  public func restarted(entity: UInt32, index: UInt32) -> RandomStream {
    RandomStream(key: key, entity: entity, index: index)
  }

  @usableFromInline
  init(key: UInt64, entity: UInt32, index: UInt32) {
    self.key = key
    counter = SIMD4(0, 0, index, entity)
    block = .zero
    used = 2
  }

  @inlinable
  public mutating func next() -> UInt64 {
    if used == 2 {
      block = Philox.block(counter: counter, key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
      counter[0] &+= 1
      if counter[0] == 0 { counter[1] &+= 1 }
      used = 0
    }
    defer { used += 1 }
    return used == 0
      ? UInt64(block[0]) | UInt64(block[1]) << 32
      : UInt64(block[2]) | UInt64(block[3]) << 32
  }

  /// Draws uniformly from the open interval (0, 1), on the centres of 2^53 equal cells.
  @inlinable
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Draws uniformly from 0 ..< bound by multiplication. The bias is below 2^-32 for bounds below 2^32.
  @inlinable
  public mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "an empty range has no draw")
    return next().multipliedFullWidth(by: bound).high
  }
}

/// Philox4x32 with ten rounds, checked with the known answers of Random123 1.14.
public enum Philox {
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let a = UInt64(c[0]) &* 0xD251_1F53
      let b = UInt64(c[2]) &* 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a))
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }
}

extension UInt64 {
  /// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), a bijection that spreads every bit.
  @inlinable
  public var mixed: UInt64 {
    var z = self &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Returns a seed for a name: FNV-1a over its UTF-8, mixed with `self`.
  func mixed(with name: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (mixed ^ hash).mixed
  }
}
