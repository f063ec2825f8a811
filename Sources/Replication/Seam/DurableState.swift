import Storage
import Units

/// What one side of a pair keeps on its own device: all that it knows after a crash.
public struct DurableState: Sendable {
  /// The side: two sides of a pair have different numbers.
  public var node: UInt8
  /// The newest term that this side has seen.
  public var term: UInt64
  /// How often an engine of this side has begun.
  public var boots: UInt64 = 0
  /// The last connection that this side as a target was prepared for.
  public var session: UInt64 = 0
  /// How many names this side has given to courses of writes.
  public var names: UInt32 = 0
  public var generations: Generations
  public var disk: DiskState = .consistent
  /// Whether the engine's snapshot of the volumes is to be kept: the state before a resynchronisation.
  public var hasSnapshot = false
  /// What that snapshot is a copy of.
  public var snapshotGenerations = Generations(current: .blank)
  public var snapshotPoint = RecoveryPoint(number: 0, instant: .epoch, lastWrite: 0)
  /// Source: every write issued before this instant was durable at the peer when the state was stored.
  public var settled = Instant.epoch
  /// Pages that the peer may not have, one set for each volume.
  public var marks: [PageSet]
  public var activity: ActivityLog
  /// The number of the last host write that this side knows.
  public var lastWrite: UInt64 = 0
  /// The last point of the group that this side holds or has made.
  public var point = RecoveryPoint(number: 0, instant: .epoch, lastWrite: 0)
  /// Host-I/O targets: what was received and is not yet in the volumes.
  public var journal: Journal
  /// Log replication: the log, as far as it is kept.
  public var log: LogState
  /// Source: the peer holds everything that this side holds, and nothing was taken from the host since.
  public var isHandedOver = false
  /// This side was promoted by force although its copy was inconsistent or outdated.
  public var wasForced = false

  /// A side that nothing was written to, of a group with volumes of these sizes.
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

  /// The state of a side that begins as the first source of a group, in term 1.
  public static func firstSource(
    node: UInt8 = 0, volumes: [ByteCount], hotExtents: Int = ActivityLog.usualCapacity,
    extentSize: ByteCount = ActivityLog.usualExtentSize
  ) -> DurableState {
    var state = DurableState(node: node, volumes: volumes, hotExtents: hotExtents, extentSize: extentSize)
    state.term = 1
    state.generations = Generations(current: state.nextName())
    return state
  }

  /// The state of a side that becomes the source of a copy that was made from elsewhere: it knows where that copy stands,
  /// not in which pages the two differ, so that all of it is sent.
  public func following(_ copy: DurableState, in term: UInt64) -> DurableState {
    var state = self
    state.term = term
    state.generations = Generations(current: state.nextName())
    state.generations.history = [copy.generations.current]
    return state
  }

  /// A name for a course of writes that no side has ever used.
  mutating func nextName() -> Generation {
    names += 1
    return Generation(term: term, node: node, serial: names)
  }
}
