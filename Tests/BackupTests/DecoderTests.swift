import Backup
import Storage
import Testing
import Units

/// Guarantees: bad input ends in a diagnostic, never in a trap.
@Suite struct DecoderTests {
  private typealias Decoder = @Sendable (Bytes) throws -> Void

  private static let key = MasterKey(bytes: Array(0..<32))

  private static let decoders: [Decoder] = [
    { _ = try Manifest($0) },
    { _ = try PendingClaim($0) },
    { _ = try IndexContents($0) },
    { _ = try CondemnationContents($0) },
    { _ = try Segment($0, digest: Digest(words: .zero)) },
    { _ = try ObjectHeader($0) },
    { bytes in
      guard let key = ObjectKey("config/vault") else { return }
      _ = try SealedObject.open(bytes, as: key, key: DecoderTests.key)
    },
    { bytes in
      guard let key = ObjectKey("packs/0123456789abcdef0123456789abcdef"), let id = ObjectID(key) else {
        return
      }
      _ = try Pack.table(of: bytes, id, key: DecoderTests.key)
    },
  ]

  /// Objects of a real vault, and what is inside of them.
  private static func corpus() throws -> [[UInt8]] {
    var site = Fixture([noise(20_000, seed: 1)])
    try site.backup()
    let point = try site.backup().id
    try site.prune([point])
    var corpus: [[UInt8]] = []
    for key in site.vault.list(prefix: "") {
      let bytes = Bytes(site.vault.bytes(key))
      corpus.append(Array(bytes.slice))
      if let contents = try? SealedObject.open(bytes, as: key, key: Self.key).contents {
        corpus.append(Array(contents.slice))
      }
    }
    return corpus
  }

  @Test(arguments: 0..<8) func noBytesTrapADecoder(seed: UInt64) throws {
    print("seed \(seed)")
    var random = RandomStream(seed: seed, stream: "fuzz")
    let corpus = try Self.corpus()
    for _ in 0..<4_000 {
      let bytes = Bytes(Self.mutate(corpus[Int(random.below(UInt64(corpus.count)))], &random))
      for decoder in Self.decoders { try? decoder(bytes) }
    }
  }

  private static func mutate(_ original: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = original
    switch random.below(4) {
    case 0: bytes = (0..<Int(random.below(200))).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    case 1: bytes.removeLast(Int(random.below(UInt64(bytes.count + 1))))
    default: break
    }
    for _ in 0..<random.below(6) where !bytes.isEmpty {
      let position = Int(random.below(UInt64(min(bytes.count, 120))))
      bytes[position] =
        [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())][Int(random.below(6))]
    }
    return bytes
  }

  @Test func everyPrefixOfEveryObjectIsRefused() throws {
    for bytes in try Self.corpus() where bytes.count < 2_000 {
      for count in 0..<bytes.count {
        for decoder in Self.decoders { try? decoder(Bytes(Array(bytes.prefix(count)))) }
      }
    }
  }
}
