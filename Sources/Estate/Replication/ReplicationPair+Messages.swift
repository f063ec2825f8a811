import Replication
import Units

// The sizes of messages on a link.

extension ReplicationPair {
  /// Counts a message that a side sends, and returns its size on a link.
  ///
  /// The size is the full size, and includes the real messages that the message represents.
  mutating func charge(
    _ message: Message, from node: Int, _ schedules: [WorkloadSchedule], _ scale: Scale, at now: Instant
  ) -> ByteCount {
    let size = size(of: message, from: node, schedules, scale, at: now)
    meter.countSent(size)
    return size
  }

  /// Returns the size of a message.
  ///
  /// An engine sends available data at once in a message of its own, and batches data that had to wait. Each
  /// message is answered.
  private mutating func size(
    of message: Message, from node: Int, _ schedules: [WorkloadSchedule], _ scale: Scale, at now: Instant
  ) -> ByteCount {
    let overhead = Message.overhead
    switch message.body {
    case .entries(let entries):
      let (size, count) = charge(entries, from: node, schedules, at: now)
      self[1 - node].expectAnswers(count - 1)
      return size + ByteCount(overhead) * count
    case .versions(let versions):
      let size = versions.reduce(ByteCount.zero) { $0 + $1.chargedSize }
      let count = max(1, Self.batches(size))
      self[1 - node].expectAnswers(count - 1)
      return size + ByteCount(overhead) * count
    case .records:
      self[1 - node].expectAnswers(scale.denominator - 1)
      return scale.unscaled(message.size)
    case .progress, .held:
      return message.size * (1 + self[node].takeAnswers())
    case .hello, .greeting, .plan, .ready, .heartbeat, .refusal: return message.size
    }
  }

  /// Returns the size of some entries and the number of real messages with them.
  private mutating func charge(
    _ entries: [Entry], from node: Int, _ schedules: [WorkloadSchedule], at now: Instant
  ) -> (ByteCount, Int64) {
    var (size, count) = (ByteCount.zero, Int64(0))
    for entry in entries {
      size += entry.chargedSize
      switch entry.kind {
      case .write:
        count += entry.representedCount
        if schedules[volumes[Int(entry.volume)]].flushInterval == .zero {
          self[node].countWrites(entry.representedCount)
        }
      case .barrier:
        // A host that flushes after every write has done so as often.
        let flushes = self[node].takeFlushes()
        size += (entry.chargedSize) * (flushes - 1)
        count += flushes
      case .point, .end: count += 1
      case .page: break
      }
    }
    let areSentAtOnce = entries.allSatisfy { $0.instant == now && $0.kind != .page }
    return (size, areSentAtOnce ? count : max(1, Self.batches(size)))
  }

  /// Returns the number of messages for this size, without the heads of entries.
  private static func batches(_ size: ByteCount) -> Int64 {
    let batch = SourcePolicy().batchMaximum.bytes
    return (size.bytes + batch / 2) / batch
  }
}
