import Units

/// The ordered stream of a source, with its unanswered entries and its progress.
///
/// Everything up to `durable` is on the peer's devices, up to `received` in its memory, up to `sent` on its way.
struct OutgoingStream: Sendable {
  private(set) var queue: ChunkedQueue<Entry>
  private(set) var bytes = ByteCount.zero
  private(set) var sent: UInt64
  /// The largest value of `sent` so far. Repeated entries may have arrived the first time.
  private var sentAtMost: UInt64
  private(set) var received: UInt64
  /// The last position and the send time of each message in flight, oldest first.
  private(set) var unanswered: [(position: UInt64, sentAt: Instant)] = []

  /// The repeated entries and their first send time. An answer does not show which sending it answers (Karn
  /// and Partridge, 1987).
  private var repeated: (through: UInt64, since: Instant)?

  init(startingAt position: UInt64) {
    queue = ChunkedQueue(startingAt: position)
    sent = position - 1
    sentAtMost = position - 1
    received = position - 1
  }

  var durable: UInt64 { queue.start - 1 }
  /// The position of the last entry, sent or not.
  var last: UInt64 { queue.end - 1 }
  var isEmpty: Bool { queue.isEmpty }

  mutating func append(
    _ kind: Entry.Kind, number: UInt64, write: HostWrite? = nil, at now: Instant
  ) {
    let entry = Entry(
      kind, position: queue.end, number: number, volume: write?.volume ?? 0, offset: write?.offset ?? .zero,
      bytes: write?.bytes ?? .init(), nominalSize: write?.nominalSize, instant: now)
    bytes += entry.chargedSize
    queue.append(entry)
  }

  /// Returns the entries of the next message: those after `sent`, at most `maximum` bytes, but at least one.
  mutating func nextBatch(maximum: ByteCount, at now: Instant) -> [Entry] {
    var batch: [Entry] = []
    var size = ByteCount.zero
    while sent < last {
      let entry = queue[sent + 1]
      size += entry.chargedSize
      if !batch.isEmpty, size > maximum { break }
      batch.append(entry)
      sent += 1
    }
    sentAtMost = max(sentAtMost, sent)
    let isRepeated = repeated.map { sent <= $0.through } ?? false
    unanswered.append((sent, isRepeated ? repeated?.since ?? now : now))
    return batch
  }

  /// Schedules everything that was not received for sending again.
  mutating func rewind() {
    if let first = unanswered.first { repeated = (max(sent, repeated?.through ?? 0), first.sentAt) }
    sent = received
    unanswered.removeAll(keepingCapacity: true)
  }

  /// Whether the peer's reported progress is possible.
  func admits(_ progress: Progress) -> Bool {
    progress.durable <= progress.received && progress.received <= sentAtMost
  }

  /// Advances to the peer's progress. The result is the round-trip time of the newest answered message, if
  /// any.
  mutating func advance(received position: UInt64, durable: UInt64, at now: Instant) -> Duration? {
    received = max(received, position)
    sent = max(sent, received)
    var roundTrip: Duration?
    while let first = unanswered.first, first.position <= durable {
      roundTrip = now - first.sentAt
      unanswered.removeFirst()
    }
    return roundTrip
  }

  /// Removes and returns the next entry through a position that is durable at the peer.
  mutating func popSettled(through position: UInt64) -> Entry? {
    guard queue.start <= position, let entry = queue.first else { return nil }
    bytes -= entry.chargedSize
    queue.removeAll(before: entry.position + 1)
    return entry
  }

  /// Traps unless the positions of the stream are in order and its bytes add up.
  func checkInvariants() {
    precondition(durable <= received, "what is durable at the peer was received there")
    precondition(received <= sent && sent <= sentAtMost, "what was received was sent")
    precondition(sentAtMost <= last, "what was sent is in the stream")
    precondition(
      zip(unanswered, unanswered.dropFirst()).allSatisfy {
        $0.position <= $1.position && $0.sentAt <= $1.sentAt
      },
      "messages are in the order of their sending")
    precondition(unanswered.last.map { $0.position <= sent } ?? true, "a message in flight was sent")
    precondition(bytes >= .zero && (queue.isEmpty ? bytes == .zero : true), "an empty stream has no bytes")
    guard queue.count <= 64 else { return }
    let total = (queue.start..<queue.end).reduce(ByteCount.zero) { $0 + queue[$1].chargedSize }
    precondition(total == bytes, "the entries of a stream add up")
  }

  /// Drops everything that is not durable. Positions continue, because none is used twice.
  mutating func clear() { self = OutgoingStream(startingAt: queue.end) }
}
