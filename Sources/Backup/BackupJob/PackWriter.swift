import Storage
import Units

/// Seals new blocks and stores them in packs in the order of their addition, whatever the order of answers.
struct PackWriter: Sendable {
  enum Step: Sendable {
    case seal(Int)
    case assemble(Int)
    case store(Int)
  }

  /// A closed pack, whose bytes are dropped when they are durable.
  private struct ClosedPack: Sendable {
    var entry: PackEntry
    var frames: [Bytes]
    /// The plain bytes of its blocks.
    let plainBytes: Int
  }

  private struct Batch: Sendable {
    var items: [Sealing.Item]
    var sealed: Sealed?
  }

  private let key: JobKey
  private let lockedUntil: Instant?
  private let options: JobOptions

  private var queue: [Sealing.Item] = []
  private var queuedBytes = 0
  private var sealedCount: UInt64 = 0
  /// The batches whose frames are not yet in a pack, starting with number `firstBatch`.
  private var batches: [Batch] = []
  private var firstBatch = 0

  private var frames: [Bytes] = []
  private var blocks: [PackedBlock] = []
  private var size = ObjectHeader.size

  private var closed: [ClosedPack] = []
  private var nextAssembly = 0
  private var assembled: [(number: Int, bytes: Bytes)] = []
  private var storedCount = 0
  /// The plain bytes in the packs that are being stored.
  private var storingBytes = 0
  /// The durable packs that were not yet taken, in ascending order.
  private var untaken: [Int] = []
  private(set) var untakenBytes = ByteCount.zero
  private(set) var isClosing = false
  /// The plain bytes of blocks that are queued, being sealed, or in closed packs that are not durable.
  private var backlog = 0
  /// The plain bytes of the blocks in the open pack.
  private var openBytes = 0
  /// The bytes of the durable packs.
  private(set) var storedBytes = ByteCount.zero

  init(key: JobKey, lockedUntil: Instant?, options: JobOptions) {
    self.key = key
    self.lockedUntil = lockedUntil
    self.options = options
  }

  /// Whether the writer accepts more blocks. An idle writer always does.
  ///
  /// The open pack closes by its compressed size, so its plain bytes have no bound. They count only up to a
  /// maximum that leaves room for further batches. Otherwise well compressible blocks would use up the room
  /// without filling a pack.
  var hasRoom: Bool {
    // One window of blocks is sealed while another one is stored.
    let room = 2 * options.window * options.transferSize + 2 * options.packSize
    let openMaximum = room - max(1, options.window / 4) * options.transferSize
    return backlog + min(openBytes, openMaximum) < room
  }

  /// Whether everything added is durable. Valid only after `close`.
  var isFinished: Bool {
    isClosing && queue.isEmpty && batches.isEmpty && frames.isEmpty && storedCount == closed.count
  }

  /// Removes and returns the entries of durable packs, in the order in which the packs were begun.
  mutating func takeEntries() -> [PackEntry] {
    defer { (untaken, untakenBytes) = ([], .zero) }
    return untaken.sorted().map { number in
      defer { closed[number].entry.blocks = [] }
      return closed[number].entry
    }
  }

  mutating func add(_ bytes: Bytes, _ digest: Digest) {
    queue.append(Sealing.Item(digest: digest, bytes: bytes))
    queuedBytes += bytes.count
    backlog += bytes.count
  }

  /// Closes the writer: no block will be added.
  mutating func close() {
    isClosing = true
    closePackIfDue()
  }

  mutating func next() -> (Step, Request)? {
    if let (number, bytes) = assembled.first, maySend(number) {
      assembled.removeFirst()
      storingBytes += closed[number].plainBytes
      let key = VaultFolder.pack(closed[number].entry.id)
      return (.store(number), .vault(.put(key, bytes, if: .absent, lockedUntil: lockedUntil)))
    }
    if nextAssembly < closed.count { return assemble() }
    let isDue = queuedBytes >= options.transferSize || (isClosing && !queue.isEmpty)
    return isDue ? seal() : nil
  }

  /// Whether a pack may be stored beside the others, which leave room to seal the next blocks meanwhile.
  private func maySend(_ number: Int) -> Bool {
    let most = max(options.window * options.transferSize, 2 * options.packSize)
    return storingBytes == 0 || storingBytes + closed[number].plainBytes <= most
  }

  private mutating func seal() -> (Step, Request) {
    var count = 0
    var bytes = 0
    while count < queue.count, bytes < options.transferSize {
      bytes += queue[count].bytes.count
      count += 1
    }
    let items = Array(queue[..<count])
    queue.removeFirst(count)
    queuedBytes -= bytes
    batches.append(Batch(items: items))
    defer { sealedCount += UInt64(count) }
    let sealing = Sealing(
      items: items, key: key, firstNumber: FrameNumber.of(.block, sealedCount),
      level: options.compressionLevel)
    return (.seal(firstBatch + batches.count - 1), .compute(.seal(sealing)))
  }

  private mutating func assemble() -> (Step, Request) {
    defer { nextAssembly += 1 }
    let pack = closed[nextAssembly]
    let assembly = Assembly(
      id: pack.entry.id, key: key, frames: pack.frames, blocks: pack.entry.blocks,
      tableNumber: FrameNumber.of(.packTable, UInt64(nextAssembly)))
    closed[nextAssembly].frames = []
    return (.assemble(nextAssembly), .compute(.assemble(assembly)))
  }

  mutating func receive(_ reply: Reply, for step: Step) {
    switch step {
    case .seal(let number):
      guard case .sealed(let sealed) = reply.output else { preconditionFailure("sealing gives frames") }
      batches[number - firstBatch].sealed = sealed
      while let batch = batches.first, let sealed = batch.sealed {
        batches.removeFirst()
        firstBatch += 1
        append(batch.items, sealed)
      }
      closePackIfDue()
    case .assemble(let number):
      guard case .pack(let bytes) = reply.output else { preconditionFailure("an assembly gives a pack") }
      closed[number].entry.size = UInt32(bytes.count)
      assembled.append((number, bytes))
    case .store(let number):
      storedCount += 1
      storedBytes += ByteCount(Int(closed[number].entry.size))
      untaken.append(number)
      untakenBytes += ByteCount(Int(closed[number].entry.size))
      storingBytes -= closed[number].plainBytes
      backlog -= closed[number].plainBytes
    }
  }

  private mutating func append(_ items: [Sealing.Item], _ sealed: Sealed) {
    for (item, frame) in zip(items, sealed.frames) {
      frames.append(frame)
      blocks.append(
        PackedBlock(
          digest: item.digest, offset: UInt32(size), storedLength: UInt32(frame.count),
          length: UInt32(item.bytes.count)))
      backlog -= item.bytes.count
      openBytes += item.bytes.count
      size += frame.count
      if size >= options.packSize { closePack() }
    }
  }

  private mutating func closePackIfDue() {
    if isClosing, queue.isEmpty, batches.isEmpty, !frames.isEmpty { closePack() }
  }

  private mutating func closePack() {
    let id = key.salt.objectID(.pack, closed.count)
    closed.append(
      ClosedPack(
        entry: PackEntry(id: id, salt: key.salt, size: 0, blocks: blocks), frames: frames,
        plainBytes: openBytes))
    backlog += openBytes
    openBytes = 0
    frames = []
    blocks = []
    size = ObjectHeader.size
  }
}

extension PackWriter {
  /// Traps unless every block is queued, being sealed or in one pack, and the counts of bytes add up.
  func checkInvariants() {
    precondition(queuedBytes == queue.reduce(0) { $0 + $1.bytes.count }, "the queue knows its bytes")
    precondition(frames.count == blocks.count, "every frame of the open pack has its block")
    precondition(
      size == frames.reduce(ObjectHeader.size) { $0 + $1.count }, "the open pack knows its size")
    precondition(openBytes == blocks.reduce(0) { $0 + Int($1.length) }, "the open pack knows its plain bytes")
    precondition(batches.first?.sealed == nil, "sealed blocks enter a pack in their order")
    precondition(
      storedCount + assembled.count <= nextAssembly && nextAssembly <= closed.count,
      "a pack is closed, assembled and stored, in this order")
    precondition(
      Set(untaken).count == untaken.count && untaken.count <= storedCount, "a durable pack is taken once")
    let waiting = batches.reduce(queuedBytes) { $0 + $1.items.reduce(0) { $0 + $1.bytes.count } }
    let packed = closed.reduce(0) { $0 + $1.plainBytes }
    precondition((waiting...(waiting + packed)).contains(backlog), "the backlog is what is not durable")
    precondition((0...packed).contains(storingBytes), "only closed packs are being stored")
    guard storedCount == closed.count else { return }
    precondition(backlog == waiting && storingBytes == 0, "nothing of a durable pack waits")
  }
}

/// The numbers of a job's frames, which are unique in any order of sealing. Each kind counts separately.
enum FrameNumber {
  static func of(_ kind: ObjectKind, _ count: UInt64) -> UInt64 { UInt64(kind.rawValue) << 56 | count }
}
