import Replication
import Storage
import Testing
import Units

@Suite("Messages")
struct MessageTests {
  private static let generations: Generations = {
    var generations = Generations(
      current: Generation(term: 3, node: 1, serial: 2), bases: [Generation(term: 2, node: 0, serial: 9)])
    generations.history = [Generation(term: 1, node: 0, serial: 1)]
    return generations
  }()

  private static var marks: [PageSet] {
    var set = PageSet(pageCount: 70)
    set.insert(3)
    set.insert(69)
    return [set, PageSet(pageCount: 5)]
  }

  /// One message of every kind.
  static let bodies: [Message.Body] = [
    .hello, .ready, .heartbeat,
    .greeting(
      Greeting(
        generations: generations, disk: .inconsistent, marks: marks,
        progress: Progress(received: 3, durable: 2, applied: 1))),
    .plan(ConnectionPlan(start: 77, isResync: true, generations: generations, acknowledgesReceipt: true)),
    .entries([
      Entry(
        .write, position: 78, number: 5, volume: 1, offset: .kibibytes(8),
        bytes: Bytes(utf8: "sixteen and more"),
        instant: Instant(nanoseconds: 99)),
      Entry(.barrier, position: 79, number: 5, instant: Instant(nanoseconds: 100)),
      Entry(.end, position: 80, number: 5, instant: Instant(nanoseconds: 101)),
    ]),
    .records([
      LogRecord(first: 1, last: 4, bytes: Bytes(utf8: "four")), LogRecord(first: 5, last: 5, bytes: Bytes()),
    ]),
    .progress(Progress(received: 9, durable: 8, applied: 7)),
    .refusal(.gap(after: 12)), .refusal(.olderTerm(4)), .refusal(.notConsistent(.outdated)),
    .refusal(.truncated),
  ]

  private static func message(_ body: Message.Body) -> Message {
    Message(group: 7, term: 3, session: 1 << 24 | 5, sequence: 1 << 32 | 8, body: body)
  }

  @Test(arguments: bodies.indices)
  func comesOutOfItsBytesAsItWentIn(kind: Int) throws {
    let message = Self.message(Self.bodies[kind])
    let bytes = message.encoded
    #expect(ByteCount(bytes.count) == message.size)
    let decoded = try Message(decoding: bytes)
    #expect(decoded.encoded == bytes)
    #expect(decoded.group == 7 && decoded.term == 3 && decoded.session == 1 << 24 | 5)
  }

  @Test(arguments: bodies.indices)
  func everyFlippedBitAndEveryTruncationIsRefused(kind: Int) {
    let bytes = Array(Self.message(Self.bodies[kind]).encoded.slice)
    for bit in 0..<(bytes.count * 8) {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: Refusal.self) { try Message(decoding: Bytes(flipped)) }
    }
    for count in 0..<bytes.count {
      #expect(throws: Refusal.self) { try Message(decoding: Bytes(Array(bytes[..<count]))) }
    }
  }

  @Test func aMessageOfAnotherVersionIsRefusedByItsVersion() {
    var bytes = Array(Self.message(.hello).encoded.slice)
    bytes[0] = 2
    Self.seal(&bytes)
    #expect(throws: Refusal.otherVersion(2)) { try Message(decoding: Bytes(bytes)) }
  }

  /// Bytes whose checksum is right but whose fields are anything: refused or read, never a trap.
  @Test func anyFieldsWithARightChecksumEndInARefusalOrAMessage() {
    var random = RandomStream(seed: 5, stream: "hostile fields")
    var refused = 0
    for _ in 0..<30_000 {
      var bytes = Array(Self.message(Self.bodies[Int(random.below(UInt64(Self.bodies.count)))]).encoded.slice)
      for _ in 0...random.below(3) {
        bytes[30 + Int(random.below(UInt64(bytes.count - 38)))] = UInt8(truncatingIfNeeded: random.next())
      }
      Self.seal(&bytes)
      do { _ = try Message(decoding: Bytes(bytes)) } catch { refused += 1 }
    }
    #expect(refused > 10_000)
  }

  @Test func garbageIsRefused() {
    var random = RandomStream(seed: 6, stream: "garbage")
    for _ in 0..<5_000 {
      let bytes = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(throws: Refusal.self) { try Message(decoding: Bytes(bytes)) }
    }
  }

  /// The answers of the reference implementation, xxHash 0.8.
  @Test(
    arguments: [
      ("", 0, 0xEF46_DB37_51D8_E999), ("a", 0, 0xD24E_C4F1_A98C_6E5B), ("abc", 0, 0x44BC_2CF5_AD77_0999),
      ("xxhash", 0, 0x32DD_3895_2C4B_C720), ("xxhash", 20_141_025, 0xB559_B98D_844E_0635),
      ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64, UInt64)])
  func theChecksumIsXXH64(text: String, seed: UInt64, expected: UInt64) {
    #expect(Checksum.of(Bytes(utf8: text), seed: seed) == expected)
  }

  static func seal(_ bytes: inout [UInt8]) {
    let sum = Checksum.of(Bytes(Array(bytes[..<(bytes.count - 8)])))
    for index in 0..<8 {
      bytes[bytes.count - 8 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index))
    }
  }
}
