import Storage
import Units

/// Bytes like those of a file server, the same in every run. The assumed mixture is half text, a quarter
/// half-random records, and a quarter incompressible.
public struct MixedSample: Sendable {
  public enum Kind: Int, Sendable, CaseIterable {
    case text
    case records
    case noise
  }

  private var random: RandomStream
  private let words: [[UInt8]]

  public init(seed: UInt64) {
    random = RandomStream(seed: seed, stream: "mixed sample")
    var dictionary = RandomStream(seed: 1, stream: "dictionary")
    words = (0..<4_096).map { _ in
      (0..<(2 + dictionary.below(9))).map { _ in UInt8(97 + dictionary.below(26)) } + [32]
    }
  }

  /// Returns the kind of the `number`th mebibyte.
  public static func kind(_ number: Int) -> Kind { [.text, .records, .text, .noise][number % 4] }

  /// Returns `count` bytes of a kind.
  public mutating func bytes(_ kind: Kind, _ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 64)
    while bytes.count < count {
      var draw = random.next()
      switch kind {
      case .text:
        // Common words come more often: the place is the product of two draws.
        for _ in 0..<2 {
          let product = (draw & 0xFFFF) * (draw >> 16 & 0xFFFF)
          bytes += words[Int(product >> 20)]
          draw >>= 32
        }
      case .records:
        withUnsafeBytes(of: draw) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: [0, 0, 0, 1, 0, 0, 0, UInt8(draw & 7)])
      case .noise: withUnsafeBytes(of: draw) { bytes.append(contentsOf: $0) }
      }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Returns whole mebibytes, kind after kind.
  public mutating func mebibytes(_ count: Int) -> [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(count << 20)
    for number in 0..<count { all += bytes(Self.kind(number), 1 << 20) }
    return all
  }
}
