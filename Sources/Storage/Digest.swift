/// A 256-bit content digest: the identity of a block or an object.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The digest's 32 bytes as big-endian words, so that words compare as bytes do.
  public let words: SIMD4<UInt64>

  public init(words: SIMD4<UInt64>) { self.words = words }

  /// The digest held in 32 bytes; any other number of bytes is a programmer error and traps.
  public init(bytes: some Sequence<UInt8>) {
    var words = SIMD4<UInt64>.zero
    var count = 0
    for byte in bytes {
      precondition(count < 32, "a digest has 32 bytes")
      words[count / 8] = words[count / 8] << 8 | UInt64(byte)
      count += 1
    }
    precondition(count == 32, "a digest has 32 bytes")
    self.words = words
  }

  public var bytes: [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (56 - 8 * ($0 % 8))) }
  }

  /// 64 lower-case hexadecimal digits.
  public var description: String { String(hexadecimal: words[0], words[1], words[2], words[3]) }

  public static func < (a: Digest, b: Digest) -> Bool {
    for word in 0..<4 where a.words[word] != b.words[word] { return a.words[word] < b.words[word] }
    return false
  }
}
