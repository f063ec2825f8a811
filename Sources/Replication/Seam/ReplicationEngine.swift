import Storage
import Units

/// One side of a replication pair.
///
/// The contract with the driver:
/// - `begin` comes first; effects are carried out in their order; every ticket is answered at most once; what is recorded
///   is stored in the order in which it was asked for;
/// - a crash drops the value and every effect not answered yet, `write` without `flush` and `record` included; what begins
///   again is `init(_:from:)` with the last state stored;
/// - messages between two sides may be lost, late, doubled, reordered or damaged: the engines see to the rest.
public protocol ReplicationEngine: Engine where Event == ReplicationEvent, Effect == ReplicationEffect {
  associatedtype Configuration: Sendable

  /// Creates an engine from the last stored state.
  init(_ configuration: Configuration, from state: DurableState)

  /// The state that `record` stores.
  var durableState: DurableState { get }
  var state: PairState { get }

  /// Traps with a reason unless the state is one that events can lead to. Tests call it after every event.
  func checkInvariants()
}

/// The state of a pair, as one of its sides sees it.
public enum PairState: Hashable, Sendable {
  /// The side is not connected, or waits for the next interval.
  case idle
  /// The side tries to reach the peer.
  case connecting
  /// The source sends all writes, and the copy is a prefix of the source.
  case replicating
  /// The source sends the marked pages. The copy is inconsistent until the end.
  case resynchronizing
  /// The peer is lost, or the buffer overflowed. Changes are marked and not sent, so the recovery point ages.
  case suspended(Suspension)
  /// Both sides were written to independently.
  case splitBrain(Divergence)
  /// Another site is primary.
  case fenced
  /// The target has become the primary.
  case promoted
}

/// The reason why changes are marked and not sent.
public enum Suspension: UInt8, Hashable, Sendable {
  case peerLost
  case bufferOverflow
  /// The source's volumes are themselves an incomplete copy.
  case paused
  /// The peer refuses the connection: its copy is newer, or of another group.
  case refusedByPeer
}

/// The extent of a split brain.
public struct Divergence: Hashable, Sendable {
  /// The pages that each side may have written since the last common state.
  public var sourcePages: Int
  public var targetPages: Int

  public init(sourcePages: Int, targetPages: Int) {
    self.sourcePages = sourcePages
    self.targetPages = targetPages
  }
}

/// The rule for a split brain.
public enum SplitBrainPolicy: Hashable, Sendable {
  /// The pair stays disconnected until a person decides.
  case refuse
  /// The side with the newer term wins. The other side's own writes are overwritten and counted.
  case keepNewerTerm
}
