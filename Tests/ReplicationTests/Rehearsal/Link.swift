import Replication
import Storage
import Units

/// The link between the sites.
struct Link {
  var isUp = true
  var latency = Duration.milliseconds(3)
  /// Each message takes up to so much longer, so that they overtake one another.
  var jitter = Duration.zero
  /// Messages queue for it, each way by itself; `nil` when they do not wait.
  var rate: ByteRate?
  var freeFrom: [Instant] = [.epoch, .epoch]
  /// In percent of the messages.
  var lost: UInt64 = 0
  var doubled: UInt64 = 0
  var damaged: UInt64 = 0
  /// Sides that the witness does not hear.
  var witnessIsDeafTo: [Int] = []

  func reachesWitness(_ side: Int) -> Bool { !witnessIsDeafTo.contains(side) }
}

extension Duo {
  mutating func send(_ message: Message, from side: Int) {
    observed.bytesSent += message.size.bytes
    guard link.isUp, random.below(100) >= link.lost else { return }
    let copies = random.below(100) < link.doubled ? 2 : 1
    for _ in 0..<copies {
      let extra = link.jitter > .zero ? Int64(random.below(UInt64(link.jitter.nanoseconds))) : 0
      let arrival = passed(message.size, from: side) + link.latency + .nanoseconds(extra)
      if random.below(100) < link.damaged {
        events.schedule(.frame(to: 1 - side, damagedFrame(of: message)), at: arrival)
      } else {
        events.schedule(.arrival(to: 1 - side, message), at: arrival)
      }
    }
  }

  /// The instant at which the last byte has gone into the link.
  private mutating func passed(_ size: ByteCount, from side: Int) -> Instant {
    guard let rate = link.rate else { return now }
    link.freeFrom[side] = max(now, link.freeFrom[side]) + rate.time(for: size)
    return link.freeFrom[side]
  }

  /// The message's bytes with a bit flipped, cut short, or with more behind them.
  private mutating func damagedFrame(of message: Message) -> Bytes {
    var bytes = Array(message.encoded.slice)
    switch random.below(4) {
    case 0: bytes.removeLast(1 + Int(random.below(UInt64(bytes.count))))
    case 1: bytes.append(UInt8(truncatingIfNeeded: random.next()))
    default: bytes[Int(random.below(UInt64(bytes.count)))] ^= 1 << UInt8(random.below(8))
    }
    return Bytes(bytes)
  }
}
