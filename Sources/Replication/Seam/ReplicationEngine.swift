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

  /// Begins, or begins again, from what was stored last.
  init(_ configuration: Configuration, from state: DurableState)

  /// What `record` stores.
  var durableState: DurableState { get }
  var state: PairState { get }
}

/// The state of a pair, as one of its sides sees it.
public enum PairState: Hashable, Sendable {
  /// Not connected yet, or waiting for the next interval.
  case idle
  /// Looking for the peer.
  case connecting
  /// Everything that is written is sent; the copy is a prefix of the source.
  case replicating
  /// The marked pages are being sent; the copy is inconsistent until the end.
  case resynchronizing
  /// The peer is lost, or the buffer overflowed: changes are marked, not sent, and the recovery point grows old.
  case suspended(Suspension)
  /// Two sides were written to without knowing of each other.
  case splitBrain(Divergence)
  /// Another site is primary.
  case fenced
  /// The target has become the primary.
  case promoted
}

/// Why changes are marked and not sent.
public enum Suspension: UInt8, Hashable, Sendable {
  case peerLost
  case bufferOverflow
  /// What the source stands on is a copy that is being made itself.
  case paused
  /// The peer refuses the connection: its copy is newer, or of another group.
  case refusedByPeer
}

/// How far two sides have gone apart.
public struct Divergence: Hashable, Sendable {
  /// Pages that each side may have written since the last common state.
  public var sourcePages: Int
  public var targetPages: Int

  public init(sourcePages: Int, targetPages: Int) {
    self.sourcePages = sourcePages
    self.targetPages = targetPages
  }
}

/// The rule for a split brain.
public enum SplitBrainPolicy: Hashable, Sendable {
  /// The pair stays apart until somebody decides.
  case refuse
  /// The side of the newer term wins; what the other wrote alone is overwritten, and counted.
  case keepNewerTerm
}
