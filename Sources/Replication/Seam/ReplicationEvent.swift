import Storage
import Units

/// An event that a replication engine is told of.
public enum ReplicationEvent: Sendable {
  /// The process starts, or starts again after a crash; the first event of every engine.
  case begin
  /// The host writes; only sources of block replication are told.
  case write(HostWrite)
  /// The application appends to its log; only sources of log replication are told.
  case append(LogRecord)
  /// The host wants everything that it wrote to a volume before (or appended to the log) to be acknowledged.
  case flush(FlushTicket, volume: Int)
  /// A message came as a value. A driver that simulates links need not encode what it carries.
  case message(Message)
  /// A message came as bytes, possibly damaged.
  case frame(Bytes)
  /// What an effect asked for is done, and durable.
  case finished(Ticket)
  /// The bytes that an effect asked to read.
  case read(Ticket, Bytes)
  /// What an effect asked for cannot be done.
  case failed(Ticket, StorageError.Kind)
  /// The transport still moves bytes to or from the peer, although no whole message came: the peer is not silent.
  case contact
  /// The instant that an effect named has come.
  case timer(ReplicationTimer)
  case command(ReplicationCommand)
}

/// What the protection group, or a person, tells an engine to do.
public enum ReplicationCommand: Sendable {
  /// Source: connects again after a suspension that does not end by itself.
  case resume
  /// Source: takes no more from the host, and says `drained` once the peer holds everything durably.
  case drain
  /// Source: the drain is called off; the host's writes are taken again.
  case undrain
  /// Source: what it stands on is a copy that is being made, and no state to pass on: changes are only marked until `unpause`.
  case pause
  case unpause
  /// Source: keeps back all acknowledgements until `release`, so that a point can be marked over several hosts.
  case hold
  /// Source: puts the group's point of this number into its stream, or takes its snapshot.
  case mark(UInt64)
  case release
  /// Source: another site is primary in this term; nothing is acknowledged any more.
  case fence(UInt64)
  /// Target: applies what it holds up to a point, and says `promoted`; then a source can begin from its durable state.
  case promote(Promotion)
}

/// How a target becomes the primary.
public struct Promotion: Hashable, Sendable {
  /// Which of the recoverable states is wanted.
  public enum Point: Hashable, Sendable {
    /// Everything that the target holds.
    case latest
    /// The last complete point of the group.
    case lastPoint
    /// A point of the group by its number.
    case point(UInt64)
  }

  /// Greater than every term before.
  public var term: UInt64
  public var point: Point
  /// Promotes an inconsistent or outdated copy too; that is recorded.
  public var isForced: Bool

  public init(term: UInt64, point: Point = .latest, isForced: Bool = false) {
    self.term = term
    self.point = point
    self.isForced = isForced
  }
}

/// A run of bytes that a host writes to a volume of a group.
public struct HostWrite: Sendable {
  /// Grows by one with every write to any volume of the group, from 1.
  public var number: UInt64
  /// The volume's place in its group.
  public var volume: Int
  public var offset: ByteCount
  public var bytes: Bytes
  /// The bytes that buffers, journals and links are charged for; in a rehearsal at a scale, those of all writes that this
  /// one represents.
  public var nominalSize: ByteCount

  public init(
    number: UInt64, volume: Int, offset: ByteCount, bytes: Bytes, nominalSize: ByteCount? = nil
  ) {
    self.number = number
    self.volume = volume
    self.offset = offset
    self.bytes = bytes
    self.nominalSize = nominalSize ?? ByteCount(bytes.count)
  }
}

/// Names a flush of the host; the driver chooses it.
public struct FlushTicket: Hashable, Sendable {
  public var number: UInt64
  public init(_ number: UInt64) { self.number = number }
}

/// Names something that an engine asked its driver to do.
public struct Ticket: Hashable, Sendable {
  /// What the engine goes on with when it is done.
  package enum Purpose: UInt8, Sendable {
    case start, activity, suspend, degrade, hostFlush, resyncRead, syncDone
    case prepare, applied, synced, journal, fold, promote, outdate, restore, logFlush, logApply
  }

  package var purpose: Purpose
  package var number: UInt64

  package init(_ purpose: Purpose, _ number: UInt64 = 0) {
    self.purpose = purpose
    self.number = number
  }
}

/// The alarms of an engine; each stands for one instant at most, the last that was named.
public enum ReplicationTimer: UInt8, CaseIterable, Sendable {
  case heartbeat
  /// Something sent was not answered.
  case retry
  /// The peer was silent for as long as is tolerated.
  case silence
  /// The next try to connect.
  case reconnect
  /// The next checkpoint or snapshot.
  case point
}
