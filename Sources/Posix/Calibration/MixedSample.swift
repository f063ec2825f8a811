import Storage
import Units

/// Bytes as a file server holds them, the same in every run: half of them text, a quarter records of which half is noise, a
/// quarter that does not compress. The mixture is an assumption.
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

  /// The kind of the `number`th mebibyte.
  public static func kind(_ number: Int) -> Kind { [.text, .records, .text, .noise][number % 4] }

  /// `count` bytes of a kind.
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

  /// Whole mebibytes, kind after kind.
  public mutating func mebibytes(_ count: Int) -> [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(count << 20)
    for number in 0..<count { all += bytes(Self.kind(number), 1 << 20) }
    return all
  }
}
