import Units

/// The durable state of one site of an active pair.
public struct ActiveState: Sendable {
  public var node: UInt8
  public var boots: UInt64 = 0
  /// The newest clock that this site has used or seen.
  public var clock: UInt64 = 0
  /// The last version of each page by this site, and by the other.
  public var own: StampTable
  public var theirs: StampTable
  /// The other site's version of each page that this site's last version replaced, directly or through
  /// successors.
  public var base: StampTable
  /// The pages whose last version by this site the other site may lack.
  public var unsent: [PageSet]
  public var activity: ActivityLog
  /// Whether the volumes hold everything that the pair had when this site joined. A site that is not whole
  /// neither serves nor takes over.
  public var isWhole: Bool
  /// Whether the other site is whole, by its own report or by this site's.
  public var isPeerWhole: Bool
  /// The pages that the other site needs to be whole, or that a crash of this site left in doubt.
  public var owed: [PageSet]
  /// The session in which the other site asked to be filled.
  public var filledSession: UInt64 = 0
  /// The instant before which every write is at the other site, as of the last storing of the state.
  public var settled = Instant.epoch
  /// The session and sequence of the newest message accepted from the other site.
  public var heardSession: UInt64 = 0
  public var heardSequence: UInt64 = 0
  public var conflictCount: UInt64 = 0
  public var conflicts = ChunkedQueue<Conflict>(startingAt: 1)
  /// The number of conflicts that this site's version lost. The sum over both sites counts each conflict
  /// once.
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

  /// Whether the other site has everything that it asked for.
  var owesNothing: Bool { owed.pageTotal == 0 }
}
