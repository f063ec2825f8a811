import Storage
import Units

/// What a replication engine asks of its driver, to be carried out in order.
public enum ReplicationEffect: Sendable {
  /// Puts bytes into a volume's cache, at once and without an answer; durable after the volume's next flush. The device is
  /// charged for the nominal size.
  case write(volume: Int, offset: ByteCount, bytes: Bytes, nominalSize: ByteCount)
  /// Makes a volume durable; answered by `finished`.
  case flush(Ticket, volume: Int)
  /// Answered by `read`.
  case read(Ticket, volume: Int, Extent, from: ReadSource)
  /// Stores what `durableState` is at this moment, in one piece; answered by `finished`. The size is what it costs.
  case record(Ticket, ByteCount)
  /// Acts on the one snapshot that an engine can have of all its volumes; at once, without an answer, outlasts a crash.
  case snapshot(SnapshotAction)
  /// Runs a log record through the application at the DR site; answered by `finished`.
  case apply(Ticket, LogRecord)
  /// Tells the witness that the peer's copy is out of date; answered by `finished`, or `failed` when out of reach.
  case outdatePeer(Ticket)
  /// Tells the witness that the peer's copy is in sync again; answered by `finished`, or `failed` when out of reach.
  case restorePeer(Ticket)
  /// The host's flush is done, under a promise.
  case acknowledge(FlushTicket, Promise)
  /// The host's flush has failed: the host must not take its writes for durable.
  case reject(FlushTicket, Rejection)
  /// Sends a message to the peer; it may be lost, late, doubled or damaged on its way.
  case send(Message)
  /// Tells the engine when an instant has come, in place of what was asked for this alarm before.
  case wake(ReplicationTimer, at: Instant)
  /// For the trace: the pair is in another state.
  case changed(PairState)
  /// For the trace: a message or command was refused and has changed nothing.
  case refused(Refusal)
  /// The DR site can now be recovered to this point.
  case reached(RecoveryPoint)
  /// The peer holds durably all that the host wrote.
  case drained
  /// Acknowledgements are held back from now on.
  case held
  /// The volumes hold the point that was asked for, durably; begin a source from `durableState`.
  case promoted(RecoveryPoint)
}

/// Where a read is to come from.
public enum ReadSource: Hashable, Sendable {
  /// The volume as it is when the read is answered.
  case live
  /// The engine's snapshot.
  case snapshot
}

public enum SnapshotAction: Hashable, Sendable {
  /// Keeps a copy of all volumes as a reader sees them now, in place of one kept before.
  case take
  case discard
  /// Puts the volumes back to the snapshot, which stays.
  case revert
}

/// Under which fault an acknowledged write survives.
public enum Promise: UInt8, Hashable, CaseIterable, Sendable {
  /// On the production site's devices.
  case localDurable
  /// Also in the memory of the DR site.
  case peerReceived
  /// Also on the devices of the DR site.
  case peerDurable
  /// Also applied by the application at the DR site.
  case peerApplied
  /// On the production site's devices alone, although the mode promises more while the peer answers.
  case degraded
}

/// Why a flush of the host failed.
public enum Rejection: Hashable, Sendable {
  /// The mode acknowledges nothing that the peer does not hold.
  case peerLost
  /// The local device failed.
  case deviceFailed
  /// Another site is primary.
  case fenced
  /// The host is being moved to the other site.
  case draining
}

/// A state of the group's volumes that the DR site can be brought to.
public struct RecoveryPoint: Hashable, Sendable {
  /// The group's number of the point; 0 for a state between points.
  public var number: UInt64
  /// The instant of the state.
  public var instant: Instant
  /// The last of the host's writes that it holds, as far as the engine knows; it holds all before it.
  public var lastWrite: UInt64

  public init(number: UInt64, instant: Instant, lastWrite: UInt64) {
    self.number = number
    self.instant = instant
    self.lastWrite = lastWrite
  }
}
