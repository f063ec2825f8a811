import Storage
import Units

/// The durable state of one side of a pair, which is all that the side knows after a crash.
public struct DurableState: Sendable {
  /// The side's number, different from the other side's.
  public var node: UInt8
  /// The newest term that this side has seen.
  public var term: UInt64
  /// The number of times that an engine of this side has started.
  public var boots: UInt64 = 0
  /// The last connection for which this side was prepared as a target.
  public var session: UInt64 = 0
  /// The number of generations that this side has named.
  public var names: UInt32 = 0
  public var generations: Generations
  public var disk: DiskState = .consistent
  /// Whether the snapshot of the volumes must be kept: the state before a resync.
  public var hasSnapshot = false
  /// The generations of that snapshot.
  public var snapshotGenerations = Generations(current: .blank)
  public var snapshotPoint = ReplicaPoint(number: 0, instant: .epoch, lastWrite: 0)
  /// Source: every write issued before this instant was durable at the peer when the state was stored.
  public var settled = Instant.epoch
  /// Pages that the peer may not have, one set for each volume.
  public var marks: [PageSet]
  public var activity: ActivityLog
  /// The number of the last host write known to this side.
  public var lastWrite: UInt64 = 0
  /// The last point of the group that this side holds or made.
  public var point = ReplicaPoint(number: 0, instant: .epoch, lastWrite: 0)
  /// Host I/O targets: the received entries that are not yet in the volumes.
  public var journal: Journal
  /// Log replication: the kept part of the log.
  public var log: LogState
  /// Source: whether the peer holds everything, and no host write was accepted since.
  public var isHandedOver = false
  /// Whether this side was forcibly promoted with an inconsistent or outdated copy.
  public var wasForced = false

  /// Creates the state of a side without any writes, for volumes of these sizes.
  ///
  public init(
    node: UInt8, volumes: [ByteCount], hotExtents: Int = ActivityLog.usualCapacity,
    extentSize: ByteCount = ActivityLog.usualExtentSize
  ) {
    self.node = node
    term = 0
    generations = Generations(current: .blank)
    marks = [PageSet](volumes: volumes)
    activity = ActivityLog(capacity: hotExtents, extentSize: extentSize)
    journal = Journal()
    log = LogState()
  }

  /// Returns the state of a group's first source, in term 1.
  public static func firstSource(
    node: UInt8 = 0, volumes: [ByteCount], hotExtents: Int = ActivityLog.usualCapacity,
    extentSize: ByteCount = ActivityLog.usualExtentSize
  ) -> DurableState {
    var state = DurableState(node: node, volumes: volumes, hotExtents: hotExtents, extentSize: extentSize)
    state.term = 1
    state.generations = Generations(current: state.nextName())
    return state
  }

  /// Returns the state of a side that becomes the source of an existing copy. The differing pages are
  /// unknown, so everything will be sent.
  public func following(_ copy: DurableState, in term: UInt64) -> DurableState {
    var state = self
    state.term = term
    state.generations = Generations(current: state.nextName())
    state.generations.history = [copy.generations.current]
    return state
  }

  /// Returns a generation that no side has ever used.
  mutating func nextName() -> Generation {
    names += 1
    return Generation(term: term, node: node, serial: names)
  }
}
