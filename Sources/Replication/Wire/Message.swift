import Storage
import Units

/// A message from one side to the other.
public struct Message: Sendable {
  /// The protocol version of this code.
  public static let version: UInt16 = 1

  /// The identifier of the replication pair.
  public var group: UInt32
  /// The sender's term.
  public var term: UInt64
  /// The connection: chosen by the source, increasing with every attempt, never reused.
  public var session: UInt64
  /// The number of the message among one side's messages of a session, from 1.
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

  /// The size of a message without its body: version, group, term, session, sequence, kind, length, checksum.
  public static let overhead = 2 + 4 + 8 + 8 + 8 + 1 + 4 + 8

  public enum Body: Sendable {
    /// Source: asks for the target's identity and progress.
    case hello
    /// Target: describes its copy.
    case greeting(Greeting)
    /// Source: proposes the plan of the connection.
    case plan(ConnectionPlan)
    /// Target: is prepared for the plan.
    case ready
    /// Source: the next entries of the stream.
    case entries([Entry])
    /// Source: the next records of the log.
    case records([LogRecord])
    /// Source: reports nothing new and asks for an answer.
    case heartbeat
    /// Target: reports its progress.
    case progress(Progress)
    /// Active pairs, either side: the newest versions of pages.
    case versions([PageVersion])
    /// Active pairs, either side: the message of this session and sequence is durable here.
    case held
    /// Either side: refuses a message, with the reason.
    case refusal(Refusal)
  }
}

/// A target's progress in the stream. Each field is the position through which everything is done.
public struct Progress: Hashable, Sendable {
  public var received: UInt64
  public var durable: UInt64
  /// Logs: the position applied by the application. For blocks the value equals `durable`.
  public var applied: UInt64

  public init(received: UInt64, durable: UInt64, applied: UInt64) {
    self.received = received
    self.durable = durable
    self.applied = applied
  }
}

/// A target's description of its copy when a source connects.
public struct Greeting: Sendable {
  public var generations: Generations
  public var disk: DiskState
  /// Pages that the target may have written without the source's knowledge, one set for each volume.
  public var marks: [PageSet]
  /// Log replication: the position through which the log is durable here. A reconnected source continues
  /// after it.
  public var progress: Progress

  public init(generations: Generations, disk: DiskState, marks: [PageSet], progress: Progress) {
    self.generations = generations
    self.disk = disk
    self.marks = marks
    self.progress = progress
  }
}

/// The plan on which source and target agree for a connection.
public struct ConnectionPlan: Hashable, Sendable {
  /// The position after which the stream begins.
  public var start: UInt64
  /// Whether the copy is inconsistent up to the entry of kind `end`.
  public var isResync: Bool
  /// The generations of the copy once the stream, or its resync, has arrived.
  public var generations: Generations
  /// Whether the target answers on receipt, and again when the data is durable.
  public var acknowledgesReceipt: Bool

  public init(start: UInt64, isResync: Bool, generations: Generations, acknowledgesReceipt: Bool) {
    self.start = start
    self.isResync = isResync
    self.generations = generations
    self.acknowledgesReceipt = acknowledgesReceipt
  }
}
