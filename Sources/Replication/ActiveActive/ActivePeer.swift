import Storage
import Units

/// One of two sites that both serve the same volumes.
///
/// Each site writes locally and sends the newest version of every page that it wrote. Of two concurrent
/// versions of a page both sites keep the same one and count the conflict, so that the copies converge. The
/// unit is a page: a write of half a page overwrites all of it. Versions are sent in any order, so a copy
/// holds some version of every page and is no prefix.
///
/// A site with empty volumes reports this until the other site has sent everything. Then it is whole, and
/// serves too. A site that was down requests its missed writes before it serves again.
public struct ActivePeer: Engine {
  struct Sent: Sendable {
    var sequence: UInt64
    var sentAt: Instant
    var versions: [(volume: Int, page: Int, stamp: UInt64)]
  }

  /// A write with pages that the other site may not hold.
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
  /// The number of writes so far, and of those that the other site holds in this or a newer version.
  var operations: UInt64 = 0
  var settledOperation: UInt64 = 0
  /// The unsettled writes, by number. Settled writes are removed from the front.
  var unsettled = ChunkedQueue<Unsettled>(startingAt: 1)
  /// The last version of each page by this site that the other site confirmed.
  var answered: StampTable
  var flushedThrough: [UInt64]
  var pending: [PageSet]
  /// The nominal sizes of the pending pages.
  var nominal: NominalPages
  /// The next page to consider for sending, by volume. The cursors give every page its turn.
  var cursors: [Int]
  var reads: [(id: UInt64, volume: Int, pages: Range<Int>)] = []
  var readsBegun: UInt64 = 0
  var sent: [Sent] = []
  /// The limit on unanswered messages. The newest answered message and the next retry interval follow below.
  var window: Int
  var newestAnswered: UInt64 = 0
  /// The value of `newestAnswered` at the last search for lost messages.
  var newestAnsweredBefore: UInt64 = 0
  /// Messages that were given up. A late answer to one still counts.
  var late: [Sent] = []
  var retryAfter: Duration
  var isRetrySet = false
  /// The received messages whose pages are being made durable, oldest first.
  var taking: [(sequence: UInt64, flushesLeft: Int, isRecorded: Bool)] = []
  /// Whether hosts are served without the other site, and the time of its last answer.
  var isAlone = false
  var lastAnswer = Instant.epoch
  /// The last write before the other site answered again. Once the site holds it, flushes wait for the site
  /// as before.
  var rejoinsAt: UInt64?
  /// Whether this site has the writes that it missed while it was down.
  var isCurrent: Bool
  /// Whether the other site awaits the report that it has everything it asked for.
  var isAnswerDue = false
  var isDraining = false
  var hasDrained = false
  var resyncs = ResyncRecord()
  /// The state reported last.
  var toldState = PairState.connecting

  public init(_ group: ReplicaGroup, policy: ActivePolicy, from state: ActiveState) {
    self.group = group
    self.policy = policy
    kept = state
    isCurrent = state.boots == 0
    pending = state.unsent
    nominal = NominalPages(weight: policy.weight)
    window = policy.messagesAtFirst
    retryAfter = policy.retry
    cursors = group.volumes.map { _ in 0 }
    flushedThrough = Array(repeating: 0, count: group.volumes.count)
    answered = StampTable(pages: state.unsent.map(\.pageCount))
    conversation = Correspondence(group: group.id, session: 0, boots: state.boots)
  }

  public var durableState: ActiveState { kept }
  /// Whether everything written here is at the other site.
  public var isSettled: Bool { kept.unsent.pageTotal == 0 && held.isEmpty }
  /// Whether the volumes hold all that the pair had when this site joined it.
  public var isWhole: Bool { kept.isWhole }
  /// Whether this site may serve hosts.
  public var mayServe: Bool { kept.isWhole && isCurrent }
  /// The number of conflicts that the version of this site lost.
  public var yieldCount: UInt64 { kept.yieldCount }

  public mutating func handle(
    _ event: ReplicationEvent, at now: Instant, into effects: inout [ReplicationEffect]
  ) {
    switch event {
    case .begin: begin(at: now, &effects)
    case .write(let write): take(.write(write, issued: now), at: now, &effects)
    case .flush(let ticket, let volume): take(.flush(ticket, volume: volume), at: now, &effects)
    case .message(let message): hear(message, at: now, &effects)
    case .frame(let bytes):
      do { hear(try Message(decoding: bytes), at: now, &effects) } catch { effects.append(.refused(error)) }
    case .finished(let ticket): finished(ticket, at: now, &effects)
    case .read(let ticket, let bytes): pagesRead(ticket.number, bytes, at: now, &effects)
    case .timer(.retry): repeatUnanswered(at: now, &effects)
    case .timer, .failed: break
    case .command(let command): obey(command, at: now, &effects)
    case .contact: if !isAlone, kept.isPeerWhole { lastAnswer = now }
    case .append: effects.append(.refused(.notNow))
    }
    pump(&effects)
    complete(at: now, &effects)
    tellState(&effects)
    wakeWhenNeeded(at: now, &effects)
  }

  // MARK: Beginning

  private mutating func begin(at now: Instant, _ effects: inout [ReplicationEffect]) {
    kept.boots += 1
    conversation = Correspondence(group: group.id, session: kept.boots, boots: 0)
    // After a crash the contents of hot pages are unknown. Both sites take them over, unless the other has written since.
    let hot = kept.activity.pages(ofVolumes: group.volumes)
    for volume in hot.indices {
      for page in hot[volume].pages { renew(page, of: volume) }
    }
    // Clocks that were used and not stored are not used again.
    kept.clock = max(kept.clock, kept.boots << 28)
    kept.unsent.formUnion(hot)
    kept.owed.formUnion(kept.unsent)
    pending = kept.unsent
    lastAnswer = now
    effects.append(.record(Ticket(.start), ByteCount(4_096)))
  }

  /// Gives a page a new version without changing its contents.
  mutating func renew(_ page: Int, of volume: Int) {
    let newest = max(kept.own[volume, page], kept.theirs[volume, page])
    kept.base[volume, page] = kept.theirs[volume, page]
    kept.own[volume, page] = PageVersion.successor(of: newest, node: kept.node)
  }

  private mutating func finished(
    _ ticket: Ticket, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch ticket.purpose {
    case .start:
      isStarted = true
      if !mayServe { ask(&effects) }
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

  // MARK: Commands

  private mutating func obey(
    _ command: ReplicationCommand, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    switch command {
    case .promote(let promotion):
      guard kept.isWhole || promotion.isForced else {
        return effects.append(.refused(.notConsistent(.inconsistent)))
      }
      (kept.isWhole, isCurrent) = (true, true)
      goOnAlone()
      effects.append(.promoted(ReplicaPoint(number: 0, instant: now, lastWrite: operations)))
    case .drain: (isDraining, hasDrained) = (true, false)
    case .undrain: isDraining = false
    case .resume: break
    case .hold, .mark, .release, .fence, .pause, .unpause: effects.append(.refused(.notNow))
    }
  }
}
