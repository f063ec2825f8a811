import Storage
import Units

/// An input to a replication engine.
public enum ReplicationEvent: Sendable {
  /// The process starts or restarts. This is the first event of every engine.
  case begin
  /// The host issues a write. Only sources of block replication receive this event.
  case write(HostWrite)
  /// The application appends to its log. Only sources of log replication receive this event.
  case append(LogRecord)
  /// The host requests the acknowledgement of all earlier writes to a volume or to the log.
  case flush(FlushTicket, volume: Int)
  /// A message arrived as a value. A driver that simulates links need not encode the contents.
  case message(Message)
  /// A message arrived as bytes, possibly damaged.
  case frame(Bytes)
  /// A requested effect is performed and durable.
  case finished(Ticket)
  /// The bytes of a requested read.
  case read(Ticket, Bytes)
  /// A requested effect failed.
  case failed(Ticket, StorageError.Kind)
  /// The transport moves bytes to or from the peer although no whole message arrived. The peer is not silent.
  case contact
  /// The instant of a requested wake-up has come.
  case timer(ReplicationTimer)
  case command(ReplicationCommand)
}

/// A command of the protection group or of a person to an engine.
public enum ReplicationCommand: Sendable {
  /// Source: reconnects after a suspension that does not end automatically.
  case resume
  /// Source: accepts no more host writes, and reports `drained` once the peer durably holds everything.
  case drain
  /// Source: cancels the drain and accepts host writes again.
  case undrain
  /// Source: only marks changes until `unpause`, because its volumes are an incomplete copy.
  /// Target of log replication: applies no more records before its promotion.
  case pause
  case unpause
  /// Source: holds all acknowledgements until `release`, so that a point can be marked over several hosts.
  case hold
  /// Source: marks the group's point of this number in the stream, or takes its snapshot.
  case mark(UInt64)
  case release
  /// Source: stops all acknowledgements, because another site is primary in this term.
  case fence(UInt64)
  /// Target: applies its data up to a point and reports `promoted`. A source can then begin from its durable
  /// state.
  case promote(Promotion)
}

/// The terms of a promotion to primary.
public struct Promotion: Hashable, Sendable {
  /// The recoverable state to promote.
  public enum Point: Hashable, Sendable {
    /// Everything that the target holds.
    case latest
    /// The last complete point of the group.
    case lastPoint
    /// A point of the group by its number.
    case point(UInt64)
    /// Log replication: the state behind the record at this position. Later records are discarded.
    case position(UInt64)
  }

  /// The new term, greater than every earlier one.
  public var term: UInt64
  public var point: Point
  /// Whether an inconsistent or outdated copy may be promoted. A forced promotion is recorded.
  public var isForced: Bool

  public init(term: UInt64, point: Point = .latest, isForced: Bool = false) {
    self.term = term
    self.point = point
    self.isForced = isForced
  }
}

/// A run of bytes that a host writes to a volume of a group.
public struct HostWrite: Sendable {
  /// The number of the write, from 1, increasing over all volumes of the group.
  public var number: UInt64
  /// The volume's place in its group.
  public var volume: Int
  public var offset: ByteCount
  public var bytes: Bytes
  /// The size that buffers, journals and links are charged for. In a scaled rehearsal one write represents
  /// many.
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

/// The identifier of a host's flush, chosen by the driver.
public struct FlushTicket: Hashable, Sendable {
  public var number: UInt64
  public init(_ number: UInt64) { self.number = number }
}

/// The identifier of a request by an engine to its driver.
public struct Ticket: Hashable, Sendable {
  /// The step that the engine continues with after the request.
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

/// The alarms of an engine. Each has at most one pending instant, the last one requested.
public enum ReplicationTimer: UInt8, CaseIterable, Sendable {
  case heartbeat
  /// A sent message was not answered.
  case retry
  /// The peer was silent for the tolerance.
  case silence
  /// The next attempt to connect.
  case reconnect
  /// The next checkpoint or snapshot.
  case point
  /// The next record of the log becomes old enough to be applied.
  case apply
}
