import Units

/// The ordered stream that a source sends: what is not answered yet, and how far it has come.
///
/// Everything up to `durable` is on the peer's devices, up to `received` in its memory, up to `sent` on its way.
struct OutgoingStream: Sendable {
  private(set) var queue: ChunkedQueue<Entry>
  private(set) var bytes = ByteCount.zero
  private(set) var sent: UInt64
  /// The greatest that `sent` has been: what is sent again may have come the first time.
  private var sentAtMost: UInt64
  private(set) var received: UInt64
  /// The last positions of the messages on their way, oldest first, and when each was sent.
  private(set) var unanswered: [(position: UInt64, sentAt: Instant)] = []

  /// What was sent more than once, and when first: which of them is answered cannot be told (Karn and Partridge, 1987).
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

  /// The next message's entries: those behind `sent`, at most `maximum` bytes, but at least one.
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

  /// Everything that was not received is to be sent again.
  mutating func rewind() {
    if let first = unanswered.first { repeated = (max(sent, repeated?.through ?? 0), first.sentAt) }
    sent = received
    unanswered.removeAll(keepingCapacity: true)
  }

  /// Whether the peer can have come so far.
  func admits(_ progress: Progress) -> Bool {
    progress.durable <= progress.received && progress.received <= sentAtMost
  }

  /// The peer has come further. Returns how long the newest of the messages that it answers has taken, if it answers one.
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

  /// The next entry up to a position, which is durable at the peer and need not be kept any longer.
  mutating func popSettled(through position: UInt64) -> Entry? {
    guard queue.start <= position, let entry = queue.first else { return nil }
    bytes -= entry.chargedSize
    queue.removeAll(before: entry.position + 1)
    return entry
  }

  /// Forgets everything that is not durable; positions go on, as none is ever used twice.
  mutating func clear() { self = OutgoingStream(startingAt: queue.end) }
}
