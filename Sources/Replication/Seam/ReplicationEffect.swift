import Storage
import Units

/// A request of a replication engine to its driver. Requests are performed in order.
public enum ReplicationEffect: Sendable {
  /// Puts bytes into a volume's cache at once and without an answer. The bytes are durable after the volume's
  /// next flush, and the device is charged for the nominal size.
  case write(volume: Int, offset: ByteCount, bytes: Bytes, nominalSize: ByteCount)
  /// Makes a volume durable. Answered by `finished`.
  case flush(Ticket, volume: Int)
  /// Reads an extent. Answered by `read`.
  case read(Ticket, volume: Int, Extent, from: ReadSource)
  /// Stores the present `durableState` in one piece, charged with this size. Answered by `finished`.
  case record(Ticket, ByteCount)
  /// Changes the single snapshot of all volumes, at once and without an answer. The snapshot survives a
  /// crash.
  case snapshot(SnapshotAction)
  /// Applies a log record with the application at the DR site. Answered by `finished`.
  case apply(Ticket, LogRecord)
  /// Informs the witness that the peer's copy is outdated. Answered by `finished`, or by `failed` when the
  /// witness is unreachable.
  case outdatePeer(Ticket)
  /// Informs the witness that the peer's copy is in sync again. Answered by `finished`, or by `failed` when
  /// the witness is unreachable.
  case restorePeer(Ticket)
  /// Acknowledges the host's flush with a guarantee.
  case acknowledge(FlushTicket, Promise)
  /// Fails the host's flush. The host must not consider its writes durable.
  case reject(FlushTicket, Rejection)
  /// Sends a message to the peer. The message may be lost, late, duplicated or damaged.
  case send(Message)
  /// Requests a wake-up at an instant, replacing the earlier one of this alarm.
  case wake(ReplicationTimer, at: Instant)
  /// Reports a new state of the pair. Used for the trace.
  case changed(PairState)
  /// Reports the refusal of a message or command, which changed nothing. Used for the trace.
  case refused(Refusal)
  /// Reports that the DR site can now recover to this point.
  case reached(ReplicaPoint)
  /// Reports that the peer durably holds all host writes.
  case drained
  /// Reports that acknowledgements are held from now on.
  case held
  /// Reports that the volumes durably hold the requested point. A source can begin from `durableState`.
  case promoted(ReplicaPoint)
}

/// The image that a read uses.
public enum ReadSource: Hashable, Sendable {
  /// The volume at the time of the answer.
  case live
  /// The engine's snapshot.
  case snapshot
}

public enum SnapshotAction: Hashable, Sendable {
  /// Takes a copy of all volumes as a reader sees them now, replacing any earlier one.
  case take
  case discard
  /// Reverts the volumes to the snapshot, which is kept.
  case revert
}

/// The guarantee of an acknowledgement: the faults that an acknowledged write survives.
public enum Promise: UInt8, Hashable, CaseIterable, Sendable {
  /// The write is on the production site's devices.
  case localDurable
  /// The write is also in the memory of the DR site.
  case peerReceived
  /// The write is also on the devices of the DR site.
  case peerDurable
  /// The write is also applied by the application at the DR site.
  case peerApplied
  /// The write is only on the production site's devices, although the mode guarantees more while the peer
  /// answers.
  case degraded
}

/// The reason why a flush of the host failed.
public enum Rejection: Hashable, Sendable {
  /// The mode acknowledges nothing that the peer lacks.
  case peerLost
  /// The local device failed.
  case deviceFailed
  /// Another site is primary.
  case fenced
  /// The host is being moved to the other site.
  case draining
}

/// A state of the group's volumes to which the DR site can recover.
public struct ReplicaPoint: Hashable, Sendable {
  /// The group's number of the point; 0 for a state between points.
  public var number: UInt64
  /// The instant of the state.
  public var instant: Instant
  /// The last host write in the state, as far as the engine knows. The state holds all writes before it.
  public var lastWrite: UInt64

  public init(number: UInt64, instant: Instant, lastWrite: UInt64) {
    self.number = number
    self.instant = instant
    self.lastWrite = lastWrite
  }
}
