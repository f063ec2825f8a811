import Storage
import Units

/// A message from one side to the other.
public struct Message: Sendable {
  /// The protocol version that this code speaks.
  public static let version: UInt16 = 1

  /// Which replication pair is meant.
  public var group: UInt32
  /// The sender's term.
  public var term: UInt64
  /// The connection: chosen by the source, greater with every try, never used again.
  public var session: UInt64
  /// Greater with every message of one side in one session, from 1.
  public var sequence: UInt64
  public var body: Body
  /// The bytes of the message on a link, header and checksum included.
  public let size: ByteCount

  public init(group: UInt32, term: UInt64, session: UInt64, sequence: UInt64, body: Body) {
    self.group = group
    self.term = term
    self.session = session
    self.sequence = sequence
    self.body = body
    size = ByteCount(Self.overhead + body.encodedSize)
  }

  /// The bytes of a message beside its body: version, group, term, session, sequence, kind, length, checksum.
  public static let overhead = 2 + 4 + 8 + 8 + 8 + 1 + 4 + 8

  public enum Body: Sendable {
    /// Source: who are you, and how far did we come?
    case hello
    /// Target: this is my copy.
    case greeting(Greeting)
    /// Source: we go on like this.
    case plan(ConnectionPlan)
    /// Target: prepared as planned.
    case ready
    /// Source: the next entries of the stream.
    case entries([Entry])
    /// Source: the next records of the log.
    case records([LogRecord])
    /// Source: nothing new; are you there?
    case heartbeat
    /// Target: how far I have come.
    case progress(Progress)
    /// Active pairs, either: newest versions of pages.
    case versions([PageVersion])
    /// Active pairs, either: the message of this session and sequence is durable here.
    case held
    /// Either: your message is refused, and why.
    case refusal(Refusal)
  }
}

/// How far a target has come in the stream: everything up to each position.
public struct Progress: Hashable, Sendable {
  public var received: UInt64
  public var durable: UInt64
  /// For logs: applied by the application. For blocks the same as `durable`.
  public var applied: UInt64

  public init(received: UInt64, durable: UInt64, applied: UInt64) {
    self.received = received
    self.durable = durable
    self.applied = applied
  }
}

/// A target's account of its copy when a source connects.
public struct Greeting: Sendable {
  public var generations: Generations
  public var disk: DiskState
  /// Pages that the target may have written without the source's knowledge, one set for each volume.
  public var marks: [PageSet]
  /// Log replication: the position up to which the log is durable here, which a reconnected source goes on from.
  public var progress: Progress

  public init(generations: Generations, disk: DiskState, marks: [PageSet], progress: Progress) {
    self.generations = generations
    self.disk = disk
    self.marks = marks
    self.progress = progress
  }
}

/// How source and target go on after they have met.
public struct ConnectionPlan: Hashable, Sendable {
  /// The stream begins behind this position.
  public var start: UInt64
  /// Up to the entry of kind `end` the copy is inconsistent.
  public var isResync: Bool
  /// What the copy is a copy of, once the stream, or its resynchronisation, has arrived.
  public var generations: Generations
  /// The target answers as soon as it has received, and again when that is durable.
  public var acknowledgesReceipt: Bool

  public init(start: UInt64, isResync: Bool, generations: Generations, acknowledgesReceipt: Bool) {
    self.start = start
    self.isResync = isResync
    self.generations = generations
    self.acknowledgesReceipt = acknowledgesReceipt
  }
}
