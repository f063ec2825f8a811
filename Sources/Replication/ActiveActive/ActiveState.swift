import Units

/// What a site of an active pair keeps on its own device.
public struct ActiveState: Sendable {
  public var node: UInt8
  public var boots: UInt64 = 0
  /// The newest clock that this site has used or seen.
  public var clock: UInt64 = 0
  /// The last version of each page by this site, and by the other.
  public var own: StampTable
  public var theirs: StampTable
  /// The other site's version that the last one by this site was written over, or over what followed from it.
  public var base: StampTable
  /// Pages whose last version by this site the other may not hold.
  public var unsent: [PageSet]
  public var activity: ActivityLog
  /// Whether the volumes hold all that the pair had when this site joined it; what is not whole neither serves nor takes over.
  public var isWhole: Bool
  /// Whether the other site said, or was told, that it is.
  public var isPeerWhole: Bool
  /// Pages that the other site needs before it is whole, or that a crash of this one left in doubt.
  public var owed: [PageSet]
  /// The session of the other site that was promised everything.
  public var filledSession: UInt64 = 0
  /// What was written before this instant is at the other site; it was when the state was stored.
  public var settled = Instant.epoch
  /// The newest message of the other site that was taken: its session and sequence.
  public var heardSession: UInt64 = 0
  public var heardSequence: UInt64 = 0
  public var conflictCount: UInt64 = 0
  public var conflicts = ChunkedQueue<Conflict>(startingAt: 1)
  /// Conflicts in which the version of this site gave way: over both sites each conflict is counted once.
  public var yieldCount: UInt64 = 0

  /// - Parameters:
  ///   - isWhole: `false` for a site whose volumes are empty, while the other's are not.
  ///   - isPeerWhole: the same of the other site.
  public init(
    node: UInt8, volumes: [ByteCount], hotExtents: Int = ActivityLog.usualCapacity,
    extentSize: ByteCount = ActivityLog.usualExtentSize, isWhole: Bool = true, isPeerWhole: Bool = true
  ) {
    self.node = node
    self.isWhole = isWhole
    self.isPeerWhole = isPeerWhole
    unsent = [PageSet](volumes: volumes)
    owed = unsent
    own = StampTable(pages: unsent.map(\.pageCount))
    theirs = own
    base = own
    activity = ActivityLog(capacity: hotExtents, extentSize: extentSize)
  }

  /// Whether the other site lacks nothing that it was promised.
  var owesNothing: Bool { owed.pageTotal == 0 }
}
