import Storage
import Units

/// A resync: the marked pages that are pending or being read.
struct Resync: Sendable {
  private var pending: [PageSet]
  private var volume = 0
  private var page = 0
  private(set) var reads: [(id: UInt64, volume: Int, pages: Range<Int>)] = []
  private var readsBegun: UInt64 = 0
  /// Whether the last marked page and the end entry are in the stream.
  private(set) var isClosing = false
  /// The number of pages read so far.
  private(set) var pagesRead = 0
  /// The number of pages marked so far; a page marked again counts again.
  private(set) var pagesMarked = 0
  /// The pages for which the target has received nothing. Zeros there need not be sent.
  private var blank: [PageSet]?

  init(isTargetBlank: Bool, volumes: [ByteCount]) {
    pending = [PageSet](volumes: volumes)
    guard isTargetBlank else { return }
    var all = pending
    for index in all.indices { all[index].insertAll() }
    blank = all
  }

  mutating func begin(with marks: [PageSet]) {
    pending.formUnion(marks)
    pagesMarked = pending.pageTotal
  }

  /// Marks pages that were written since the resync began. They are sent, or sent again.
  mutating func add(_ extent: Extent, of volume: Int) {
    guard !isClosing else { return }
    let before = pending[volume].count
    pending[volume].insert(extent)
    pagesMarked += pending[volume].count - before
  }

  var isComplete: Bool { reads.isEmpty && pending.pageTotal == 0 }
  func isPending(_ page: Int, of volume: Int) -> Bool { pending[volume].contains(page) }
  /// The number of pages still to be sent.
  var remaining: Int { pending.pageTotal + reads.reduce(0) { $0 + $1.pages.count } }

  /// Removes the next run of at most `pagesMaximum` pending pages and returns it.
  mutating func nextRead(pagesMaximum: Int) -> (id: UInt64, volume: Int, extent: Extent)? {
    guard let first = findNext() else { return nil }
    var end = first
    while end < first + pagesMaximum, pending[volume].contains(end) {
      pending[volume].remove(end)
      end += 1
    }
    page = end
    readsBegun += 1
    reads.append((readsBegun, volume, first..<end))
    let size = Int64(PageSet.pageSize)
    return (
      readsBegun, volume,
      Extent(offset: ByteCount(Int64(first) * size), length: ByteCount(Int64(end - first) * size))
    )
  }

  /// Returns the next pending page in volume order, starting after the last read and wrapping around.
  private mutating func findNext() -> Int? {
    for _ in 0...pending.count {
      if let found = pending[volume].next(from: page) { return found }
      page = 0
      volume = (volume + 1) % pending.count
    }
    return nil
  }

  mutating func readIsDone(_ id: UInt64) -> (volume: Int, pages: Range<Int>)? {
    guard let place = reads.firstIndex(where: { $0.id == id }) else { return nil }
    let read = reads.remove(at: place)
    pagesRead += read.pages.count
    return (read.volume, read.pages)
  }

  mutating func close() { isClosing = true }

  /// Whether zeros of these pages need not be sent, because nothing else was sent for them.
  func isBlank(_ pages: Range<Int>, of volume: Int) -> Bool {
    blank.map { blank in pages.allSatisfy { blank[volume].contains($0) } } ?? false
  }

  mutating func noteSent(_ pages: Range<Int>, of volume: Int) {
    for page in pages { blank?[volume].remove(page) }
  }
}

extension BlockSource {
  private static var readsMaximum: Int { 4 }

  /// Reads marked pages while the stream has room. After the last page the stream continues with the end
  /// entry.
  mutating func pump(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard phase == .streaming, resync?.isClosing == false else { return }
    let page = ByteCount(PageSet.pageSize) * policy.weight
    let run = min(64, max(1, Int(policy.batchMaximum.bytes / page.bytes)))
    let room = max(policy.batchMaximum, page) * Int64(Self.readsMaximum)
    while (resync?.reads.count ?? .max) < Self.readsMaximum, stream.bytes <= room,
      let read = resync?.nextRead(pagesMaximum: run)
    {
      effects.append(
        .read(
          Ticket(.resyncRead, read.id), volume: read.volume, clipped(read.extent, of: read.volume),
          from: frozen == nil ? .live : .snapshot))
    }
    guard resync?.isComplete == true else { return }
    resync?.close()
    let point =
      frozen?.point ?? ReplicaPoint(number: 0, instant: instantOfState(now), lastWrite: kept.lastWrite)
    stream.append(.end, number: point.lastWrite, at: point.instant)
    transmit(at: now, &effects)
  }

  /// Returns the extent without the part behind the end of the volume.
  private func clipped(_ extent: Extent, of volume: Int) -> Extent {
    Extent(offset: extent.offset, length: min(extent.length, group.volumes[volume] - extent.offset))
  }

  mutating func pagesRead(
    _ ticket: Ticket, _ bytes: Bytes, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard ticket.purpose == .resyncRead, phase == .streaming,
      let (volume, pages) = resync?.readIsDone(ticket.number)
    else { return }
    if resync?.isBlank(pages, of: volume) == true, bytes.isZero {
      unmark(pages, of: volume)
    } else {
      resync?.noteSent(pages, of: volume)
      let offset = ByteCount(pages.lowerBound * PageSet.pageSize)
      let size = frozen?.take(pages, of: volume) ?? marked.take(pages, of: volume)
      let write = HostWrite(
        number: kept.lastWrite, volume: volume, offset: offset, bytes: bytes,
        nominalSize: policy.weight == 1 ? nil : size)
      stream.append(.page, number: kept.lastWrite, write: write, at: now)
    }
    transmit(at: now, &effects)
    pump(at: now, &effects)
  }

  /// Unmarks pages that are equal on both sides, unless they were written again meanwhile.
  private mutating func unmark(_ pages: Range<Int>, of volume: Int) {
    guard frozen == nil else { return }
    for page in pages where resync?.isPending(page, of: volume) != true { kept.marks[volume].remove(page) }
  }

  /// Handles an entry that is durable at the peer.
  mutating func settle(_ entry: Entry, at now: Instant, _ effects: inout [ReplicationEffect]) {
    switch entry.kind {
    case .page: unmark(PageSet.pages(of: entry.extent), of: Int(entry.volume))
    case .point:
      kept.point = ReplicaPoint(
        number: entry.number, instant: entry.instant, lastWrite: points.settle())
    case .end: converge(at: now, entry, &effects)
    case .write, .barrier: break
    }
  }

  mutating func endResync() {
    if let resync, policy.snapshotInterval == nil { resyncs.add(resync) }
    resync = nil
  }

  /// Notes that the peer has caught up with this side or with the snapshot.
  private mutating func converge(at now: Instant, _ end: Entry, _ effects: inout [ReplicationEffect]) {
    kept.generations.converge()
    endResync()
    suspension = nil
    if let sent = frozen {
      kept.point = ReplicaPoint(number: sent.point.number, instant: end.instant, lastWrite: end.number)
      frozen = nil
      effects.append(.snapshot(.discard))
      phase = .idle
      if points.hasMissedSlot || isDraining, kept.marks.pageTotal > 0 { sendSnapshot(at: now, &effects) }
    } else {
      marked.settle()
      kept.point = ReplicaPoint(number: 0, instant: end.instant, lastWrite: end.number)
    }
    witness.noteSync()
    askWitness(&effects)
    noteSettled(at: now)
    if !isDraining { effects.append(.record(Ticket(.synced), ByteCount(4_096))) }
  }
}
