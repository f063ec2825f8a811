import Backup
import Simulation
import Storage
import Units

/// An operation that uses devices, links or processors one after the other, followed by its latency.
struct Operation: Sendable {
  /// The party that is notified at the end. Large values are indirect, because operations are moved often.
  enum Owner: Sendable {
    case hostFlush(VolumeID, through: Int)
    indirect case request(ActivityID, RequestID, Request)
    case revert(ActivityID)
    /// The oldest pending segment of a log archive.
    case logSegment(Int)
    /// A part of the data that is copied back from a DR site.
    indirect case portion(ActivityID, PortionChain)
    /// The reading of one side of a group for a comparison.
    case comparison(PairID)
    case standbyCopy(PairID, through: UInt64)
    case beat(Watch.Beat)
    indirect case replication(PairID, Int, generation: Int, World.ReplicationTask)
  }

  struct Leg: Sendable {
    var resource: ResourceID
    /// The bytes at full size; for processors, the nanoseconds of one core at full size.
    var amount: ByteCount
  }

  /// The rest of a transfer that waits for the next backup window.
  struct SuspendedTransfer: Sendable {
    let resource: ResourceID
    let operation: SlotID
    let rest: ByteCount
  }

  let owner: Owner
  /// The resources to pass, in order.
  private let legs: [Leg]
  /// The leg under way, unless the transfer is over.
  var leg: Leg? { entered > 0 ? legs[entered - 1] : nil }
  /// The number of legs entered so far.
  private var entered = 0
  private var latency: Duration
  /// Whether a resource on the path was down.
  private(set) var hasFailed = false
  /// The sender of a message; `nil` for other operations.
  private let sender: Sender?

  init(_ owner: Owner, through legs: [Leg], latency: Duration) {
    self.owner = owner
    self.legs = legs
    self.latency = latency
    sender =
      if case .replication(let pair, let node, _, .message) = owner {
        Sender(pair: pair, node: node)
      } else { nil }
  }

  /// Enters the next leg, or the end after the last one.
  mutating func nextStep() -> Step {
    guard entered < legs.count else { return .end(latency, sender) }
    entered += 1
    return .leg(legs[entered - 1])
  }

  mutating func slowDown(by addedLatency: Duration) { latency += addedLatency }

  /// Fails the operation, because the path is blocked.
  mutating func fail() -> Step {
    precondition(!hasFailed, "an operation fails once")
    hasFailed = true
    return .end(latency, sender)
  }

  /// The next step of an operation. The operation is changed in place, because inspecting a copy would be
  /// expensive.
  enum Step {
    case leg(Leg)
    case end(Duration, Sender?)
  }

  /// The state of an operation that was sent on.
  enum Progress {
    /// The operation moves bytes over a resource.
    case underWay
    /// A resource on the path is down.
    case blocked
    /// All legs are passed, and the latency remains.
    case arrived(Duration, Sender?)
  }

  /// The sender of a message. Its connection becomes free once the message has been sent.
  struct Sender: Sendable {
    let pair: PairID
    let node: Int
  }
}
