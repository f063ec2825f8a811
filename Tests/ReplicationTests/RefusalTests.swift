import Replication
import Storage
import Testing
import Units

/// An engine that is fed what it must not take refuses it, says so, and changes nothing.
@Suite("Refused messages")
struct RefusalTests {
  private static let page = Bytes(repeating: 7, count: 4_096)

  private static func message(
    _ body: Message.Body, term: UInt64 = 3, session: UInt64 = 9, sequence: UInt64, group: UInt32 = 7
  ) -> Message {
    Message(group: group, term: term, session: session, sequence: sequence, body: body)
  }

  private static func entries(from position: UInt64, volume: Int = 0, offset: Int64 = 0) -> Message.Body {
    .entries([
      Entry(
        .write, position: position, number: position, volume: volume, offset: ByteCount(offset), bytes: page,
        instant: .epoch)
    ])
  }

  /// A target in a connection, in the middle of the stream: positions up to 2 have come.
  private static func target() -> MirrorTarget {
    var target = MirrorTarget(.init(group: Mode.group), from: DurableState(node: 1, volumes: Mode.volumes))
    var effects: [ReplicationEffect] = []
    func tell(_ event: ReplicationEvent) {
      effects.removeAll()
      target.handle(event, at: .epoch, into: &effects)
      var answers: [ReplicationEvent] = []
      for effect in effects {
        switch effect {
        case .record(let ticket, _), .flush(let ticket, _): answers.append(.finished(ticket))
        default: break
        }
      }
      answers.forEach(tell)
    }
    let plan = ConnectionPlan(
      start: 0, isResync: true, generations: Generations(current: Generation(term: 3, node: 0, serial: 1)),
      acknowledgesReceipt: false)
    tell(.begin)
    tell(.message(message(.hello, sequence: 1)))
    tell(.message(message(.plan(plan), sequence: 2)))
    tell(.message(message(.entries([Entry(.end, position: 1, number: 0, instant: .epoch)]), sequence: 3)))
    tell(.message(message(entries(from: 2), sequence: 5)))
    return target
  }

  private static let bad: [(String, ReplicationEvent, Refusal)] = [
    ("garbage", .frame(Bytes(repeating: 0xAB, count: 90)), .damaged),
    ("truncated", .frame(message(entries(from: 3), sequence: 9).encoded[0..<20]), .truncated),
    ("of another group", .message(message(entries(from: 3), sequence: 9, group: 8)), .otherGroup(8)),
    ("of an older term", .message(message(entries(from: 3), term: 2, sequence: 9)), .olderTerm(3)),
    ("replayed", .message(message(entries(from: 2), sequence: 5)), .replayed),
    ("late", .message(message(entries(from: 3), sequence: 4)), .replayed),
    ("of an older connection", .message(message(entries(from: 3), session: 8, sequence: 9)), .otherSession),
    ("of a newer connection", .message(message(entries(from: 3), session: 10, sequence: 9)), .otherSession),
    ("with a gap", .message(message(entries(from: 4), sequence: 9)), .gap(after: 2)),
    ("repeated", .message(message(entries(from: 2), sequence: 9)), .duplicate),
    ("for no volume", .message(message(entries(from: 3, volume: 2), sequence: 9)), .outsideVolume),
    ("beyond the volume", .message(message(entries(from: 3, offset: 1 << 40), sequence: 9)), .outsideVolume),
    ("before the volume", .message(message(entries(from: 3, offset: -8), sequence: 9)), .outsideVolume),
    ("empty", .message(message(.entries([]), sequence: 9)), .malformed),
    ("of a target", .message(message(.ready, sequence: 9)), .outOfPlace),
    ("of another engine", .message(message(.records([]), sequence: 9)), .outOfPlace),
  ]

  @Test(arguments: bad.indices)
  func areSaidToBeRefusedAndChangeNothing(index: Int) {
    let (name, event, refusal) = Self.bad[index]
    var target = Self.target()
    var effects: [ReplicationEffect] = []
    target.handle(event, at: .epoch, into: &effects)
    let refusals = effects.compactMap { if case .refused(let refusal) = $0 { refusal } else { nil } }
    #expect(refusals == [refusal], "\(name)")
    let acts = effects.contains {
      switch $0 {
      case .refused, .send: false
      default: true
      }
    }
    #expect(!acts, "\(name)")
    effects = []
    target.handle(.message(Self.message(Self.entries(from: 3), sequence: 11)), at: .epoch, into: &effects)
    let writes = effects.count { if case .write = $0 { true } else { false } }
    #expect(writes == 1, "\(name)")
  }

  /// A source that is told the impossible does not believe it.
  @Test func aSourceBelievesNoProgressBeyondWhatItSent() {
    var duo = Duo(mode: .synchronous, seed: 1, writes: 10)
    let isInSync = duo.settle(within: .seconds(10))
    #expect(isInSync)
    guard let source = duo.sides[0].source else { return }
    let before = source.lag(at: duo.now)
    let refusals = duo.observed.refusals
    duo.tell(
      0,
      .message(
        Message(
          group: 7, term: 1, session: 1 << 24 | 1, sequence: 1 << 40,
          body: .progress(Progress(received: 1 << 50, durable: 1 << 50, applied: 1 << 50)))))
    #expect(duo.observed.refusals == refusals + 1)
    #expect(duo.sides[0].source?.lag(at: duo.now) == before)
  }
}
