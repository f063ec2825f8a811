import Storage
import Units

/// How a site of an active pair acts.
public struct ActivePolicy: Hashable, Sendable {
  /// Whether a flush also waits until the other site holds what was written.
  public var waitsForPeer = false
  /// After so long without the other site a flush is acknowledged alone, as degraded; `nil` when it never is.
  public var tolerance: Duration? = .seconds(30)
  /// Pages in one message, and messages on their way at once.
  public var pagesMaximum = 16
  public var messagesInFlight = 16
  /// How long an answer is waited for.
  public var retry = Duration.seconds(1)
  /// How many of the latest conflicts are kept word for word; all are counted.
  public var conflictsKept: UInt64 = 1_024

  public init() {}
}

/// What a site of an active pair keeps on its own device.
public struct ActiveState: Sendable {
  public var node: UInt8
  public var boots: UInt64 = 0
  /// The newest clock that this site has used or seen.
  public var clock: UInt64 = 0
  /// The last version of each page by this site, and by the other.
  public var own: StampTable
  public var theirs: StampTable
  /// Pages whose last version by this site the other may not hold.
  public var unsent: [PageSet]
  public var activity: ActivityLog
  /// The newest message of the other site that was taken: its session and sequence.
  public var heardSession: UInt64 = 0
  public var heardSequence: UInt64 = 0
  public var conflictCount: UInt64 = 0
  public var conflicts = ChunkedQueue<Conflict>(startingAt: 1)

  public init(
    node: UInt8, volumes: [ByteCount], hotExtents: Int = ActivityLog.usualCapacity,
    extentSize: ByteCount = ActivityLog.usualExtentSize
  ) {
    self.node = node
    unsent = [PageSet](volumes: volumes)
    own = StampTable(pages: unsent.map(\.pageCount))
    theirs = own
    activity = ActivityLog(capacity: hotExtents, extentSize: extentSize)
  }
}

/// One of two sites that both serve the same volumes.
///
/// Each writes locally and sends the newest version of every page that it wrote. Of two versions of a page written apart
/// both sites keep the same one and count the conflict, so that the copies converge. A page is the unit: whoever writes half
/// of one overwrites all of it.
public struct ActivePeer: Engine {
  struct Sent: Sendable {
    var sequence: UInt64
    var sentAt: Instant
    var versions: [(volume: Int, page: Int, stamp: UInt64)]
  }

  /// A write whose pages the other site may not hold.
  struct Unsettled: Sendable {
    var volume: Int
    var pages: Range<Int>
    var stamp: UInt64
    var issued: Instant
  }

  struct Waiting: Sendable {
    var ticket: FlushTicket
    var number: UInt64
    var volume: Int
    var operation: UInt64
    var since: Instant
    var isLocal: Bool
  }

  let group: ReplicaGroup
  let policy: ActivePolicy
  var kept: ActiveState
  var conversation: Correspondence
  var isStarted = false
  var held: [HostOperation] = []
  var flushes: [Waiting] = []
  var flushesTaken: UInt64 = 0
  /// Writes so far, and up to which of them all is at the other site, in its own or in a newer version.
  var operations: UInt64 = 0
  var settledOperation: UInt64 = 0
  /// By the number of the write; what is settled is taken from the front.
  var unsettled = ChunkedQueue<Unsettled>(startingAt: 1)
  /// The last version of each page by this site that the other has said to hold.
  var answered: StampTable
  var flushedThrough: [UInt64]
  var pending: [PageSet]
  var reads: [(id: UInt64, volume: Int, pages: Range<Int>)] = []
  var readsBegun: UInt64 = 0
  var sent: [Sent] = []
  /// Messages taken whose pages are being made durable: their sequences, oldest first.
  var taking: [(sequence: UInt64, flushesLeft: Int, isRecorded: Bool)] = []

  public init(_ group: ReplicaGroup, policy: ActivePolicy, from state: ActiveState) {
    self.group = group
    self.policy = policy
    kept = state
    pending = state.unsent
    flushedThrough = Array(repeating: 0, count: group.volumes.count)
    answered = StampTable(pages: state.unsent.map(\.pageCount))
    conversation = Correspondence(group: group.id, session: 0, boots: state.boots)
  }

  public var durableState: ActiveState { kept }
  /// Whether everything written here is at the other site.
  public var isSettled: Bool { kept.unsent.pageTotal == 0 && held.isEmpty }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin: begin(&effects)
    case .write(let write): take(.write(write, issued: now), at: now, &effects)
    case .flush(let ticket, let volume): take(.flush(ticket, volume: volume), at: now, &effects)
    case .message(let message): hear(message, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), &effects) } catch { effects.append(.refused(error)) }
    case .finished(let ticket): finished(ticket, at: now, &effects)
    case .read(let ticket, let bytes): pagesRead(ticket.number, bytes, at: now, &effects)
    case .timer(.retry): repeatUnanswered(at: now, &effects)
    case .timer, .failed: break
    case .append, .command: effects.append(.refused(.notNow))
    }
    pump(&effects)
    complete(at: now, &effects)
  }

  // MARK: Beginning

  private mutating func begin(_ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    conversation = Correspondence(group: group.id, session: kept.boots, boots: 0)
    // What a crash left in hot pages nobody knows: both sites will hold it, unless the other has written since.
    let hot = kept.activity.pages(ofVolumes: group.volumes)
    for volume in hot.indices {
      for page in hot[volume].pages {
        let newest = max(kept.own[volume, page], kept.theirs[volume, page])
        kept.own[volume, page] = PageVersion.successor(of: newest, node: kept.node)
      }
    }
    // Clocks that were used and not stored are not used again.
    kept.clock = max(kept.clock, kept.boots << 28)
    kept.unsent.formUnion(hot)
    pending = kept.unsent
    effects.append(.record(Ticket(.start), ByteCount(4_096)))
  }

  private mutating func finished(
    _ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch ticket.purpose {
    case .start:
      isStarted = true
      effects.append(.wake(.retry, at: now + policy.retry))
      carryOutHeld(at: now, &effects)
    case .activity: carryOutHeld(at: now, &effects)
    case .hostFlush:
      guard let place = flushes.firstIndex(where: { $0.number == ticket.number }) else { return }
      flushes[place].isLocal = true
      let volume = flushes[place].volume
      flushedThrough[volume] = max(flushedThrough[volume], flushes[place].operation)
    case .applied: applied(ticket.number, &effects)
    case .journal: recorded(ticket.number, &effects)
    default: break
    }
  }

  // MARK: The host

  private mutating func take(
    _ operation: HostOperation, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    held.append(operation)
    if held.count == 1, isStarted { carryOutHeld(at: now, &effects) }
  }

  private mutating func carryOutHeld(at now: Instant, _ effects: inout [ReplicationEffect]) {
    var done = 0
    carrying: for operation in held {
      switch operation {
      case .write(let write, let issued):
        guard kept.activity.isHot(BlockSource.extent(of: write), of: write.volume) else { break carrying }
        carryOut(write, issued: issued, &effects)
      case .flush(let ticket, let volume):
        flushesTaken += 1
        flushes.append(
          Waiting(
            ticket: ticket, number: flushesTaken, volume: volume, operation: operations, since: now,
            isLocal: false))
        effects.append(.flush(Ticket(.hostFlush, flushesTaken), volume: volume))
      }
      done += 1
    }
    held.removeFirst(done)
    guard !held.isEmpty else { return }
    for case .write(let write, _) in held {
      kept.activity.heat(
        BlockSource.extent(of: write), of: write.volume, settledThrough: settledOperation,
        flushedThrough: flushedThrough)
    }
    effects.append(.record(Ticket(.activity), ByteCount(4_096)))
  }

  private mutating func carryOut(
    _ write: HostWrite, issued: Instant, _ effects: inout [ReplicationEffect]
  ) {
    let extent = BlockSource.extent(of: write)
    operations += 1
    kept.clock += 1
    let stamp = PageVersion.stamp(clock: kept.clock, node: kept.node)
    let pages = PageSet.pages(of: extent)
    unsettled.append(Unsettled(volume: write.volume, pages: pages, stamp: stamp, issued: issued))
    for page in pages {
      kept.own[write.volume, page] = stamp
      kept.unsent[write.volume].insert(page)
      pending[write.volume].insert(page)
    }
    kept.activity.touch(extent, of: write.volume, by: operations, at: operations)
    effects.append(.write(volume: write.volume, offset: write.offset, bytes: write.bytes))
  }

  /// The oldest write of which the loss of this site might leave nothing: when it was issued, `nil` when there is none.
  public var oldestUnsettled: Instant? {
    if let first = unsettled.first { return first.issued }
    for case .write(_, let issued) in held { return issued }
    return nil
  }

  /// Takes note of the writes that need not be waited for any more, in their order: whatever else is still to be sent.
  private mutating func settle() {
    while let write = unsettled.first, write.pages.allSatisfy({ isSettled($0, of: write) }) {
      unsettled.removeAll(before: unsettled.start + 1)
    }
    settledOperation = unsettled.start - 1
  }

  /// Whether the other site holds this version of a page, or a newer one.
  private func isSettled(_ page: Int, of write: Unsettled) -> Bool {
    !kept.unsent[write.volume].contains(page) || answered[write.volume, page] >= write.stamp
  }

  /// Acknowledges flushes in their order, as far as the policy is met.
  private mutating func complete(at now: Instant, _ effects: inout [ReplicationEffect]) {
    settle()
    var done = 0
    while done < flushes.count, flushes[done].isLocal {
      let flush = flushes[done]
      if !policy.waitsForPeer {
        effects.append(.acknowledge(flush.ticket, .localDurable))
      } else if flush.operation <= settledOperation {
        effects.append(.acknowledge(flush.ticket, .peerDurable))
      } else if let tolerance = policy.tolerance, now - flush.since >= tolerance {
        effects.append(.acknowledge(flush.ticket, .degraded))
      } else {
        break
      }
      done += 1
    }
    if done > 0 { flushes.removeFirst(done) }
  }
}
