/// A 256-bit content digest: the identity of a block or an object.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
  // Not one vector: that would stand on multiples of 32 bytes, and a block, a digest and its length, take 64.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  public init(words: SIMD4<UInt64>) {
    (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
  }

  /// The 32 bytes as big-endian words, which compare like the bytes.
  public var words: SIMD4<UInt64> { SIMD4(first, second, third, fourth) }

  /// Creates a digest from 32 bytes; any other number is a programmer error and traps.
  public init(bytes: some Sequence<UInt8>) {
    var words = SIMD4<UInt64>.zero
    var count = 0
    for byte in bytes {
      precondition(count < 32, "a digest has 32 bytes")
      words[count / 8] = words[count / 8] << 8 | UInt64(byte)
      count += 1
    }
    precondition(count == 32, "a digest has 32 bytes")
    self.init(words: words)
  }

  public var bytes: [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (56 - 8 * ($0 % 8))) }
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public var description: String { String(hexadecimal: words[0], words[1], words[2], words[3]) }

  /// Hashes one word: the words of a digest are as good as random.
  public func hash(into hasher: inout Hasher) { hasher.combine(first) }

  public static func < (a: Digest, b: Digest) -> Bool {
    (a.first, a.second, a.third, a.fourth) < (b.first, b.second, b.third, b.fourth)
  }
}
