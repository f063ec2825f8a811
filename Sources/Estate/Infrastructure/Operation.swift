import Backup
import Simulation
import Storage
import Units

/// An operation that uses devices, links or processors one after the other, followed by its latency.
///
/// An operation that streams uses all of them at once, and ends with the slowest.
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
  /// The resources to pass, in order. Most operations pass one, and need no list.
  private enum Path: Sendable {
    case one(Leg)
    case several([Leg])

    var count: Int { if case .several(let legs) = self { legs.count } else { 1 } }

    subscript(place: Int) -> Leg {
      switch self {
      case .one(let leg): leg
      case .several(let legs): legs[place]
      }
    }
  }

  private let path: Path
  /// The number of legs entered so far.
  private var entered = 0
  /// Whether all legs are entered together.
  let streams: Bool
  /// The number of legs of a stream that are under way.
  private var underWay = 0
  private var latency: Duration
  /// Whether a resource on the path was down.
  private(set) var hasFailed = false
  /// The sender of a message; `nil` for other operations.
  private let sender: Sender?

  init(_ owner: Owner, through legs: [Leg], latency: Duration, streams: Bool = false) {
    self.owner = owner
    let legs = streams ? legs.filter { $0.amount > .zero } : legs
    path = legs.count == 1 ? .one(legs[0]) : .several(legs)
    self.streams = streams && legs.count > 1
    self.latency = latency
    sender = Sender(of: owner)
  }

  /// Creates an operation with one leg.
  init(_ owner: Owner, through leg: Leg, latency: Duration) {
    self.owner = owner
    path = .one(leg)
    streams = false
    self.latency = latency
    sender = Sender(of: owner)
  }

  /// Enters the next leg, or the end after the last one.
  mutating func nextStep() -> Step {
    if streams { return nextStepOfStream() }
    guard entered < path.count else { return .end(latency, sender) }
    entered += 1
    return .leg(path[entered - 1])
  }

  /// Enters all legs, or notes the end of one of them.
  private mutating func nextStepOfStream() -> Step {
    if entered == 0, case .several(let legs) = path {
      (entered, underWay) = (legs.count, legs.count)
      return .legs(legs)
    }
    underWay -= 1
    return underWay == 0 ? .end(latency, sender) : .wait
  }

  /// The resources on which a stream may still have transfers.
  var streamed: [ResourceID] {
    guard streams, entered > 0, case .several(let legs) = path else { return [] }
    return legs.map(\.resource)
  }

  /// Whether the operation may have a transfer on a resource now.
  func uses(_ resource: ResourceID) -> Bool {
    streams ? streamed.contains(resource) : entered > 0 && path[entered - 1].resource == resource
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
    /// The legs of a stream.
    case legs([Leg])
    /// The other legs of the stream.
    case wait
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

extension Operation.Sender {
  fileprivate init?(of owner: Operation.Owner) {
    guard case .replication(let pair, let node, _, .message) = owner else { return nil }
    self.init(pair: pair, node: node)
  }
}
